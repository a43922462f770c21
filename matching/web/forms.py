"""The question that the board answers."""

from django import forms

from look.numbers import whole
from matching.models import MatchRun
from people.names import folded
from programmes.models import Enrolment, Side

NAMES_IN_A_LIST = 300  # so many a person can look through; beyond that they write part of a name
LONGEST_NAME = 100  # of what is written to find somebody
MOST_ALIKE = 20  # of those who are called what was written, to choose from


class Unfound(forms.CharField):
    """Part of a name, still to be written, or with what is wrong with the one that was."""

    def __init__(self, *, problem: str = "", **kwargs):
        super().__init__(**kwargs)
        self.problem = problem

    def validate(self, value):
        super().validate(value)
        if self.problem:
            raise forms.ValidationError(self.problem)


class Found(forms.ChoiceField):
    """Those whom part of a name means; where it is one alone, they are chosen."""

    def to_python(self, value):
        return self.choices[0][0] if len(self.choices) == 1 else super().to_python(value)


class WhyNotForm(forms.Form):
    """A mentee and a mentor of the run's cohort: from a list, or where that would be long, by part of the name."""

    mentee = forms.ChoiceField(label="Why was", error_messages={"required": "Choose a mentee"})
    mentor = forms.ChoiceField(label="not matched with", error_messages={"required": "Choose a mentor"})

    def __init__(self, run: MatchRun, *args, **kwargs):
        super().__init__(*args, **kwargs)
        takes_part = Enrolment.objects.live().with_places().filter(cohort=run.cohort)
        takes_part = takes_part.order_by("person__family_name", "person__given_name", "pk")
        self.is_long = run.mentees + run.mentors > NAMES_IN_A_LIST
        if self.is_long:
            for side in (Side.MENTEE, Side.MENTOR):
                written = str(self.data.get(side, "")).strip()[:LONGEST_NAME]
                self.fields[side] = _by_name(self.fields[side], takes_part.on_side(side), side, written)
            return
        choices = {Side.MENTEE: [("", "Choose a mentee")], Side.MENTOR: [("", "Choose a mentor")]}
        for side, *person in takes_part.values_list("side", *PERSON):
            if side in choices:
                choices[side].append(_choice(*person))
        for side in choices:
            self.fields[side].choices = choices[side]


PERSON = ("person", "person__given_name", "person__family_name")


def _choice(person: int, given_name: str, family_name: str) -> tuple[str, str]:
    return str(person), f"{given_name} {family_name}".strip()


def _by_name(field: forms.Field, rows, side: str, written: str) -> forms.Field:
    """The field of one of the two: a link says their number, somebody who asks part of their name."""
    told = {"label": field.label, "error_messages": {"required": f"Write part of the name of the {side}"}}
    if not written:
        return Unfound(**told)
    if (number := whole(written)) is not None:
        rows = rows.filter(person=number)
    else:
        for word in folded(written).split():
            rows = rows.filter(person__folded_name__contains=word)
    found = [_choice(*person) for person in rows.values_list(*PERSON)[: MOST_ALIKE + 1]]
    if not found:
        return Unfound(problem=f"No {side} with a free place has “{written}” in their name.", **told)
    if len(found) > MOST_ALIKE:
        problem = f"More than {MOST_ALIKE} {side}s have “{written}” in their name. Write more of it."
        return Unfound(problem=problem, **told)
    return Found(
        choices=found,
        label=field.label,
        error_messages={"invalid_choice": f"{len(found)} {side}s have “{written}” in their name. Choose one."},
    )
