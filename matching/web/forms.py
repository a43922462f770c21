"""The question that the board answers."""

from django import forms

from matching.models import MatchRun
from programmes.models import Enrolment, Side


class WhyNotForm(forms.Form):
    """A mentee and a mentor of the run's cohort."""

    mentee = forms.ChoiceField(label="Why was", error_messages={"required": "Choose a mentee"})
    mentor = forms.ChoiceField(label="not matched with", error_messages={"required": "Choose a mentor"})

    def __init__(self, run: MatchRun, *args, **kwargs):
        super().__init__(*args, **kwargs)
        takes_part = Enrolment.objects.live().with_places().filter(cohort=run.cohort)
        names = takes_part.order_by("person__family_name", "person__given_name", "pk").values_list(
            "side", "person", "person__given_name", "person__family_name"
        )
        choices = {Side.MENTEE: [("", "Choose a mentee")], Side.MENTOR: [("", "Choose a mentor")]}
        for side, person, given_name, family_name in names:
            if side in choices:
                choices[side].append((str(person), f"{given_name} {family_name}".strip()))
        self.fields["mentee"].choices = choices[Side.MENTEE]
        self.fields["mentor"].choices = choices[Side.MENTOR]
