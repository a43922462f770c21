"""The one form of this room so far: a private note."""

from datetime import datetime

from django import forms

from sessions_log.patient_details import nhs_numbers

READER = (
    "Only you can open this note in the portal. Leads, host officers, commissioners and administrators have no page "
    "that shows it, and it is stored encrypted. A person with full control of the server could still read it. "
    "Write no patient detail."
)


class NoteForm(forms.Form):
    """Text of a note, with a question where it seems to hold an NHS number."""

    text = forms.CharField(
        label="Your private note",
        help_text=READER,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={
            "required": "Write something in the note",
            "max_length": "The note is longer than 20,000 characters. Keep it as two notes",
        },
    )
    not_a_patient = forms.BooleanField(label="It is not a patient’s number. Keep it in the note", required=False)
    # The version on the screen, so that a change made elsewhere meanwhile is not overwritten.
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Ask about the number only once one was typed.
        if not (self.is_bound and nhs_numbers(self.data.get("text", ""))):
            del self.fields["not_a_patient"]

    def clean(self):
        cleaned = super().clean()
        numbers = nhs_numbers(cleaned.get("text", ""))
        if numbers and not cleaned.get("not_a_patient"):
            self.add_error("text", f"Is {numbers[0]} a patient’s number? Take it out")
        return cleaned

    def clean_seen_at(self) -> datetime | None:
        try:
            seen_at = datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError:
            return None
        return seen_at if seen_at.tzinfo else None  # no version of ours has such a time
