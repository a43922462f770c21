"""Forms of this room."""

from datetime import date, timedelta

from django import forms

from look.forms import DateField
from people.models import Organisation, Person
from programmes.dates import last_monday
from programmes.mentoring_models import MentoringModel


class ProgrammeStartForm(forms.Form):
    """Name, first cohort and its start, suggested from the model's calendar."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="Which organisation runs it?")
    name = forms.CharField(
        max_length=120, label="Name of the programme", help_text="People who take part see this name."
    )
    cohort_name = forms.CharField(
        max_length=80, label="Name of the first cohort", help_text="One run of the programme, such as a year’s intake."
    )
    start_date = DateField(
        label="Start date",
        help_text="Who may take part is judged on this day. You can enrol people and publish matches before it.",
    )

    def __init__(self, *args, model: MentoringModel, organisations, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        start = suggested_start(model, today)
        self.fields["organisation"].queryset = organisations
        if len(organisations) == 1:
            self.fields["organisation"].initial = organisations[0]
            self.fields["organisation"].widget = forms.HiddenInput()
        self.fields["name"].initial = model.title
        self.fields["cohort_name"].initial = model.calendar.cohort_name.format(year=start.year)
        self.fields["start_date"].initial = start


def suggested_start(model: MentoringModel, today: date) -> date:
    """The last Monday of the model's month, this year or next; without a month, a Monday four weeks from now."""
    month = model.calendar.start_month
    if month is None:
        soon = today + timedelta(weeks=4)
        return soon - timedelta(days=soon.weekday())
    this_year = last_monday(today.year, month)
    return this_year if this_year > today else last_monday(today.year + 1, month)


class EnrolmentAddForm(forms.Form):
    """Whom to enrol. The page draws the ticks itself, in its table."""

    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        error_messages={"required": "Tick at least one person.", "invalid_choice": "Tick people from the list only."},
    )
    capacity = forms.TypedChoiceField(coerce=int, label="How many can each take on?")
    volunteered = forms.BooleanField(required=False, label="They have said yes")

    def __init__(self, *args, people, model: MentoringModel, side: str, **kwargs):
        super().__init__(*args, **kwargs)
        span, nouns = model.capacity.of(side), model.words
        self.fields["people"].queryset = people
        if span.least == span.most:
            del self.fields["capacity"]
        else:
            other = nouns.mentee if side == "mentor" else nouns.mentor
            self.fields["capacity"].choices = [
                (number, f"{number} {other.one if number == 1 else other.many}")
                for number in range(span.least, span.most + 1)
            ]
            self.fields["capacity"].initial = span.default
        if side not in model.voluntary:
            del self.fields["volunteered"]
        else:
            self.fields["volunteered"].label = f"Everyone I enrol has said they want to be {nouns.of(side).a}"
            self.fields["volunteered"].help_text = "Needed only where no yes is on record."
