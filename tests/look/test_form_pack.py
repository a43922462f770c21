"""Our form pack writes the HTML of nhsuk-frontend: each component fixture that Django can express, case by case.

A case is left out only for an option that no widget of ours has; the number of
cases proved is written down, so that none drops out unseen.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from look.forms import Checkboxes, DateField, Radios
from look.templatetags.nhs import nhs_field
from tests.look.html import tree

FIXTURES = Path(__file__).parent / "fixtures"


class Unsupported(Exception):
    """The case has an option that our widgets do not offer."""


def cases(component):
    """``(name, options, expected HTML)`` of a component; "call block" is a way of writing templates, not an option."""
    fixtures = json.loads((FIXTURES / f"{component}.json").read_text())["fixtures"]
    return [
        (fixture["name"], fixture["context"], fixture["html"])
        for fixture in fixtures
        if "call block" not in fixture["name"]
    ]


def words(option):
    """The text of a label, hint or message, which fixtures give as a string or as a mapping; "" where absent."""
    if option is None or option is False:
        return ""
    if isinstance(option, str):
        return option
    if option is True or set(option) - {"text", "html", "size", "heading", "isPageHeading", "classes"}:
        raise Unsupported(option)
    if option.get("classes"):
        raise Unsupported(option)
    if "html" in option:
        return mark_safe(option["html"])
    return option.get("text") or ""


def titled(option):
    """A label or legend as (text, size, whether it is the page's heading)."""
    if option is None:
        raise Unsupported("no label")
    if isinstance(option, str):
        return option, "", False
    heading = option.get("heading")
    if isinstance(heading, dict):
        if set(heading) - {"text", "size"}:
            raise Unsupported(heading)
        return heading.get("text"), heading.get("size", option.get("size") or ""), True
    if set(option) - {"text", "size", "heading", "isPageHeading"}:
        raise Unsupported(option)
    is_heading = bool(heading) or bool(option.get("isPageHeading"))
    return heading or option.get("text"), option.get("size") or "", is_heading


def rendered(field, options, *, title, value=None, identity=None):
    """The field as ``{% nhs_field %}`` draws it, with the value and the error that a case asks for."""
    field.label, size, heading = titled(title)
    field.help_text = words(options.get("hint"))
    field.disabled = bool(options.get("disabled"))
    name = options.get("name") or "example"
    field.widget.attrs["id"] = identity or options.get("id") or name
    form = type("CaseForm", (forms.Form,), {name: field})(initial={name: value})
    if message := words(options.get("errorMessage")):
        form.is_bound = True
        form.data = {name: value} if value is not None else {}
        form._errors = forms.utils.ErrorDict({name: forms.utils.ErrorList([message])})
    return nhs_field(form[name], size=size, heading=heading)


def only(options, *allowed):
    if extra := set(options) - set(allowed):
        raise Unsupported(extra)


COMMON = ("label", "hint", "errorMessage", "id", "name", "disabled", "value", "classes", "autocomplete", "spellcheck")


def attributes(options):
    attrs = {"class": options.get("classes", "")}
    for name in ("autocomplete", "inputmode", "pattern", "rows", "autocapitalize"):
        if name in options:
            attrs[name] = options[name]
    if "spellcheck" in options:
        attrs["spellcheck"] = json.dumps(options["spellcheck"])
    return attrs


def input_case(options):
    only(options, *COMMON, "width", "code", "inputmode", "type", "prefix", "suffix", "pattern")
    attrs = attributes(options)
    classes = [attrs["class"]]
    if options.get("width") and "nhsuk-input--width" not in attrs["class"]:
        classes.append(f"nhsuk-input--width-{options['width']}")
    if options.get("code"):
        classes.append("nhsuk-input--code")
    attrs["class"] = " ".join(filter(None, classes))
    widget = forms.TextInput(attrs)
    widget.input_type = options.get("type", "text")
    widget.prefix, widget.suffix = words(options.get("prefix")), words(options.get("suffix"))
    return rendered(forms.CharField(widget=widget), options, title=options.get("label"), value=options.get("value"))


def textarea_case(options):
    only(options, *COMMON, "rows")
    widget = forms.Textarea(attributes(options))
    return rendered(forms.CharField(widget=widget), options, title=options.get("label"), value=options.get("value"))


def character_count_case(options):
    only(options, *COMMON, "rows", "maxlength")
    if not options.get("maxlength"):
        raise Unsupported("no limit")
    widget = forms.Textarea(attributes(options))
    field = forms.CharField(widget=widget, max_length=int(options["maxlength"]))
    return rendered(field, options, title=options.get("label"), value=options.get("value"))


def password_input_case(options):
    only(options, *COMMON)
    widget = forms.PasswordInput(attributes(options))
    return rendered(forms.CharField(widget=widget), options, title=options.get("label"))


def file_upload_case(options):
    only(options, *COMMON)
    return rendered(forms.FileField(widget=forms.FileInput(attributes(options))), options, title=options.get("label"))


def select_case(options):
    only(options, *COMMON, "items")
    chosen = None
    for item in options["items"]:
        only(item, "value", "text", "selected")
        chosen = item["value"] if item.get("selected") else chosen
    field = forms.ChoiceField(
        choices=[(item["value"], item["text"]) for item in options["items"]], widget=forms.Select(attributes(options))
    )
    return rendered(field, options, title=options.get("label"), value=options.get("value", chosen))


def choices_case(options, field_class, widget_class):
    only(
        options,
        "fieldset",
        "hint",
        "errorMessage",
        "idPrefix",
        "name",
        "items",
        "small",
        "inline",
        "disabled",
        "values",
        "value",
    )
    fieldset = options.get("fieldset")
    if not fieldset or set(fieldset) - {"legend"}:
        raise Unsupported("no legend")
    chosen = list(options.get("values") or [])
    hints = {}
    for item in options["items"]:
        only(item, "value", "text", "hint", "checked")
        hints[item["value"]] = words(item.get("hint"))
        if item.get("checked"):
            chosen.append(item["value"])
    widget = widget_class(hints=hints, small=bool(options.get("small")))
    widget.inline = bool(options.get("inline"))
    field = field_class(choices=[(item["value"], item["text"]) for item in options["items"]], widget=widget)
    if widget_class is Radios:
        chosen = options.get("value") or (chosen[0] if chosen else None)
    identity = options.get("idPrefix") or options["name"]
    return rendered(field, options, title=fieldset["legend"], value=chosen, identity=identity)


def radios_case(options):
    return choices_case(options, forms.ChoiceField, Radios)


def checkboxes_case(options):
    return choices_case(options, forms.MultipleChoiceField, Checkboxes)


def date_input_case(options):
    only(options, "fieldset", "hint", "errorMessage", "id", "disabled", "values")
    if set(options["fieldset"]) - {"legend"}:
        raise Unsupported("fieldset")
    return rendered(DateField(), options, title=options["fieldset"]["legend"], value=options.get("values"))


def error_summary_case(options):
    only(options, "heading", "errorList")
    if words(options["heading"]) != "There is a problem":
        raise Unsupported("another heading")
    errors = [{"text": item["text"], "href": item.get("href", "")} for item in options["errorList"] if item]
    return render_to_string("nhsuk/error_summary.html", {"errors": errors})


def expected(component, html):
    """The fixture's HTML, with the one thing that we name otherwise: our date parts carry the field's name."""
    if component == "date-input":
        for part in ("day", "month", "year"):
            html = html.replace(f'name="{part}"', f'name="example-{part}"')
    return tree(html)


DRAW = {
    "input": input_case,
    "textarea": textarea_case,
    "character-count": character_count_case,
    "password-input": password_input_case,
    "file-upload": file_upload_case,
    "select": select_case,
    "radios": radios_case,
    "checkboxes": checkboxes_case,
    "date-input": date_input_case,
    "error-summary": error_summary_case,
}

PROVED, LEFT_OUT = [], Counter()
for component, draw in DRAW.items():
    for number, (name, options, html) in enumerate(cases(component)):
        try:
            draw(options)
        except Unsupported:
            LEFT_OUT[component] += 1
        else:
            PROVED.append(pytest.param(component, options, html, id=f"{component}-{number}-{name}"))


@pytest.mark.parametrize(("component", "options", "html"), PROVED)
def test_form_pack_writes_what_nhsuk_frontend_writes(component, options, html):
    assert tree(DRAW[component](options)) == expected(component, html)


def test_form_pack_is_held_against_every_case_it_can_express():
    assert Counter(param.values[0] for param in PROVED) == {
        "input": 40,
        "textarea": 14,
        "character-count": 15,
        "password-input": 10,
        "file-upload": 14,
        "select": 14,
        "radios": 27,
        "checkboxes": 27,
        "date-input": 13,
        "error-summary": 6,
    }
