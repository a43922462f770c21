"""The forms of the pages that are opened by a one-time link."""

from django import forms
from django.contrib.auth import password_validation

from people.models import Organisation, Person

PASSWORD_HELP = "At least 12 characters. Three random words make a password that is hard to guess and easy to keep."


class NewPassword(forms.CharField):
    """A password being chosen. The form that holds it calls ``check_password`` once it knows whose it is."""

    def __init__(self, **kwargs):
        super().__init__(
            label="Choose a password",
            help_text=PASSWORD_HELP,
            strip=False,
            max_length=200,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            **kwargs,
        )


def check_password(form, person: Person) -> None:
    """Put what is wrong with the chosen password, if anything, beside its field."""
    if password := form.cleaned_data.get("password"):
        try:
            password_validation.validate_password(password, person)
        except forms.ValidationError as error:
            form.add_error("password", error)


class WelcomeForm(forms.Form):
    """What somebody fills in who was invited."""

    password = NewPassword()

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self):
        check_password(self, self.person)
        return self.cleaned_data


class FirstLeadForm(forms.Form):
    """What somebody fills in who sets up an empty portal."""

    organisation_name = forms.CharField(
        label="Name of your organisation",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    organisation_kind = forms.ChoiceField(label="What kind of organisation it is", choices=Organisation.Kind.choices)
    given_name = forms.CharField(
        label="Your first name", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label="Your last name", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        label="Your work e-mail address",
        max_length=254,
        help_text="You sign in with it.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = NewPassword()

    def clean(self):
        known = {name: self.cleaned_data.get(name, "") for name in ("given_name", "family_name", "email")}
        check_password(self, Person(**known))
        return self.cleaned_data
