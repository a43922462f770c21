"""Filters of the administrators' lists."""

from django import forms

from audit.verbs import Verb
from notices.models import Notice

SELECT = forms.Select(attrs={"class": "nhsuk-select"})
# The browser's own date field: for days close by, chosen on a list, it is quicker than three boxes.
DAY = forms.DateInput(attrs={"class": "nhsuk-input", "type": "date"}, format="%Y-%m-%d")


class AuditFilter(forms.Form):
    verb = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *Verb.choices], widget=SELECT)
    who = forms.CharField(
        label="Who did it", required=False, max_length=100, widget=forms.TextInput(attrs={"class": "nhsuk-input"})
    )
    since = forms.DateField(
        label="From",
        required=False,
        widget=DAY,
        error_messages={"invalid": "Enter the day from which to look, such as 2027-04-14"},
    )
    until = forms.DateField(
        label="To",
        required=False,
        widget=DAY,
        error_messages={"invalid": "Enter the last day to look at, such as 2027-04-14"},
    )


class NoticeFilter(forms.Form):
    state = forms.ChoiceField(required=False, choices=[("", "All"), *Notice.State.choices])
