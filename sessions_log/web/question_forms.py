"""The boxes in which a question is written, and what a form is as a whole: who fills it in, when, who reads it."""

import re
from dataclasses import replace

from django import forms
from django.http import QueryDict

from look.forms import Checkboxes, Radios
from look.numbers import whole
from sessions_log.session_forms import FormSpec, Opening, Question, ShowIf
from sessions_log.session_forms.contract import MOST_WORDS
from sessions_log.session_forms.editing import conditions_for, name_for
from sessions_log.session_forms.fields import options_of
from sessions_log.web.form_specs import OPENINGS, READERS, readers_in_words

KINDS = {
    "text": "A line of text",
    "long-text": "A longer text",
    "choice": "One of several answers",
    "several": "As many of several answers as apply",
    "yes-no": "Yes or no",
    "scale": "A step on a scale",
    "date": "A day",
    "number": "A whole number",
    "section": "None: a heading over the questions below it",
}
FILLED_BY = {
    "mentor": "The mentor",
    "mentee": "The mentee",
    "each": "Each of the two",
    "lead": "A lead of the programme",
    "supervisor": "The supervisor, by a mailed link",
    "referee": "Somebody whom the mentee asks, by a mailed link",
}
ABOUT = {"nobody": "Nobody in particular", "mentee": "The mentee", "mentor": "The mentor"}
SHOWN = "shown"  # the boxes that stood on the page when it was sent
MOST_NUMBER = 1_000_000


class Growing(forms.Form):
    """A form in which some boxes follow from what was chosen in others.

    ``typed`` is what was sent without being taken yet: it stands in the boxes, and nothing is missing so far.
    """

    def __init__(self, data: QueryDict | None = None, *, typed: QueryDict | None = None, **kwargs):
        super().__init__(data=data, **kwargs)
        self.given = data if data is not None else typed
        self.grow()
        if data is None and typed is not None:
            for name in typed.get(SHOWN, "").split():
                if name in self.fields:
                    field = self.fields[name]
                    field.initial = field.widget.value_from_datadict(typed, {}, name)

    def grow(self) -> None:
        """Add the fields, by what was chosen so far."""

    def chosen(self, name: str, otherwise: str) -> str:
        """What was chosen in ``name``, where it can be; else what stood there."""
        value = self.given.get(name, otherwise) if self.given is not None else otherwise
        return value if value in dict(self.fields[name].choices) else otherwise

    @property
    def shown(self) -> str:
        return " ".join(self.fields)

    @property
    def new(self) -> list[str]:
        """The boxes that apply now and were not on the page that was sent."""
        there = self.data.get(SHOWN, "").split()
        return [name for name in self.fields if name not in there] if SHOWN in self.data else []

    @property
    def has_changed_boxes(self) -> bool:
        return SHOWN in self.data and self.data.get(SHOWN, "").split() != list(self.fields)


class QuestionForm(Growing):
    """One question of ``spec``; ``question`` is None where it is a new one."""

    label = forms.CharField(
        label="What is asked?", max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 2}), required=True
    )
    hint = forms.CharField(label="A hint under it", max_length=500, required=False)
    kind = forms.ChoiceField(label="What kind of answer?", choices=list(KINDS.items()))

    def __init__(self, data=None, *, spec: FormSpec, question: Question | None, typed=None):
        self.spec, self.question = spec, question
        super().__init__(data, typed=typed)

    def grow(self) -> None:
        was = self.question or Question(name="new", kind="text", label="…")
        if self.question:
            self.fields["label"].initial, self.fields["hint"].initial = was.label, was.hint
        self.fields["kind"].initial = was.kind
        kind = self.chosen("kind", was.kind)
        if kind in ("choice", "several"):
            self.fields["choices"] = forms.CharField(
                label="Which answers can be chosen?",
                help_text="One a line, at least two.",
                widget=forms.Textarea(attrs={"rows": 6}),
                initial="\n".join(was.choices),
            )
        if kind in ("scale", "number"):
            same = was.kind == kind
            least, most = (was.least, was.most) if same else ((1, 5) if kind == "scale" else (0, 100))
            limits = {"min_value": -MOST_NUMBER, "max_value": MOST_NUMBER}
            self.fields["least"] = forms.IntegerField(label="From", initial=least, **limits)
            self.fields["most"] = forms.IntegerField(label="To", initial=most, **limits)
        if kind == "scale":
            for name, label in (
                ("least_label", "What the lowest means"),
                ("most_label", "What the highest means"),
            ):
                self.fields[name] = forms.CharField(
                    label=label, max_length=60, required=False, initial=getattr(was, name)
                )
        if kind != "section":
            self.fields["required"] = forms.BooleanField(
                label="It has to be answered", required=False, initial=was.required
            )
            self.fields["readers"] = forms.MultipleChoiceField(
                label="Who reads the answer, besides the writer?",
                help_text=f"Tick nobody for the form’s own readers: {readers_in_words(self.spec.readers)}.",
                choices=list(READERS.items()),
                widget=Checkboxes(small=True),
                required=False,
                initial=list(was.readers),
            )
        self._condition(was)
        if self.spec.asks_whether_met and kind != "section":
            self.fields["without_session"] = forms.BooleanField(
                label="Ask it only where no session is on record", required=False, initial=was.without_session
            )
        self._place()

    def _condition(self, was: Question) -> None:
        name = self.question.name if self.question else None
        self.above = {one.name: one for one in conditions_for(self.spec, name)}
        if not self.above:
            return
        depends = was.show_if.question if was.show_if and was.show_if.question in self.above else ""
        self.fields["after"] = forms.ChoiceField(
            label="When is it asked?",
            choices=[("", "Always")]
            + [(one.name, f"Only after a certain answer to “{_short(one.label)}”") for one in self.above.values()],
            required=False,
            initial=depends,
        )
        if after := self.chosen("after", depends):
            asked = self.above[after]
            self.fields["answers"] = forms.MultipleChoiceField(
                label=f"Answers to “{_short(asked.label)}” after which it is asked",
                choices=options_of(asked),
                widget=Checkboxes(small=True),
                initial=list(was.show_if.one_of) if was.show_if and after == depends else [],
                error_messages={"required": "Tick at least one answer"},
            )

    def _place(self) -> None:
        """Where it stands: at the top, or below one of the others."""
        self.place, others = "", []
        for one in self.spec.questions:
            if self.question and one.name == self.question.name:
                self.place = others[-1].name if others else ""
            else:
                others.append(one)
        if self.question is None:
            self.place = others[-1].name
        if others:
            self.fields["place"] = forms.ChoiceField(
                label="Where does it stand?",
                choices=[("", "At the top")] + [(one.name, f"Below “{_short(one.label)}”") for one in others],
                required=False,
                initial=self.place,
            )

    def clean_label(self):
        return " ".join(self.cleaned_data["label"].split())

    def clean_choices(self):
        choices = [" ".join(line.split()) for line in self.cleaned_data["choices"].splitlines() if line.strip()]
        if len(choices) < 2:
            raise forms.ValidationError("Write at least two answers, one a line")
        if twice := [one for one in choices if choices.count(one) > 1]:
            raise forms.ValidationError(f"“{twice[0]}” stands twice")
        if long := [one for one in choices if len(one) > MOST_WORDS]:
            raise forms.ValidationError(f"“{_short(long[0])}” is longer than {MOST_WORDS} characters")
        return choices

    def clean(self):
        cleaned = super().clean()
        least, most = cleaned.get("least"), cleaned.get("most")
        if least is not None and most is not None:
            if cleaned.get("kind") == "scale" and not 1 <= most - least <= 10:
                self.add_error("most", "A scale has from two to eleven steps")
            elif least > most:
                self.add_error("most", "This is less than where it begins")
        return cleaned

    @property
    def below(self) -> str | None:
        """The question below which it is to stand; None: it stays where it is, or comes last."""
        chosen = self.cleaned_data.get("place", self.place)
        return None if chosen == self.place else chosen

    def as_question(self) -> Question:
        """The question as written, once the form is valid."""
        said = self.cleaned_data
        condition = ShowIf(question=said["after"], one_of=tuple(said["answers"])) if said.get("after") else None
        values = {
            name: tuple(said[name]) if isinstance(said[name], list) else said[name]
            for name in ("hint", "choices", "least", "most", "least_label", "most_label", "required", "readers")
            if name in said
        }
        if self.question is None:
            name = name_for(said["label"], self.spec)
        else:
            name = self.question.name
        return Question(
            name=name,
            kind=said["kind"],
            label=said["label"],
            show_if=condition,
            without_session=said.get("without_session", False),
            **values,
        )


class WholeForm(Growing):
    """What a form is besides its questions."""

    title = forms.CharField(label="What is it called?", max_length=120)
    introduction = forms.CharField(
        label="What people read above the questions",
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    filled_by = forms.ChoiceField(label="Who fills it in?", choices=list(FILLED_BY.items()), widget=Radios)
    about = forms.ChoiceField(
        label="Whom is it about?",
        help_text="Whoever it is about can be among its readers.",
        choices=list(ABOUT.items()),
        widget=Radios,
    )
    when = forms.ChoiceField(
        label="When does it open?",
        choices=[(key, words[0].upper() + words[1:]) for key, words in OPENINGS.items()],
        widget=Radios,
    )

    def __init__(self, data=None, *, spec: FormSpec, typed=None):
        self.spec = spec
        super().__init__(data, typed=typed)

    def grow(self) -> None:
        spec = self.spec
        for name in ("title", "introduction", "filled_by", "about"):
            self.fields[name].initial = getattr(spec, name)
        self.fields["when"].initial = spec.opens.when
        when = self.chosen("when", spec.opens.when)
        if when == "weeks":
            self.fields["weeks"] = forms.CharField(
                label="At which weeks after the start?",
                help_text="For example, 13, 26, 39",
                max_length=200,
                initial=", ".join(map(str, spec.opens.weeks)),
            )
        elif when == "every":
            self.fields["months"] = forms.IntegerField(
                label="Every how many months?", min_value=1, max_value=120, initial=spec.opens.months or 6
            )
        elif when == "before-session":
            self.fields["days"] = forms.IntegerField(
                label="How many days before?", min_value=1, max_value=60, initial=spec.opens.days or 7
            )
        self.fields["due_days"] = forms.IntegerField(
            label="How many days do people have?",
            help_text="Leave it empty where it is never late.",
            min_value=0,
            max_value=365,
            required=False,
            initial=spec.due_days,
        )
        self.fields["minutes"] = forms.IntegerField(
            label="How many minutes does it take?", min_value=1, max_value=240, initial=spec.minutes
        )
        self.fields["readers"] = forms.MultipleChoiceField(
            label="Who reads the answers?",
            help_text="A question can name readers of its own.",
            choices=list(READERS.items()),
            widget=Checkboxes(),
            initial=list(spec.readers),
        )

    def clean_weeks(self):
        words = [word for word in re.split(r"[\s,;]+", self.cleaned_data["weeks"]) if word]
        weeks = {whole(word) or 0 for word in words}
        if not weeks or not all(0 < week <= 1_000 for week in weeks):
            raise forms.ValidationError("Write the numbers of weeks, such as 13, 26, 39")
        return tuple(sorted(weeks))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("about") == "nobody":
            if cleaned.get("filled_by") in ("supervisor", "referee"):
                self.add_error("about", "Somebody outside the match fills it in, so say about whom")
            elif "subject" in cleaned.get("readers", ()):
                self.add_error("readers", "It is about nobody, so nobody reads it for that")
        return cleaned

    def as_spec(self) -> FormSpec:
        """The form as a whole as written, with the questions that it has, once this is valid."""
        said = self.cleaned_data
        opens = Opening(
            when=said["when"],
            weeks=said.get("weeks", ()),
            months=said.get("months", 0),
            days=said.get("days", 0),
        )
        names = ("title", "introduction", "filled_by", "about", "due_days", "minutes")
        return replace(self.spec, opens=opens, readers=tuple(said["readers"]), **{name: said[name] for name in names})


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:57].rstrip()}…"
