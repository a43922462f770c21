"""Forms of this room."""

from datetime import date, timedelta

from django import forms

from look.forms import DateField
from people.models import Organisation, Person
from programmes.intakes import Suggested
from programmes.mentoring_models import MentoringModel
from programmes.toml_files import MOST_CHARACTERS


class OfOrganisationForm(forms.Form):
    """Begins by asking for which organisation, where the viewer leads several."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="Which organisation?")

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations
        if len(organisations) == 1:
            self.fields["organisation"].initial = organisations[0]
            self.fields["organisation"].widget = forms.HiddenInput()


JUDGED = "Who may take part is judged on this day. You can enrol people and publish matches before it."


class CohortForm(forms.Form):
    """One run of a programme: its name and its dates."""

    cohort_name = forms.CharField(
        max_length=80, label="Name of the cohort", help_text="One run of the programme, such as a year’s intake."
    )
    start_date = DateField(
        label="Start date",
        help_text=JUDGED,
    )
    end_date = DateField(
        label="End date",
        required=False,
        help_text="Leave it empty for a rolling programme, which people join all year round.",
    )
    rolling = forms.BooleanField(
        required=False, label="It has no end: people join all year round", help_text="The end date is then not used."
    )

    def __init__(self, *args, model: MentoringModel, suggested: Suggested, **kwargs):
        super().__init__(*args, **kwargs)
        start, self.weeks = suggested.start, model.duration.weeks
        self.fields["cohort_name"].initial = model.calendar.cohort_name.format(year=start.year)
        self.fields["start_date"].initial = start
        if suggested.people:
            people = f"{suggested.people:,} {model.words.mentee.many} on your staff list"
            verb = "started" if suggested.has_begun else "start"
            self.fields["start_date"].help_text = f"The day on which {people} {verb}. {JUDGED}"
        if not self.weeks:
            del self.fields["rolling"]
            return
        self.fields["end_date"].initial = self.end_of(start)
        self.fields[
            "end_date"
        ].help_text = f"{self.weeks} weeks after the start, as the model says, unless you change it."

    def end_of(self, start: date) -> date:
        return start + timedelta(weeks=self.weeks)

    def clean(self):
        given = super().clean()
        start, end = given.get("start_date"), given.get("end_date")
        if given.pop("rolling", False):
            end = None
        elif self.weeks and start and "end_date" not in self.errors and end in (None, self.fields["end_date"].initial):
            end = self.end_of(start)  # nobody chose it, so it follows the start
        given["end_date"] = end
        if start and end and end <= start:
            self.add_error("end_date", "The end date must be after the start date.")
        return given


class ProgrammeStartForm(OfOrganisationForm, CohortForm):
    """Name, first cohort and its dates, suggested from the model."""

    name = forms.CharField(
        max_length=120, label="Name of the programme", help_text="People who take part see this name, also in mails."
    )
    field_order = ("organisation", "name", "cohort_name", "start_date", "end_date", "rolling")

    def __init__(self, *args, model: MentoringModel, **kwargs):
        super().__init__(*args, model=model, **kwargs)
        self.fields["organisation"].label = "Which organisation runs it?"
        self.fields["cohort_name"].label = "Name of the first cohort"
        self.fields["name"].initial = suggested_name(model)


class ProgrammeRenameForm(forms.Form):
    name = forms.CharField(
        max_length=120, label="Name of the programme", help_text="People who take part see this name, also in mails."
    )


class ModelCopyForm(OfOrganisationForm):
    """What the copy is called."""

    title = forms.CharField(max_length=200, label="Title of your copy", help_text="Leads see it in the list of models.")

    def __init__(self, *args, model: MentoringModel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].initial = f"{model.title}, our own"


WHY_LESS = "Needed where the text protects people less than before. Kept with the version."


class ModelTextForm(forms.Form):
    """A model as its text."""

    text = forms.CharField(
        label="The model as text",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "class": "portal-code", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label="Why?", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text=WHY_LESS
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput())  # the newest version when the writing began


class ModelImportForm(OfOrganisationForm):
    """A model's text file, uploaded or pasted."""

    file = forms.FileField(
        label="The file", required=False, help_text="A .toml file, as another organisation or this portal exports it."
    )
    text = forms.CharField(
        label="Or paste its text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "portal-code", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label="Why?",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed where it protects people less than the model of which it is a copy. Kept with the version.",
    )

    def clean(self):
        given = super().clean()
        file = given.get("file")
        if file is not None:
            if file.size > 4 * MOST_CHARACTERS:
                self.add_error("file", "This file is far too long for a model.")
                return given
            try:
                given["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", "This file is no text. Choose the .toml file of a model.")
        if not self.errors and not given.get("text", "").strip():
            self.add_error("file", "Choose a file or paste its text.")
        return given


def suggested_name(model: MentoringModel) -> str:
    """What a new programme is called at first: short enough for the subject of a mail."""
    noun = model.words.mentee.one
    return model.programme_name or f"{noun[:1].upper()}{noun[1:]} mentoring"


class EnrolmentAddForm(forms.Form):
    """Whom to enrol. The page draws the ticks itself, in its table."""

    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        error_messages={"required": "Tick at least one person.", "invalid_choice": "Tick people from the list only."},
    )
    capacity = forms.TypedChoiceField(coerce=int, label="How many can each take on?")
    volunteered = forms.BooleanField(required=False, label="They have said yes")
    against = forms.BooleanField(
        required=False,
        label="Enrol also whom a rule advises against",
        help_text="Finding matches passes them over. You may choose them by hand, each match with its reason.",
    )

    def __init__(self, *args, people, model: MentoringModel, side: str, **kwargs):
        super().__init__(*args, **kwargs)
        span, nouns = model.capacity.of(side), model.words
        self.fields["people"].queryset = people
        if span.is_fixed:
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
            wish = f"be {nouns.mentor.a}" if side == "mentor" else f"have {nouns.mentor.a}"
            self.fields["volunteered"].label = f"Everyone I enrol has said they would like to {wish}"
            self.fields["volunteered"].help_text = "Needed only where no yes is on record."


class ReasonForm(forms.Form):
    """Why something is done that is kept with its reason."""

    reason = forms.CharField(
        max_length=500,
        label="Why?",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the change, for whoever asks later.",
        error_messages={"required": "Say why. The reason is kept with the change, for whoever asks later."},
    )
