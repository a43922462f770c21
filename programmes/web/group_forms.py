"""Forms of groups."""

from django import forms

from look.forms import Checkboxes, Radios
from programmes.mentoring_models import MentoringModel
from programmes.models import Enrolment, Relationship
from programmes.web.telling import HOW_TOLD, usual


class _People(forms.ModelMultipleChoiceField):
    def __init__(self, required: str):
        super().__init__(
            Enrolment.objects.none(),
            widget=Checkboxes(small=True),
            error_messages={"required": required, "invalid_choice": "Choose people from the list."},
        )


class GroupForm(forms.Form):
    """Who is in a new group, what it is called, how they are told; and why, where a rule advises against it."""

    mentors = _People("Choose who leads the group")
    mentees = _People("Choose at least one person for the group")
    name = forms.CharField(
        required=False,
        max_length=Relationship._meta.get_field("name").max_length,
        label="Name of the group",
        help_text="Without one it is called after its mentor.",
    )
    reason = forms.CharField(
        label="Why is this group right all the same?",
        help_text="The other leads of this programme read it. The people in the group do not.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why this group is right all the same"},
    )
    when = forms.ChoiceField(
        label="How are they told?",
        choices=HOW_TOLD,
        initial=usual,
        widget=Radios(),
        error_messages={"required": "Choose how they are told"},
    )

    def __init__(self, *args, model: MentoringModel, mentors, mentees, facts, asks_why: bool, **kwargs):
        super().__init__(*args, **kwargs)
        words, group = model.words, model.group
        for name, rows, noun in (("mentors", mentors, words.mentor), ("mentees", mentees, words.mentee)):
            field = self.fields[name]
            field.queryset = Enrolment.objects.filter(pk__in=[one.pk for one in rows])
            field.choices = [(one.pk, one.person.name) for one in rows]
            field.widget.option_hints = {str(one.pk): _about(facts[one.person_id], one) for one in rows}
            field.label = noun.many[:1].upper() + noun.many[1:]
        span = group.size
        self.fields["mentors"].label += f": choose {group.mentors}"
        self.fields["mentees"].label += f": {span.least} to {span.default}"
        if not asks_why:
            del self.fields["reason"]


def _about(facts, enrolment: Enrolment) -> str:
    """Job, team and site of somebody, and of a mentor how many places are taken."""
    parts = [facts.job_title, f"band {facts.band}" if facts.band else "", facts.team, facts.site]
    if enrolment.side == "mentor":
        parts.append(f"{enrolment.places_taken} of {enrolment.capacity} places taken")
    return ", ".join(part for part in parts if part)


class HandOverForm(forms.Form):
    """Who leads a group from now, and that they have said yes."""

    to = forms.ModelChoiceField(
        queryset=None,
        empty_label=None,
        label="Who leads it from now?",
        widget=Radios(),
        error_messages={"required": "Choose who leads the group from now", "invalid_choice": "Choose from the list."},
    )
    said_yes = forms.BooleanField(
        label="They have said yes to leading it",
        error_messages={"required": "Ask them first, then confirm that they have said yes"},
    )
    mark_optional = False

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = members
        self.fields["to"].label_from_instance = lambda member: member.person.name


class GroupNameForm(forms.Form):
    name = GroupForm.base_fields["name"]
