"""Draws a form spec as a Django form: what applies so far, each text with its readers named above it.

Without script a page asks what newly applies in a second step; with htmx the same
address answers with the questions as they now stand. What is not asked is
neither required nor kept.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from look.forms import Checkboxes, DateField, Radios
from look.patient_details import nhs_numbers
from sessions_log.session_forms.contract import CONDITIONS, TEXTS, FormSpec, Question

PREFIX = "q"  # fields are called q-NAME, so that no question can be mistaken for something else of the page
SHOWN = "shown"  # the names of the questions that stood on the page when it was sent
LONGEST = {"text": 500, "long-text": 10_000}  # characters
NO_PATIENT = "Write no patient detail."


class SpecForm(forms.Form):
    """A form made of a spec. ``readers`` says in words who reads an answer, by the readers that a question names.

    ``typed`` is a draft, as it was sent; ``has_session`` whether the form belongs to a session on record.
    """

    not_a_patient = forms.BooleanField(label="It is not a patient’s number. Keep it in the text", required=False)

    def __init__(
        self,
        spec: FormSpec,
        *,
        readers: Mapping[tuple[str, ...], str],
        data: QueryDict | None = None,
        typed: QueryDict | None = None,
        has_session: bool = False,
    ):
        super().__init__(data=data, prefix=PREFIX)
        self.spec, self.has_session = spec, has_session
        given = data if data is not None else typed
        self.asked = spec.shown(self._chosen(given), has_session=has_session)
        for question in self.asked:
            if question.is_asked:
                field = _field(question, readers.get(spec.readers_of(question), ""))
                self.fields[question.name] = field
                if data is None and typed is not None:
                    name = self.add_prefix(question.name)
                    field.initial = field.widget.value_from_datadict(typed, {}, name)
        numbers = data is not None and self._numbers(data)
        # Asked about only once a number was typed, and below the questions.
        box = self.fields.pop("not_a_patient")
        if numbers:
            self.fields["not_a_patient"] = box

    @property
    def new(self) -> list[str]:
        """The questions that apply now and were not on the page that was sent: asked next, not yet missing."""
        if not self.is_bound or SHOWN not in self.data:
            return []
        there = self.data.get(SHOWN, "").split()
        return [question.name for question in self.asked if question.is_asked and question.name not in there]

    @property
    def shown(self) -> str:
        return " ".join(question.name for question in self.asked if question.is_asked)

    def has_changed_questions(self) -> bool:
        """Whether other questions apply now than stood on the page."""
        return self.is_bound and SHOWN in self.data and self.data.get(SHOWN, "").split() != self.shown.split()

    def drawn(self):
        """Each question with its field, a section with none, and whether others depend on it: for the template."""
        conditions = {one.show_if.question for one in self.spec.questions if one.show_if}
        new = self.new
        for question in self.asked:
            field = self[question.name] if question.is_asked else None
            yield {
                "question": question,
                "field": field,
                "decides": question.name in conditions,
                "new": question.name in new,
            }

    def clean(self):
        cleaned = super().clean()
        found = self._numbers(self.data)
        if found and not cleaned.get("not_a_patient"):
            for name, number in found.items():
                self.add_error(name, f"Is {number} a patient’s number? Take it out")
        return cleaned

    def answers(self) -> dict[str, Any]:
        """The answers by the name of their question, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "not_a_patient"}

    def _chosen(self, given: QueryDict | None) -> dict[str, Any]:
        """The answers to what can be a condition, as they were typed."""
        if given is None:
            return {}
        chosen = {}
        for question in self.spec.questions:
            if question.kind in CONDITIONS:
                name = self.add_prefix(question.name)
                chosen[question.name] = given.getlist(name) if question.kind == "several" else given.get(name, "")
        return chosen

    def _numbers(self, data) -> dict[str, str]:
        """By question, the first number in its text that may be a patient's."""
        found = {}
        for question in self.asked:
            if question.kind in TEXTS and (there := nhs_numbers(data.get(self.add_prefix(question.name), ""))):
                found[question.name] = there[0]
        return found


def _field(question: Question, readers: str) -> forms.Field:
    required = {"required": question.required, "label": question.label}
    if question.kind in TEXTS:
        lines = [question.hint, f"Read by {readers}. {NO_PATIENT}" if readers else NO_PATIENT]
        return forms.CharField(
            **required,
            help_text=" ".join(line for line in lines if line),
            max_length=LONGEST[question.kind],
            widget=forms.Textarea(attrs={"rows": 4}) if question.kind == "long-text" else forms.TextInput,
            error_messages={"max_length": f"Write at most {LONGEST[question.kind]:,} characters"},
        )
    required["help_text"] = question.hint
    if question.kind == "date":
        return DateField(**required)
    if question.kind == "number":
        return forms.IntegerField(**required, min_value=question.least, max_value=question.most)
    if question.kind == "several":
        return forms.MultipleChoiceField(
            **required, choices=[(one, one) for one in question.choices], widget=Checkboxes()
        )
    return forms.ChoiceField(
        **required,
        choices=options_of(question),
        widget=Radios(inline=question.kind in ("yes-no", "scale")),
    )


def options_of(question: Question) -> list[tuple[str, str]]:
    """What may be chosen, as (kept, shown)."""
    if question.kind == "yes-no":
        return [("yes", "Yes"), ("no", "No")]
    if question.kind == "scale":
        ends = {question.least: question.least_label, question.most: question.most_label}
        steps = range(question.least, question.most + 1)
        return [(str(step), f"{step}: {ends[step]}" if ends.get(step) else str(step)) for step in steps]
    return [(one, one) for one in question.choices]


def in_words(question: Question, value: Any) -> str | list[str]:
    """A kept answer as it is read: the words of a choice, a day in full, texts as they were typed."""
    if isinstance(value, list):
        return [str(one) for one in value]
    return dict(options_of(question)).get(str(value), str(value))
