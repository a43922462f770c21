"""Tags for pages: forms as the NHS service manual draws them, and small helpers.

``{% nhs_form form submit="Save" %}``  a whole form, ready to send
``{% nhs_field form.name %}``          one field of it
``{% error_summary form %}``           the list of errors alone
``{% service_name %}``                 what this portal is called
"""

import re

from django import template
from django.conf import settings
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from look import fields

register = template.Library()
SENTENCE_ENDS = (".", "?", "!", "…")


@register.simple_tag
def service_name() -> str:
    """The name of the service; a tag, so that error pages can use it without a request."""
    return settings.SERVICE_NAME


@register.filter
def attributes(attrs: dict) -> str:
    """A mapping as HTML attributes: True stands alone, None and False are left out."""
    return flatatt({key: value for key, value in attrs.items() if value is not None})


@register.filter
def thousands(number: int | str) -> str:
    """``1,000``: how many there are of something. Never on an id, which a page sends back.
    What is text already stays."""
    return number if isinstance(number, str) else f"{number:,}"


@register.filter
def breakable(address: str):
    """An e-mail address that breaks before its @ where a column is too narrow, and not in the middle of a word."""
    return format_html_join(mark_safe("<wbr>@"), "{}", ((part,) for part in address.split("@")))


@register.filter
def full_stop(text) -> str:
    """What ends a sentence that ends with ``text``: nothing where that ends one itself ("How was it for you?")."""
    return "" if str(text).endswith(SENTENCE_ENDS) else "."


@register.simple_tag
def nhs_field(field, size="s", heading=False, hint=None):
    """One bound field with its label, hint and error.

    ``size`` is the size of the label (s, m, l, xl or ""); ``heading=True``
    makes the label the page's one heading; ``hint`` replaces the help text.
    """
    if field.is_hidden:
        return field.as_hidden()
    shown = fields.present(field, size=size, heading=heading, hint=hint)
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
def nhs_form(
    context,
    form,
    submit="Save",
    action="",
    method="post",
    cancel="",
    cancel_text="Cancel",
    variant="",
    drafts="",
):
    """A whole form: errors, fields, CSRF token, button, and a way back.

    ``variant`` is the button's: "" or "warning" for what cannot be undone.
    ``cancel`` is the address of a link beside the button.
    ``drafts`` is the template that says how the draft stands, where the page keeps one as its person types.
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
            "variant": variant,
            "drafts": drafts,
            "draft": context.get("draft"),
        },
        request=request,
    )


# --- Components that hold other markup: block tags over templates/components/ ---------------


@register.simple_block_tag
def card(content, heading="", url=""):
    """``{% card "Heading" url=… %}…{% endcard %}``: one thing among several."""
    return render_to_string("components/card.html", {"content": content, "heading": heading, "url": url})


@register.simple_block_tag
def callout(content, heading="Important"):
    """``{% callout "Heading" %}…{% endcallout %}``: what a person must know before going on."""
    return render_to_string("components/callout.html", {"content": content, "heading": heading})


@register.simple_block_tag
def inset(content):
    """``{% inset %}…{% endinset %}``: something set apart from the text."""
    return render_to_string("components/inset.html", {"content": content})


@register.simple_block_tag
def details(content, summary, open=False):
    """``{% details "Summary" %}…{% enddetails %}``: what only some readers need."""
    return render_to_string("components/details.html", {"content": content, "summary": summary, "open": open})


# --- Tables that turn into lists on a phone ---------------------------------------------------


@register.tag("table")
def do_table(parser, token):
    """A table whose rows become little lists on a phone, each cell under its column's name.

    ::

        {% table "Proposed pairs" "Mentee|Mentor|Score:number|Change:hidden" %}
          {% for pair in pairs %}{% row %}
            {% cell %}{{ pair.mentee }}{% endcell %}
            …
          {% endrow %}{% endfor %}
        {% endtable %}

    The first cell of a row is its heading. ``:number`` aligns a column to the
    right; ``:hidden`` keeps a column's name for screen readers alone.
    """
    _name, caption, columns = token.split_contents()
    nodes = parser.parse(["endtable"])
    parser.delete_first_token()
    return TableNode(parser.compile_filter(caption), parser.compile_filter(columns), nodes)


@register.tag("row")
def do_row(parser, token):
    """One row of a ``{% table %}``."""
    nodes = parser.parse(["endrow"])
    parser.delete_first_token()
    return RowNode(nodes)


@register.tag("cell")
def do_cell(parser, token):
    """One cell of a ``{% row %}``."""
    nodes = parser.parse(["endcell"])
    parser.delete_first_token()
    return CellNode(nodes)


def columns_of(text: str) -> list[dict]:
    """``"Name|Hours:number|Change:hidden"`` as mappings with label, number and hidden."""
    columns = []
    for part in text.split("|"):
        label, *kinds = part.strip().split(":")
        columns.append({"label": label, "number": "number" in kinds, "hidden": "hidden" in kinds})
    return columns


HEADING = '<th class="nhsuk-table__header" scope="row" role="rowheader">{}'
CELL = '<td class="nhsuk-table__cell{}" role="cell">{}<div class="portal-cell">'


def _frames(columns: list[dict]) -> list[tuple[str, str]]:
    """What opens and closes a cell of each column. Made once a table: a page has hundreds of cells."""
    frames = []
    for number, column in enumerate(columns):
        label = format_html('<span class="nhsuk-table__heading" aria-hidden="true">{} </span>', column["label"])
        label = "" if column["hidden"] else label
        if number == 0:  # the first cell of a row is its heading
            frames.append((format_html(HEADING, label), "</th>"))
        else:
            kind = " nhsuk-table__cell--numeric" if column["number"] else ""
            frames.append((format_html(CELL, kind, label), "</div></td>"))
    return frames


class TableNode(template.Node):
    def __init__(self, caption, columns, nodes):
        self.caption, self.columns, self.nodelist = caption, columns, nodes

    def render(self, context):
        columns = columns_of(self.columns.resolve(context))
        with context.push(table_cells=_Cells(_frames(columns))):
            rows = self.nodelist.render(context)
        return render_to_string(
            "components/table_frame.html",
            {"caption": self.caption.resolve(context), "columns": columns, "rows": rows},
        )


class _Cells:
    """The frames of a table, handed out one a cell; every row begins anew."""

    def __init__(self, frames):
        self.frames, self.next = frames, iter(())

    def begin(self):
        self.next = iter(self.frames)

    def take(self) -> tuple[str, str]:
        frame = next(self.next, None)
        if frame is None:
            raise template.TemplateSyntaxError("A row has more cells than the table has columns.")
        return frame


class RowNode(template.Node):
    def __init__(self, nodes):
        self.nodelist = nodes

    def render(self, context):
        context["table_cells"].begin()
        return mark_safe(f'<tr class="nhsuk-table__row" role="row">{self.nodelist.render(context)}</tr>')


class CellNode(template.Node):
    def __init__(self, nodes):
        self.nodelist = nodes

    def render(self, context):
        opens, closes = context["table_cells"].take()
        return mark_safe(f"{opens}{self.nodelist.render(context).strip()}{closes}")


# --- Bars drawn as SVG ------------------------------------------------------------------------


def _read(part, name):
    return part[name] if isinstance(part, dict) else getattr(part, name)


@register.simple_tag
def stacked(parts, total=1):
    """Where each part of a stacked bar begins and how long it is, in hundredths of ``total``."""
    bar, x = [], 0.0
    for number, part in enumerate(parts):
        value = float(_read(part, "value"))
        width = min(max(value, 0.0) / float(total) * 100, 100 - x)
        bar.append(
            {
                "label": _read(part, "label"),
                "shown": f"{value:.2f}".rstrip("0").rstrip("."),
                "x": f"{x:.2f}",
                "width": f"{width:.2f}",
                "colour": number % 5 + 1,
            }
        )
        x += width
    return bar


@register.simple_tag
def stacked_one(value, total):
    """Length of a single bar, in hundredths."""
    return f"{min(float(value) / float(total) * 100, 100):.2f}" if total else "0"


@register.simple_tag
def qr_code(svg):
    """The square that an authenticator app reads, drawn in the page: a ``data:`` image would break our CSP.

    ``svg`` is allauth's drawing as text; only its path, letters and figures, is taken over.
    """
    path = re.search(r'<path d="([MHVz\d,. ]+)"', svg)
    box = re.search(r'viewBox="([\d. ]+)"', svg)
    return format_html(
        '<svg class="portal-qr__code" viewBox="{}" width="220" height="220" role="img" aria-label="Square to scan with '
        'an authenticator app"><path d="{}"/></svg>',
        box[1],
        path[1],
    )


@register.simple_tag
def page_numbers(page):
    """The pages to offer around a Django ``Page``: the ends, its neighbours, and an ellipsis between."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
