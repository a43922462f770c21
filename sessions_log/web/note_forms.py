"""The one form of this room so far: a private note."""

from datetime import datetime

from django import forms

from look.free_text import FreeTextForm

READER = (
    "Only you can open this note in the portal. Leads, host officers, commissioners and administrators have no page "
    "that shows it, and it is stored encrypted. A person with full control of the server could still read it. "
    "Write no patient detail."
)


class NoteForm(FreeTextForm):
    """Text of a note."""

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
    # The version on the screen, so that a change made elsewhere meanwhile is not overwritten.
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_seen_at(self) -> datetime | None:
        try:
            seen_at = datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError:
            return None
        return seen_at if seen_at.tzinfo else None  # no version of ours has such a time
