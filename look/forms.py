"""Form fields and widgets of the NHS service manual that Django does not have.

``DateField``    a date as three short fields: day, month, year
``Radios``, ``Checkboxes``  Django's, with a hint for each option
"""

import datetime

from django import forms
from django.core.exceptions import ValidationError

PARTS = ("day", "month", "year")
MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}


class Radios(forms.RadioSelect):
    """Radios; ``hints`` maps a value to the hint under it."""

    def __init__(self, attrs=None, choices=(), *, hints=None, inline=False, small=False):
        super().__init__(attrs, choices)
        self.option_hints, self.inline, self.small = hints or {}, inline, small


class Checkboxes(forms.CheckboxSelectMultiple):
    """Checkboxes; ``hints`` maps a value to the hint under it."""

    def __init__(self, attrs=None, choices=(), *, hints=None, small=False):
        super().__init__(attrs, choices)
        self.option_hints, self.small = hints or {}, small


class DayMonthYear(forms.Widget):
    """Three text fields NAME-day, NAME-month and NAME-year.

    Native date pickers are hard for a date that a person knows by heart, and
    easily changed by a slip on a phone.
    """

    def value_from_datadict(self, data, files, name):
        """The three parts as typed, or None where nothing at all was sent."""
        parts = {part: str(data.get(f"{name}-{part}") or "").strip() for part in PARTS}
        if any(parts.values()):
            return parts
        return data.get(name)  # a whole date, as a script or a test may send it

    def value_omitted_from_data(self, data, files, name):
        return name not in data and not any(f"{name}-{part}" in data for part in PARTS)

    def use_required_attribute(self, initial):
        return False

    def id_for_label(self, id_):
        return f"{id_}-day" if id_ else id_

    def format_value(self, value):
        if isinstance(value, str) and value:
            try:
                value = datetime.date.fromisoformat(value)
            except ValueError:
                return {"day": value, "month": "", "year": ""}
        if isinstance(value, datetime.date):
            return {"day": value.day, "month": value.month, "year": value.year}
        return value or dict.fromkeys(PARTS, "")

    def parts(self, field, identity: str) -> list[dict]:
        """What to draw for each part: label, id, attributes and whether it is at fault."""
        values = self.format_value(field.value())
        at_fault = {part for error in field.errors.as_data() for part in (error.params or {}).get("parts", PARTS)}
        drawn = []
        for part in PARTS:
            error = part in at_fault
            attrs = {
                "class": " ".join(
                    filter(
                        None,
                        (
                            "nhsuk-input",
                            "nhsuk-input--error" if error else "",
                            f"nhsuk-input--width-{4 if part == 'year' else 2}",
                            "nhsuk-date-input__input",
                        ),
                    )
                ),
                "id": f"{identity}-{part}",
                "name": f"{field.html_name}-{part}",
                "type": "text",
                "value": values[part] if values[part] != "" else None,
                "inputmode": "numeric",
                "disabled": bool(field.field.disabled),
            }
            drawn.append({"label": part.capitalize(), "id": attrs["id"], "attrs": attrs, "error": error})
        return drawn

    def render(self, name, value, attrs=None, renderer=None):
        raise TypeError("A DayMonthYear is drawn by the form pack: {{ form|crispy }} or {% nhs_form form %}")


class DateField(forms.DateField):
    """A date typed as day, month and year; says which part is missing or wrong."""

    widget = DayMonthYear

    def to_python(self, value):
        if not isinstance(value, dict):
            return super().to_python(value)
        missing = [part for part in PARTS if not value[part]]
        if missing:
            raise ValidationError(
                f"The date must include a {' and a '.join(missing)}", code="incomplete", params={"parts": missing}
            )
        numbers = {part: _number(part, value[part]) for part in PARTS}
        wrong = [part for part in PARTS if numbers[part] is None]
        if wrong:
            raise ValidationError("The date must be a real date", code="invalid", params={"parts": wrong})
        try:
            return datetime.date(numbers["year"], numbers["month"], numbers["day"])
        except ValueError:
            raise ValidationError("The date must be a real date", code="invalid", params={"parts": PARTS})

    def has_changed(self, initial, data):
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


def _number(part: str, text: str) -> int | None:
    """The part as a number; months may be written as names. None where it is neither, or the year is not in full."""
    if part == "month" and text[:3].lower() in MONTHS:
        return MONTHS[text[:3].lower()]
    if not text.isdecimal() or len(text) > 4:
        return None
    return int(text) if part != "year" or len(text) == 4 else None
