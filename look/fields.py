"""What a Django form field needs to be drawn as an NHS form component.

``present`` turns a bound field into a plain description; the templates in
``templates/nhsuk/`` hold the HTML. Nothing here knows what a form is for.

A widget may say more about itself with these attributes, which Django ignores:

``widget.option_hints``   {value: text}, a hint under a radio or a checkbox
``widget.inline``         True puts radios side by side (two short answers)
``widget.small``          True draws small radios or checkboxes
``widget.prefix``, ``widget.suffix``  a unit beside a text field ("hours")
"""

from copy import copy

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join

from look.forms import DayMonthYear

OPTION = '<option value="{}"{}>{}</option>'
GROUP = '<optgroup label="{}">{}</optgroup>'
GENERIC_REQUIRED = str(forms.Field.default_error_messages["required"])


def control_id(field) -> str:
    """Id of the control as a whole; hint and error ids are made from it."""
    return field.field.widget.attrs.get("id") or field.auto_id or field.html_name


def first_control_id(field) -> str:
    """Id of the first thing in the field that can take the focus: where an error links to."""
    suffix = "-day" if isinstance(field.field.widget, DayMonthYear) else ""
    return control_id(field) + suffix


def in_sentence(label: str) -> str:
    """A label as it reads in the middle of a sentence: first letter small, unless it is an acronym."""
    return label if label[1:2].isupper() or label[1:2] == "-" else label[:1].lower() + label[1:]


def error_messages(field) -> list[str]:
    """The field's errors as sentences that say what to do.

    Seven times "This field is required." helps nobody, so where a form has not
    written its own sentence the label makes one.
    """
    messages = []
    for error in field.errors.as_data():
        for message in error.messages:
            if error.code == "required" and message == GENERIC_REQUIRED:
                message = _required_message(field)
            elif "parts" in (error.params or {}):  # a DateField does not know its label
                message = message.replace("The date", str(field.label), 1)
            messages.append(message)
    return messages


def _required_message(field) -> str:
    label = str(field.label)
    if label.endswith("?"):
        return f"Answer the question “{label}”"
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return f"Tick the box “{label}”"
    if isinstance(widget, forms.RadioSelect | forms.Select | forms.CheckboxSelectMultiple | forms.FileInput):
        return f"Select {in_sentence(label)}"
    return f"Enter {in_sentence(label)}"


def summary_of(form) -> list[dict]:
    """Every error of a form or formset, in the order of the page: ``[{"text", "href"}]``.

    ``href`` is empty where no visible field is to blame.
    """
    if hasattr(form, "forms"):  # a formset
        entries = [{"text": text, "href": ""} for text in form.non_form_errors()] if form.is_bound else []
        return entries + [entry for each in form.forms for entry in summary_of(each)]
    entries = [{"text": text, "href": ""} for text in form.non_field_errors()]
    for field in form:
        if field.is_hidden:
            entries += [{"text": f"{field.label}: {text}", "href": ""} for text in error_messages(field)]
        else:
            entries += [{"text": text, "href": f"#{first_control_id(field)}"} for text in error_messages(field)]
    return entries


def present(field, *, size: str = "s", heading: bool = False, hint: str | None = None) -> dict:
    """Describe a bound field for ``templates/nhsuk/``.

    ``size`` is the label's size (s, m, l, xl or empty); ``heading`` makes the
    label the heading of the page; ``hint`` replaces the field's help text.
    """
    widget = field.field.widget
    identity = control_id(field)
    errors = error_messages(field)
    kind = _kind(widget)
    hint = field.help_text if hint is None else hint
    shown = {
        "field": field,
        "kind": kind,
        "template": f"nhsuk/{kind}.html",
        "id": identity,
        "name": field.html_name,
        "label": field.label,
        "optional": _is_optional(field),
        "size": size,
        "heading": heading,
        "hint": hint,
        "error": " ".join(errors),
        "widget": widget,
    }
    described = [f"{identity}-hint"] if hint and kind != "checkbox" else []
    if errors:
        described.append(f"{identity}-error")
    shown["described_by"] = " ".join(described)
    shown.update(_PRESENTERS[kind](field, shown))
    return shown


def _is_optional(field) -> bool:
    """Whether the label should say so: where the answer may be left out and leaving it out is a choice."""
    return not (
        field.field.required
        or field.field.disabled
        or not getattr(field.form, "mark_optional", True)
        or isinstance(field.field.widget, forms.CheckboxInput)
        or "(optional)" in str(field.label)
    )


def _kind(widget) -> str:
    """Name of the template that draws a widget."""
    for kind, classes in _KINDS:
        if isinstance(widget, classes):
            return kind
    return "other"


def _classes(*names) -> str:
    return " ".join(name for name in names if name)


def _attributes(field, shown, base: str, *extra: str, widget=None, **more) -> dict:
    """Attributes of the one control of a field, the widget's own among them.

    ``required`` is left out on purpose: the server answers with one list of
    errors, and browsers' own bubbles cannot be styled, linked or translated.
    So is ``placeholder``: it vanishes as soon as one types, and is too pale to read.
    """
    widget = widget or field.field.widget
    attrs = {key: value for key, value in widget.attrs.items() if key not in {"class", "id", "required", "placeholder"}}
    described = _classes(more.pop("described_by", shown["described_by"]), attrs.pop("aria-describedby", ""))
    return {
        "class": _classes(base, f"{base}--error" if shown["error"] else "", *extra, widget.attrs.get("class", "")),
        "id": shown["id"],
        **({"aria-describedby": described} if described else {}),
        **({"disabled": True} if field.field.disabled else {}),
        **attrs,
        **more,
    }


def _render(field, widget, attrs):
    """Let the widget draw its own control with exactly these attributes."""
    widget = copy(widget)
    widget.attrs = {}  # they are all in attrs already
    if field.field.localize:
        widget.is_localized = True
    return widget.render(name=field.html_name, value=field.value(), attrs=attrs, renderer=field.form.renderer)


def _text(field, shown):
    widget = copy(field.field.widget)
    more = {}
    attrs = dict(widget.attrs)
    if isinstance(widget, forms.NumberInput):
        # A number field changes its value when scrolled over and swallows letters without a word.
        whole = isinstance(field.field, forms.IntegerField)
        widget.input_type = "text"
        more["inputmode"] = "numeric" if whole else "decimal"
        for native in ("min", "max", "step"):
            attrs.pop(native, None)
        if "nhsuk-input--width" not in attrs.get("class", ""):
            attrs["class"] = _classes(attrs.get("class", ""), "nhsuk-input--width-5")
    if isinstance(widget, forms.EmailInput | forms.URLInput):
        more["spellcheck"] = "false"
    if isinstance(widget, forms.EmailInput):
        attrs.setdefault("autocapitalize", "none")
    if widget.input_type in {"date", "time"}:
        attrs["class"] = _classes(attrs.get("class", ""), "nhsuk-input--width-10")
    widget.attrs = attrs
    prefix, suffix = getattr(widget, "prefix", ""), getattr(widget, "suffix", "")
    return {
        "control": _render(field, widget, _attributes(field, shown, "nhsuk-input", widget=widget, **more)),
        "prefix": prefix,
        "suffix": suffix,
        "wrapped": bool(prefix or suffix),
    }


def _password(field, shown):
    widget = copy(field.field.widget)
    widget.attrs = {"autocomplete": "current-password", **widget.attrs}
    attrs = _attributes(
        field,
        shown,
        "nhsuk-input",
        "nhsuk-password-input__input",
        "nhsuk-js-password-input-input",
        widget=widget,
        spellcheck="false",
        autocapitalize="none",
    )
    return {"control": _render(field, widget, attrs)}


LONG = 2000  # characters; above it the count shows once four fifths are used


def _textarea(field, shown):
    widget = copy(field.field.widget)
    attrs = {key: value for key, value in widget.attrs.items() if key != "cols"}
    if str(attrs.get("rows")) == "10":  # Django's default, too tall for a phone
        attrs["rows"] = 5
    limit = attrs.pop("maxlength", None)  # the count warns instead of cutting what is pasted
    widget.attrs = attrs
    if not limit:
        return {"control": _render(field, widget, _attributes(field, shown, "nhsuk-textarea", widget=widget))}
    described = _classes(f"{shown['id']}-info", shown["described_by"])
    counted = _attributes(
        field, shown, "nhsuk-textarea", "nhsuk-js-character-count", widget=widget, described_by=described
    )
    # A long text is no place to count down from the first letter.
    return {"control": _render(field, widget, counted), "limit": limit, "is_long": int(limit) > LONG}


def _select(field, shown):
    """Drawn here: the widget would draw each option by two templates, and a list of times has a hundred of them."""
    attrs = _attributes(field, shown, "nhsuk-select")
    widget = copy(field.field.widget)
    widget.attrs = {}  # they are all in attrs already
    drawn = widget.get_context(field.html_name, field.value(), attrs)["widget"]
    control = format_html(
        '<select name="{}"{}>{}</select>', drawn["name"], flatatt(drawn["attrs"]), options(drawn["optgroups"])
    )
    return {"control": control}


def options(groups) -> str:
    """The options of a list, as ``Select.optgroups`` tells them, those that stand together under their heading."""
    drawn = ((name, format_html_join("", OPTION, map(_option, members))) for name, members, _ in groups)
    return format_html_join("", "{}", ((format_html(GROUP, *one) if one[0] else one[1],) for one in drawn))


def _option(member: dict) -> tuple:
    return member["value"], flatatt(member["attrs"]), member["label"]


def _file(field, shown):
    # Drawn bare: Django's "Currently … Clear" has no place in any of our forms.
    widget = forms.FileInput(attrs=field.field.widget.attrs)
    widget.allow_multiple_selected = getattr(field.field.widget, "allow_multiple_selected", False)
    attrs = _attributes(field, shown, "nhsuk-file-upload__input", widget=widget)
    attrs["class"] = attrs["class"].replace(" nhsuk-file-upload__input--error", "")
    return {"control": _render(field, widget, attrs)}


def _choices(field, shown):
    """Radios and checkboxes, each with its id, its hint and whether it is chosen."""
    widget = field.field.widget
    hints = {str(key): text for key, text in getattr(widget, "option_hints", {}).items()}
    kind = "checkboxes" if isinstance(widget, forms.CheckboxSelectMultiple) else "radios"
    values = widget.format_value(field.value())
    options = []
    for group, members, _index in widget.optgroups(field.html_name, values):
        for member in members:
            number = len(options) + 1
            identity = shown["id"] if number == 1 else f"{shown['id']}-{number}"
            hint = hints.get(str(member["value"]), "")
            attrs = {
                "class": f"nhsuk-{kind}__input",
                "id": identity,
                "name": field.html_name,
                "type": member["type"],
                "value": member["value"],
                "checked": bool(member["selected"]),
                "disabled": bool(field.field.disabled or member["attrs"].get("disabled")),
            }
            if hint:
                attrs["aria-describedby"] = f"{identity}-item-hint"
            first_of_group = bool(group) and member is members[0]
            options.append(
                {
                    "id": identity,
                    "label": member["label"],
                    "hint": hint,
                    "attrs": attrs,
                    "group": group if first_of_group else "",
                }
            )
    return {
        "block": f"nhsuk-{kind}",
        "options": options,
        "modifiers": _classes(
            f"nhsuk-{kind}--small" if getattr(widget, "small", False) else "",
            f"nhsuk-{kind}--inline" if getattr(widget, "inline", False) else "",
        ),
    }


def _checkbox(field, shown):
    """One box to tick: its help text is the hint of the box, not of a group."""
    attrs = _attributes(
        field,
        shown,
        "nhsuk-checkboxes__input",
        described_by=_classes(f"{shown['id']}-item-hint" if shown["hint"] else "", shown["described_by"]),
    )
    attrs["class"] = attrs["class"].replace(" nhsuk-checkboxes__input--error", "")
    return {"control": _render(field, field.field.widget, attrs)}


def _date(field, shown):
    return {"parts": field.field.widget.parts(field, shown["id"])}


def _other(field, shown):
    """A widget that the pack does not know: drawn by Django inside an NHS form group."""
    attrs = {"aria-describedby": shown["described_by"]} if shown["described_by"] else {}
    return {"control": field.as_widget(attrs=attrs)}


_KINDS = (
    ("date", DayMonthYear),
    ("password", forms.PasswordInput),
    ("file", forms.FileInput),
    ("checkbox", forms.CheckboxInput),
    ("choices", (forms.RadioSelect, forms.CheckboxSelectMultiple)),
    ("select", forms.Select),
    ("textarea", forms.Textarea),
    ("other", (forms.MultiWidget, forms.SelectDateWidget, forms.SplitDateTimeWidget)),
    ("text", forms.widgets.Input),
)

_PRESENTERS = {
    "date": _date,
    "password": _password,
    "file": _file,
    "checkbox": _checkbox,
    "choices": _choices,
    "select": _select,
    "textarea": _textarea,
    "other": _other,
    "text": _text,
}
