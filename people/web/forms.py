"""Forms of people's pages."""

from django import forms

from look.forms import DateField
from people import scopes
from people.access import Access, Role, ScopeKind
from people.models import Organisation, Person
from people.roles import FROM_A_LEAD, SCOPES_OF, may_change
from people.staff_list.columns import FIELDS, NO_KEY, NO_NAME, missing
from people.staff_list.parse import Glance
from people.staff_list.read import MAX_BYTES


class ImportForm(forms.Form):
    """A staff list to look at. Whether it is everyone comes first, since it decides who has left."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="Whose staff list is this?")
    everyone = forms.ChoiceField(
        label="Is this everyone, or additions?",
        choices=[("everyone", "This is everyone"), ("additions", "These are additions and changes")],
        widget=forms.RadioSelect,
        # A browser forgets the file with every answer, so the sentence asks for it again.
        error_messages={"required": "Answer the question “Is this everyone, or additions?”, and choose the file again"},
    )
    file = forms.FileField(
        label="The staff list",
        help_text="An Excel workbook (.xlsx) or a CSV file, of up to 20,000 rows and 10 MB.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv,text/csv"}),
        error_messages={
            "required": "Choose the file of your staff list",
            "empty": "The file is empty. Save the list from your spreadsheet once more, and choose it again.",
        },
    )

    def __init__(self, *args, organisations: list[Organisation], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["everyone"].widget.option_hints = {
            "everyone": "Whoever is on the portal but not in the file is shown as having left. You confirm it first.",
            "additions": "Nobody leaves. People in the file are added, or changed where they are known.",
        }
        field = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[organisation.pk for organisation in organisations])
        field.empty_label = None
        if len(organisations) == 1:
            field.initial, field.required, field.widget = organisations[0], False, forms.HiddenInput()
            self.only = organisations[0]

    def clean_organisation(self):
        return self.cleaned_data["organisation"] or getattr(self, "only", None)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError("The file is larger than 10 MB. Remove the columns that you do not need.")
        return file


class ColumnsForm(forms.Form):
    """One select for each column of a list: which field stands in it."""

    def __init__(self, *args, glance: Glance, chosen: dict[str, str] | None, **kwargs):
        super().__init__(*args, **kwargs)
        fields = {label: key for key, label in chosen.items()} if chosen is not None else {}
        if chosen is None:
            fields = {glance.labels[position]: key for key, position in glance.at.items()}
        self.columns: dict[str, str] = {}  # the form's field to the column's label
        choices = [("", "Not used"), *((field.key, field.label) for field in FIELDS.values())]
        for position, label in enumerate(glance.labels):
            if not label:
                continue
            name = f"column-{position}"
            self.columns[name] = label
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=False,
                initial=fields.get(label, ""),
                help_text=" · ".join(sample[:60] for sample in glance.samples(position)),
                widget=forms.Select(attrs={"class": "nhsuk-select"}),
            )

    @property
    def chosen(self) -> dict[str, str]:
        """Field to column, of a valid form."""
        return {self.cleaned_data[name]: label for name, label in self.columns.items() if self.cleaned_data[name]}

    def clean(self):
        first: dict[str, str] = {}
        for name, label in self.columns.items():
            key = self.cleaned_data.get(name)
            if key and first.setdefault(key, label) != label:
                self.add_error(
                    name, f"“{first[key]}” is {FIELDS[key].label.lower()} already. Choose one column for it."
                )
        if not self.errors and (lacking := missing(dict.fromkeys(first, 0))):
            raise forms.ValidationError(WHAT_IS_MISSING[lacking])
        return self.cleaned_data


WHAT_IS_MISSING = {
    NO_NAME: "Say which column holds the name: “First name” and “Last name”, or “Name” where it is one column",
    NO_KEY: "Say which column holds the e-mail address or the staff number: they tell one person from another",
}


class GrantForm(forms.Form):
    """A role for somebody. Offers what the viewer may give; the action decides again."""

    email = forms.EmailField(
        label="E-mail address of the person",
        help_text="Somebody whom you can find under People.",
        error_messages={"required": "Enter the e-mail address of the person"},
    )
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect, error_messages={"required": "Choose a role"})
    over = forms.ChoiceField(label="Over", error_messages={"required": "Choose over what the role is held"})
    last_day = DateField(label="Last day", required=False, help_text="Leave empty for “until further notice”.")

    def __init__(self, *args, access: Access, **kwargs):
        super().__init__(*args, **kwargs)
        self.access = access
        offered = _offered(access)
        roles = [role for role in SCOPES_OF if any(may_change(access, role=role, scope=scope) for scope in offered)]
        kinds = {kind for role in roles for kind in SCOPES_OF[role]}
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        self.fields["role"].widget.option_hints = {role.value: HINTS[role] for role in roles}
        self.fields["over"].choices = [
            ("", "Choose"),
            *((f"{scope.kind}:{scope.id}", scope.name) for scope in offered if scope.kind in kinds),
        ]

    def clean_email(self):
        """The person; one message for nobody and for somebody whom the viewer may not see."""
        people = Person.objects.visible_to(self.access.person, now=self.access.now)
        person = people.filter(email=self.cleaned_data["email"].lower(), is_active=True).first()
        if person is None:
            raise forms.ValidationError("Nobody under People has this e-mail address.")
        return person


HINTS = {
    Role.PROGRAMME_LEAD: "Runs programmes: enrols, finds matches and publishes. Over an organisation, also keeps its "
    "staff list.",
    Role.SITE_LEAD: "Sees the people of one site and confirms their pairs where the programme asks for it.",
    Role.HOST_OFFICER: "Follows whether the organisation’s people meet and return their forms.",
    Role.COMMISSIONER: "Sees counts, never names, of ways of mentoring that show any to whoever funds them.",
    Role.ADMINISTRATOR: "Keeps accounts and roles, and reads the audit record. Sees no pairs and no notes.",
}


def _offered(access: Access) -> list[scopes.Scope]:
    """Every scope over which the viewer might give some role."""
    if access.is_administrator:
        led = set(Organisation.objects.values_list("pk", flat=True))
    else:
        led = access.organisations_led
    offered = [
        scope
        for kind in (ScopeKind.ORGANISATION, ScopeKind.SITE, ScopeKind.PROGRAMME)
        for scope in scopes.of_organisations(kind, led)
    ]
    own = {(kind, id) for role, kind, id in access.grants if role in FROM_A_LEAD}
    own -= {(scope.kind, scope.id) for scope in offered}
    offered += scopes.named(own).values()
    if access.is_administrator:
        offered += scopes.named([(ScopeKind.PORTAL, 0)]).values()
    return offered
