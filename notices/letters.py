"""Makes a letter from a pair of templates, text and HTML."""

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template

from notices.kinds import Letter


def letter(template: str, *, subject: str, context: dict) -> Letter:
    """Return the letter rendered from ``template``.txt and, where it exists, ``template``.html.

    ``template`` is a path such as ``"programmes/mail/match-published"``. Besides
    ``context`` the templates know ``service_name``, ``portal_address`` and
    ``subject``. The text is rendered without HTML escaping: write names plainly.
    """
    context = {
        "service_name": settings.SERVICE_NAME,
        "portal_address": settings.PORTAL_ADDRESS,
        "subject": subject,
        **context,
    }
    text = get_template(f"{template}.txt").template.render(Context(context, autoescape=False))
    try:
        html = get_template(f"{template}.html").render(context)
    except TemplateDoesNotExist as missing:
        if missing.args[0] != f"{template}.html":  # the letter is there, but something that it includes is not
            raise
        html = None
    return Letter(subject=subject, text=text.strip() + "\n", html=html)
