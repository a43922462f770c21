"""Tags for pages: forms as the NHS service manual draws them, and small helpers.

``{% nhs_form form submit="Save" %}``  a whole form, ready to send
``{% nhs_field form.name %}``          one field of it
``{% error_summary form %}``           the list of errors alone
``{% service_name %}``                 what this portal is called
"""

from django import template
from django.conf import settings
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.html import format_html

from look import fields

register = template.Library()

# Paths of the service manual's icons that pages draw inside their text.
ICONS = {
    "arrow-left": "M10.7 6.3c.4.4.4 1 0 1.4L7.4 11H19a1 1 0 0 1 0 2H7.4l3.3 3.3c.4.4.4 1 0 1.4a1 1 0 0 1-1.4 0l-5-5A1 1 0"
    " 0 1 4 12c0-.3.1-.5.3-.7l5-5a1 1 0 0 1 1.4 0Z",
    "arrow-right": "m14.7 6.3 5 5c.2.2.3.4.3.7 0 .3-.1.5-.3.7l-5 5a1 1 0 0 1-1.4-1.4l3.3-3.3H5a1 1 0 0 1 0-2h11.6l-3.3-3.3"
    "a1 1 0 1 1 1.4-1.4Z",
    "arrow-right-circle": "M12 2a10 10 0 0 0-10 9h11.7l-4-4a1 1 0 0 1 1.5-1.4l5.6 5.7a1 1 0 0 1 0 1.4l-5.6 5.7a1 1 0 0 1-1.5"
    " 0 1 1 0 0 1 0-1.4l4-4H2A10 10 0 1 0 12 2z",
    "cross": "M17 18.5c-.4 0-.8-.1-1.1-.4l-10-10c-.6-.6-.6-1.6 0-2.1.6-.6 1.5-.6 2.1 0l10 10c.6.6.6 1.5 0 2.1-.3.3-.6.4-1"
    " .4z M7 18.5c-.4 0-.8-.1-1.1-.4-.6-.6-.6-1.5 0-2.1l10-10c.6-.6 1.5-.6 2.1 0 .6.6.6 1.5 0 2.1l-10 10c-.3.3-.6.4-1 .4z",
    "tick": "M11.4 17.5a2 2 0 0 1-2.7.1h-.1L4 12.8a1.5 1.5 0 0 1 2.1-2L10 14.7l8.1-8.1a1.5 1.5 0 1 1 2.2 2l-8.9 9Z",
    "search": "m20.7 18.9-4.1-4.1a7 7 0 1 0-1.4 1.4l4 4.1a1 1 0 0 0 1.5 0c.4-.4.4-1 0-1.4ZM6 10.6a5 5 0 1 1 10 0 5 5 0 0"
    " 1-10 0Z",
    "user": "M12 1a11 11 0 1 1 0 22 11 11 0 0 1 0-22Zm0 2a9 9 0 0 0-5 16.5V18a4 4 0 0 1 4-4h2a4 4 0 0 1 4 4v1.5A9 9 0 0 0 12"
    " 3Zm0 3a3.5 3.5 0 1 1-3.5 3.5A3.4 3.4 0 0 1 12 6Z",
}


@register.simple_tag
def service_name() -> str:
    """The name of the service; a tag, so that error pages can use it without a request."""
    return settings.SERVICE_NAME


@register.filter
def attributes(attrs: dict) -> str:
    """A mapping as HTML attributes: True stands alone, None and False are left out."""
    return flatatt({key: value for key, value in attrs.items() if value is not None})


@register.simple_tag
def nhs_field(field, size="s", heading=False):
    """One bound field with its label, hint and error.

    ``size`` is the size of the label (s, m, l, xl or ""); ``heading=True``
    makes the label the page's one heading.
    """
    if field.is_hidden:
        return field.as_hidden()
    shown = fields.present(field, size=size, heading=heading)
    return render_to_string(shown["template"], shown)


@register.simple_tag
def error_summary(form):
    """Every error of the form, linked to its field; nothing where there is none.

    The base page calls this for the form named ``form``, above the heading, so
    a later call for the same form draws nothing.
    """
    if not getattr(form, "is_bound", False) or getattr(form, "summary_is_shown", False):
        return ""
    entries = fields.summary_of(form)
    if not entries:
        return ""
    form.summary_is_shown = True
    return render_to_string("nhsuk/error_summary.html", {"errors": entries})


@register.simple_tag(takes_context=True)
def nhs_form(context, form, submit="Save", action="", method="post", cancel="", cancel_text="Cancel", style=""):
    """A whole form: errors, fields, CSRF token, button, and a way back.

    ``style`` is the button's: "" or "warning" for what cannot be undone.
    ``cancel`` is the address of a link beside the button.
    """
    request = context.get("request")
    return render_to_string(
        "nhsuk/form.html",
        {
            "form": form,
            "submit": submit,
            "action": action,
            "method": method,
            "cancel": cancel,
            "cancel_text": cancel_text,
            "style": style,
        },
        request=request,
    )


@register.simple_tag
def icon(name):
    """One of the service manual's icons, drawn in the colour of its text."""
    return format_html(
        '<svg class="nhsuk-icon nhsuk-icon--{}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" '
        'width="16" height="16" focusable="false" aria-hidden="true"><path d="{}"/></svg>',
        name,
        ICONS[name],
    )
