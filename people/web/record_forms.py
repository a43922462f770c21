"""Forms by which those who keep a record change it. The actions decide again."""

from django import forms
from django.utils import timezone

from look.forms import DateField
from people.access import Access
from people.fact_kinds import FactKind, Value
from people.finding import Finder, NotFound
from people.models import Employment, Fact, Organisation, Person, Site, Team, Tie


class NameForm(forms.Form):
    """Name and address."""

    given_name = forms.CharField(label="First name", max_length=100)
    family_name = forms.CharField(label="Last name", max_length=100, required=False)
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        required=False,
        help_text="They sign in with it, and the portal writes to it. It may be a personal address.",
    )


class PeopleField(forms.CharField):
    """People named in words, one a line. Cleans to a list of Person; ``finder`` is set by the form."""

    widget = forms.Textarea(attrs={"rows": 3})
    finder: Finder | None = None

    def clean(self, value):
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        found, wrong = [], []
        for line in lines:
            try:
                found.append(self.finder.find(line))
            except NotFound as error:
                wrong.append(str(error))
        if wrong:
            raise forms.ValidationError(wrong)
        people = self.finder.get(found)
        return [people[pk] for pk in dict.fromkeys(found)]


class JobFields(forms.Form):
    """What a job says. Sites and teams are those of ``organisations``, named with theirs where there are several."""

    job_title = forms.CharField(label="Job title", max_length=150, required=False)
    site = forms.ModelChoiceField(Site.objects.none(), label="Site", required=False, empty_label="None given")
    team = forms.ModelChoiceField(Team.objects.none(), label="Team", required=False, empty_label="None given")
    band = forms.ChoiceField(
        label="Band",
        required=False,
        choices=[("", "No band"), *Employment._meta.get_field("band").choices],
    )
    level = forms.ChoiceField(
        label="Level",
        required=False,
        choices=[("", "As the job title or the band says"), *Employment.Level.choices],
        help_text="Needed only for somebody without a band.",
    )
    staff_number = forms.CharField(label="Staff number", max_length=40, required=False)

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        for name, model in (("site", Site), ("team", Team)):
            field = self.fields[name]
            field.queryset = model.objects.filter(organisation__in=organisations).select_related("organisation")
            if len(organisations) > 1:
                field.label_from_instance = lambda part: f"{part.name}, {part.organisation.name}"

    def job(self) -> dict:
        """What the form says of the job, as the actions take it."""
        return {name: self.cleaned_data[name] for name in JobFields.base_fields}


class OfOrganisation(forms.Form):
    """Which organisation; not asked where there is only one."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="Organisation", empty_label=None)

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, organisations=organisations, **kwargs)
        field = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in organisations])
        if len(organisations) == 1:
            field.required, field.widget = False, forms.HiddenInput()
        self.only = organisations[0] if len(organisations) == 1 else None

    def clean_organisation(self):
        return self.cleaned_data["organisation"] or self.only


class NewJobForm(OfOrganisation, JobFields):
    """A first or further job of somebody whom the portal knows."""

    start_date = DateField(label="First day", required=False, help_text="Leave empty for today.")
    field_order = ["organisation"]


class NewStaffForm(NewJobForm, NameForm):
    """Somebody who works for the organisation, added by hand."""

    managers = PeopleField(
        label="Line managers",
        required=False,
        help_text="One a line: an e-mail address, a staff number or a full name.",
    )
    field_order = ["organisation", "given_name", "family_name", "email", *JobFields.base_fields, "managers"]

    def __init__(self, *args, finder: Finder, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["managers"].finder = finder


class _Organisations(forms.Form):
    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)


class ReturningGuestForm(OfOrganisation, _Organisations):
    """Where somebody from outside works."""

    works_at = forms.CharField(
        label="Where they work", max_length=150, required=False, help_text="For example, Rosebank Pharmacy."
    )


class NewGuestForm(ReturningGuestForm, NameForm):
    """Somebody from outside, without a job or a staff number here."""

    field_order = ["organisation", "given_name", "family_name", "email", "works_at"]


class JobForm(JobFields):
    """A job that is on record: what was wrong, or what has changed."""

    WRONG, CHANGED = "wrong", "changed"
    start_date = DateField(label="First day", help_text="A correction only: it never begins a new period.")
    how = forms.ChoiceField(
        label="Why are you changing it?",
        choices=[(WRONG, "It was wrong"), (CHANGED, "It has changed")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it was wrong or has changed"},
    )
    since = DateField(
        label="Changed from",
        required=False,
        help_text="Only where it has changed. What held before stays on record.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["how"].widget.option_hints = {
            self.WRONG: "It is put right from the first day on.",
            self.CHANGED: "A new band, site or post: it holds from the day that you give.",
        }

    def clean(self):
        said = self.cleaned_data
        if said.get("how") == self.CHANGED and not said.get("since") and "since" not in self.errors:
            self.add_error("since", "Give the day from which it has changed")
        if said.get("how") == self.WRONG:
            said["since"] = None
        return said


class LastDayForm(forms.Form):
    """On which day somebody is going to leave."""

    until = forms.CharField(widget=forms.HiddenInput, required=False, initial="until")  # beside the page's other button
    last_working_day = DateField(
        label="Last working day",
        required=False,
        help_text="Today or a day to come. Leave it empty for somebody who stays.",
    )


class ManagersForm(forms.Form):
    managers = PeopleField(
        label="Line managers",
        required=False,
        help_text="One a line: an e-mail address, a staff number or a full name. Leave it empty for nobody.",
    )

    def __init__(self, *args, finder: Finder, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["managers"].finder = finder


class TieForm(forms.Form):
    """What somebody else is to this person."""

    kind = forms.ChoiceField(label="What is it?", widget=forms.RadioSelect)
    other = forms.CharField(
        label="Who is the other?", max_length=254, help_text="An e-mail address, a staff number or a full name."
    )
    start_date = DateField(label="From", required=False, help_text="Leave empty for today.")
    last_day = DateField(
        label="Last day", required=False, help_text="Where it is known, such as the end of a course. Else leave empty."
    )

    def __init__(self, *args, person: Person, finder: Finder, **kwargs):
        super().__init__(*args, **kwargs)
        self.person, self.finder = person, finder
        name = person.given_name
        self.fields["kind"].choices = [
            *((kind.value, f"The other is {name}’s {kind.label}") for kind in Tie.Kind if kind in Tie.DIRECTED),
            (Tie.Kind.DECLARED.value, "One of them has declared a conflict"),
            (Tie.Kind.BLOCK.value, "The two are to be kept apart"),
        ]
        self.fields["kind"].widget.option_hints = {
            Tie.Kind.DECLARED.value: "Neither is told, and no reason is kept. Leads read only that a conflict is on "
            "record.",
            Tie.Kind.BLOCK.value: "Neither is told. It reads the same as a declared conflict.",
        }

    def clean_other(self) -> Person:
        try:
            pk = self.finder.find(self.cleaned_data["other"])
        except NotFound as error:
            raise forms.ValidationError(str(error)) from error
        return self.finder.get([pk])[pk]


class FactForm(forms.Form):
    """One fact: its value, or that it does not apply; neither makes it not yet known."""

    value = forms.CharField(required=False)
    not_applicable = forms.BooleanField(required=False)

    def __init__(self, *args, person: Person, kind: FactKind, fact: Fact | None, **kwargs):
        super().__init__(*args, **kwargs)
        help_text = "Leave it empty for “not yet known”."
        if kind.value == Value.DAY:
            field = DateField(required=False, help_text=help_text)
        elif kind.value == Value.CHOICE:
            field = forms.ChoiceField(required=False, choices=[("", "Not yet known"), *kind.choices])
        else:
            field = forms.CharField(required=False, max_length=200, help_text=help_text)
        field.label = kind.label
        if fact is not None:
            field.initial = fact.day or fact.text
            self.fields["not_applicable"].initial = not fact.applies
        self.fields["value"] = field
        self.fields["not_applicable"].label = f"This does not apply to {person.given_name}"

    def clean(self):
        said = self.cleaned_data
        if said.get("value") and said.get("not_applicable"):
            raise forms.ValidationError("Give a value, or tick that it does not apply, not both.")
        return said


def finder_for(access: Access) -> Finder:
    """Finds among everybody whom the viewer may see, and who is here."""
    people = Person.objects.visible_to(access.person, now=access.now).filter(is_active=True)
    return Finder(people, on=timezone.localdate(access.now))
