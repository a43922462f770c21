"""The form of one line of settings, made of the line itself: the contract decides which fields it has."""

import re
import typing
from typing import Any, Literal

from django import forms
from django.core.validators import MaxLengthValidator

from look.forms import Checkboxes, Radios
from look.numbers import whole
from programmes.actions.own_models import MOST_NUMBER
from programmes.actions.settings import MOST_REASON
from programmes.mentoring_models import MentoringModel
from programmes.model_settings.lines import Leaf, Line, in_words, value_of
from programmes.toml_schema import Mistake

MOST_RADIOS = 6
MOST_TEXT = 10_000  # characters
STEPS = 9  # of line management that can be chosen one by one
# What the contract says of values that do not fit together, for a person in front of a form.
PLAIN = {
    "needs 1 <= least <= default <= most": "The first number has to lie between the least and the most, from 1 up.",
    "needs weeks where the end is fixed, and only there": (
        "Give a number of weeks where it ends after a fixed time. Leave it empty otherwise."
    ),
    "needs either bands, or at_least or at_most": "Tick bands, or choose a lowest or highest band: not both, not none.",
    "needs at least one kind of tie": "Tick at least one tie.",
    "needs 1 <= nearest <= depth": "The first step is 1 or more, and not beyond the number of steps.",
    "needs few from 5 to 20": "It is from 5 to 20 people. Under 5 somebody could be recognised.",
    "needs texts_kept_months from 1 to 120": "It is kept from 1 to 120 months.",
    "needs a weight of 1 or more": "The weight is 1 or more.",
    "needs enough of 1 or more": "It has to be 1 or more.",
    "needs a start_month from 1 to 12": "A month is a number from 1 to 12.",
    "needs a day and a month that there are, such as day = 1, month = 9": "There is no such day in a year.",
    "judges eligibility on a named day, but names none: give named_day its day and month": (
        "Give the day and the month on which eligibility is judged."
    ),
}
_PEER = "peer"
_STRAY = re.compile(r"has (\{.*?\}) in a sentence, where only (.*) can stand")


def in_plain_words(mistake: Mistake) -> str:
    """What is wrong, for whoever filled in the form."""
    if stray := _STRAY.search(mistake.message):
        known = ", ".join(f"{{{word}}}" for word in stray[2].split(", "))
        return f"{stray[1]} cannot be filled in here. These can: {known}."
    if "topic" in mistake.message:
        return f"The outline {mistake.message}."
    if "resource" in mistake.message:
        return f"The list {mistake.message}."
    return PLAIN.get(mistake.message, f"This does not fit: {mistake}.")


class SettingForm(forms.Form):
    """One field for each value of the line, and the reason."""

    def __init__(self, *args, line: Line, model: MentoringModel, base: MentoringModel, asks_why: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.line, self.model = line, model
        for leaf in line.leaves:
            now, default = value_of(model, leaf), value_of(base, leaf)
            field = _field(leaf, len(now) if isinstance(now, str | tuple) else 0)
            field.label = leaf.field.label if len(line.leaves) > 1 else line.label
            field.help_text = " ".join(filter(None, (leaf.field.help, _says(leaf, now, default))))
            field.initial = _shown(leaf, now)
            if unused := _unused(leaf, model):
                field.choices = [choice for choice in field.choices if choice[0] not in unused]
                field.initial = [one for one in field.initial if one not in unused]
            self.fields[leaf.name] = field
        if asks_why:
            self.fields["reason"] = forms.CharField(
                required=line.kind == "rule" or line.always_needs_reason,
                error_messages={"required": "Say why. The reason is kept with the change, for whoever asks later."},
                max_length=MOST_REASON,
                label="Why?",
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=(
                    "Kept with the change, and shown to the leads of this programme. Name nobody who need not be named."
                ),
            )

    def values(self) -> dict:
        """The values as the model wants them, by path; of a form that is valid."""
        return {leaf.path: self._value(leaf) for leaf in self.line.leaves}

    def _value(self, leaf: Leaf) -> Any:
        """A text that differs only in the space around it, which no browser keeps, is the text that was there."""
        value, was = _typed(leaf, self.cleaned_data[leaf.name]), value_of(self.model, leaf)
        if unused := _unused(leaf, self.model):  # what the form does not show stays as it is
            value = (*value, *(one for one in was or () if one in unused))
        return was if isinstance(value, str) and isinstance(was, str) and value.strip() == was.strip() else value

    def add_mistakes(self, mistakes: list[Mistake]) -> None:
        """Put each mistake at its field, or at the top where it concerns several."""
        for mistake in mistakes:
            at = next((leaf.name for leaf in self.line.leaves if mistake.key.endswith(f".{leaf.path[-1]}")), None)
            self.add_error(at, in_plain_words(mistake))


def _says(leaf: Leaf, now: Any, default: Any) -> str:
    """The model's default beside a value that differs from it."""
    return "" if now == default else f"The model says: {in_words(leaf, default)}."


def _is_list(leaf: Leaf) -> bool:
    return typing.get_origin(leaf.hint) is tuple


def _field(leaf: Leaf, length: int) -> forms.Field:
    """The field of a value. ``length``: the characters of a text, the entries of a list."""
    choices, required = leaf.choices(), not leaf.optional
    if leaf.hint is bool:
        return forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")], widget=Radios(inline=True))
    if choices and _is_list(leaf):
        return forms.MultipleChoiceField(choices=choices, required=False, widget=Checkboxes(small=len(choices) > 6))
    if choices:
        if leaf.optional:
            choices = [("", leaf.field.none), *choices]
        widget = Radios() if len(choices) <= MOST_RADIOS else forms.Select()
        return forms.ChoiceField(choices=choices, required=required, widget=widget)
    if _may_be_all(leaf):
        steps = [(str(number), f"{number} {'step' if number == 1 else 'steps'}") for number in range(1, STEPS + 1)]
        return forms.ChoiceField(choices=[*leaf.field.choices.items(), *steps])
    if leaf.hint is int:
        field = forms.IntegerField(required=required, min_value=0, max_value=MOST_NUMBER)
        field.widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-4"})
        field.widget.suffix = leaf.field.unit or None
        return field
    short = [MaxLengthValidator(MOST_TEXT)]  # not max_length, which would count down from it on the page
    if _is_list(leaf):
        rows = {} if typing.get_args(leaf.hint)[0] is int else {"widget": _area(length + 1, least=4)}
        return forms.CharField(required=False, validators=short, **rows)
    long = {"widget": _area(length // 60 + 2, least=3)} if leaf.field.long else {}
    return forms.CharField(required=required and not _may_be_empty(leaf), validators=short, **long)


def _unused(leaf: Leaf, model: MentoringModel) -> set[str]:
    """Choices that would do nothing: peers where there are none; and who has to say yes, or may ask, is named by
    side, on which a peer is a mentee."""
    if not _is_list(leaf) or _PEER not in dict(leaf.choices()):
        return set()
    return set() if model.has_peers and leaf.path[-1] not in ("voluntary", "asking") else {_PEER}


def _area(rows: int, *, least: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": min(max(least, rows), 16)})


def _may_be_all(leaf: Leaf) -> bool:
    """A number or one word, such as "all"."""
    arms = typing.get_args(leaf.hint)
    return int in arms and any(typing.get_origin(arm) is Literal for arm in arms)


def _may_be_empty(leaf: Leaf) -> bool:
    """A text for which the contract's default is an empty one; its field says how that reads."""
    return leaf.hint is str and leaf.field.none != "None"


def _shown(leaf: Leaf, value: Any) -> Any:
    """A value as its field takes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and not leaf.choices():
        return (", " if typing.get_args(leaf.hint)[0] is int else "\n").join(str(one) for one in value)
    if isinstance(value, tuple):
        return list(value)
    return "" if value is None else str(value) if _may_be_all(leaf) else value


def _typed(leaf: Leaf, value: Any) -> Any:
    """What the field gave, as the contract wants it."""
    if leaf.hint is bool:
        return value == "yes"
    if _is_list(leaf) and leaf.choices():
        return tuple(value)
    if _is_list(leaf):
        numbers = typing.get_args(leaf.hint)[0] is int
        texts = [part.strip() for part in re.split(r"[,\n]" if numbers else r"\n", value) if part.strip()]
        return tuple(_number(text) if numbers else text for text in texts)
    if _may_be_all(leaf):
        return _number(value)
    if value in ("", None):
        return None if leaf.optional else ""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _number(text: str) -> int | str:
    """The number that was typed; what is none stays a text, so that the contract names it."""
    number = whole(text)
    return text if number is None else number
