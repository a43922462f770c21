"""Filters of the administrators' lists."""

from django import forms

from audit.verbs import Verb
from notices.models import Notice


class AuditFilter(forms.Form):
    verb = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *Verb.choices])
    who = forms.CharField(label="Who did it", required=False, max_length=100)
    since = forms.DateField(
        label="From",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter the day from which to look, such as 2027-04-14"},
    )
    until = forms.DateField(
        label="To",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter the last day to look at, such as 2027-04-14"},
    )


class NoticeFilter(forms.Form):
    state = forms.ChoiceField(required=False, choices=[("", "All"), *Notice.State.choices])
