"""The boxes in which goals, next steps and a mentor's record are written."""

from django import forms

from look.forms import DateField, Radios
from look.free_text import FreeTextForm
from people.models import Person
from programmes.models import Member, Relationship
from sessions_log.actions.goals import Step
from sessions_log.goals import owners, reader_choices, reader_sentence
from sessions_log.models import Goal
from sessions_log.sharing import ELSE
from sessions_log.web.note_forms import version_seen

LONGEST = 1_000
TOO_LONG = "Write at most 1,000 characters"
NO_PATIENT = "Write no patient detail."
OF_RECORD = f"Only you and the one whose aim it is can open it in the portal. {ELSE}"


def owner_choices(members: list[Member], by: Person) -> list[tuple[int, str]]:
    return [(one.person_id, "You" if one.person_id == by.pk else one.person.name) for one in members]


class GoalForm(FreeTextForm):
    """One goal or next step; with ``goal`` the one that is changed."""

    text = forms.CharField(
        label="What?",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what it is", "max_length": TOO_LONG},
    )
    kind = forms.ChoiceField(
        label="What is it?",
        choices=Goal.Kind.choices,
        widget=Radios(
            hints={Goal.Kind.GOAL: "Something to reach.", Goal.Kind.STEP: "Something to do, perhaps by a day."}
        ),
    )
    owner = forms.TypedChoiceField(label="Whose is it?", coerce=int, widget=Radios)
    due_on = DateField(label="By when? (optional)", required=False)
    readers = forms.ChoiceField(label="Who reads it?", widget=Radios)
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["kind", "text", "not_a_patient", "owner", "due_on", "readers"]

    def __init__(self, *args, relationship: Relationship, by: Person, goal: Goal | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = owners(relationship, by)
        self.fields["text"].help_text = f"{reader_sentence(relationship, by)} {NO_PATIENT}"
        self.fields["owner"].choices = owner_choices(self.members, by)
        self.fields["readers"].choices = reader_choices(relationship, by)
        self.initial.setdefault("kind", Goal.Kind.STEP)
        self.initial.setdefault("owner", by.pk)
        self.initial.setdefault("readers", self.fields["readers"].choices[0][0])
        if goal is not None:
            del self.fields["kind"], self.fields["owner"]
            if goal.readers == Goal.Readers.RECORD:
                self.fields["text"].help_text = OF_RECORD
                del self.fields["due_on"]
            if goal.owner_id != by.pk:
                del self.fields["readers"]
        elif len(self.members) == 1:
            del self.fields["owner"]

    def clean_seen_at(self):
        return version_seen(self.cleaned_data["seen_at"])

    def chosen_owner(self) -> Person | None:
        """Whose it is; None: the writer's."""
        chosen = self.cleaned_data.get("owner")
        return next((one.person for one in self.members if one.person_id == chosen), None)


class AimForm(FreeTextForm):
    """What a member aims at, in the running record of a mentor."""

    about = forms.TypedChoiceField(label="Whose aim is it?", coerce=int, widget=Radios)
    text = forms.CharField(
        label="What do they aim at?",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what they aim at", "max_length": TOO_LONG},
    )

    field_order = ["about", "text", "not_a_patient"]

    def __init__(self, *args, relationship: Relationship, by: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = [one for one in owners(relationship, by) if one.role != Member.Role.MENTOR]
        self.fields["about"].choices = owner_choices(self.members, by)
        self.fields["text"].help_text = OF_RECORD

    def chosen_person(self) -> Person:
        chosen = self.cleaned_data["about"]
        return next(one.person for one in self.members if one.person_id == chosen)


class StepsForm(FreeTextForm):
    """The part of logging a session that carries next steps on: tick off what is done, add one. All of it optional."""

    texts = ("step",)

    done = forms.TypedMultipleChoiceField(
        label="Which next steps are done? (optional)",
        coerce=str,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    step = forms.CharField(
        label="A next step (optional)",
        max_length=LONGEST,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    step_owner = forms.TypedChoiceField(label="Who takes it?", coerce=int, widget=Radios, required=False)
    step_due = DateField(label="By when? (optional)", required=False)

    def __init__(self, *args, relationship: Relationship, by: Person, open_steps: list, **kwargs):
        super().__init__(*args, **kwargs)
        self.takers = owners(relationship, by)
        self.open_steps = {str(card.goal.pk): card for card in open_steps}
        if open_steps:
            self.fields["done"].choices = [
                (key, f"{card.text} ({card.whose})") for key, card in self.open_steps.items() if card.text is not None
            ]
        else:
            del self.fields["done"]
        if not self.takers:  # a triad's trainee logs, and sets no steps of the two
            for name in ("step", "step_owner", "step_due"):
                del self.fields[name]
            return
        self.fields["step"].help_text = f"{reader_sentence(relationship, by)} {NO_PATIENT}"
        self.fields["step_owner"].choices = owner_choices(self.takers, by)
        self.initial.setdefault("step_owner", by.pk)
        if len(self.takers) == 1:
            del self.fields["step_owner"]

    def done_goals(self) -> list[Goal]:
        return [self.open_steps[key].goal for key in self.cleaned_data.get("done", [])]

    def next_step(self) -> Step | None:
        """The step to set, where one was written."""
        cleaned = self.cleaned_data
        if not cleaned.get("step"):
            return None
        chosen = cleaned.get("step_owner")
        owner = next((one.person for one in self.takers if one.person_id == chosen), self.takers[0].person)
        return Step(text=cleaned["step"], owner=owner, due_on=cleaned.get("step_due"))
