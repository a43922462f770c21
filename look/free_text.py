"""Boxes in which people write about people. Each names its reader above it, and asks about a patient's number (R6)."""

from typing import ClassVar

from django import forms

from look.patient_details import nhs_numbers


class FreeTextForm(forms.Form):
    """A form with free text: asks where it seems to hold an NHS number, never refuses.

    A subclass declares ``text``, or names its fields in ``texts``; their help text says who reads them.
    """

    texts: ClassVar[tuple[str, ...]] = ("text",)

    not_a_patient = forms.BooleanField(label="It is not a patient’s number. Keep it in the text", required=False)

    field_order = ["text", "not_a_patient"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Ask about the number only once one was typed.
        if not (self.is_bound and any(nhs_numbers(self.data.get(self.add_prefix(name), "")) for name in self.texts)):
            del self.fields["not_a_patient"]

    def clean(self):
        cleaned = super().clean()
        for name in self.texts:
            numbers = nhs_numbers(cleaned.get(name, ""))
            if numbers and not cleaned.get("not_a_patient"):
                self.add_error(name, f"Is {numbers[0]} a patient’s number? Take it out")
        return cleaned
