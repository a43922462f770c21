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

from look import fields

register = template.Library()


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
