"""The boxes in which members write notes, each with its readers named above it."""

from datetime import datetime

from django import forms

from look.forms import Radios
from look.free_text import FreeTextForm
from people.days import in_words
from sessions_log.models import Note, Session
from sessions_log.sharing import ELSE

READER = f"Only you can open this note in the portal. {ELSE}"
KINDS = {
    Note.Kind.SHARED: "A note of your meetings, for the group.",
    Note.Kind.LEARNING: "A line on what you took away, listed under what the group has learnt.",
}
LONGEST = 20_000


def version_seen(sent: str) -> datetime | None:
    """The version that was on the screen, as a hidden field carries it; None for what is none of ours."""
    try:
        seen_at = datetime.fromisoformat(sent)
    except ValueError:
        return None
    return seen_at if seen_at.tzinfo else None  # no version of ours has such a time


class NoteForm(FreeTextForm):
    """Text of a note, and the session that it is about where there is one to choose."""

    text = forms.CharField(
        label="Your private note",
        help_text=READER,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={
            "required": "Write something in the note",
            "max_length": "The note is longer than 20,000 characters. Keep it as two notes",
        },
    )
    session = forms.ModelChoiceField(
        queryset=Session.objects.none(), label="About which session? (optional)", required=False, empty_label="None"
    )
    # The version on the screen, so that a change made elsewhere meanwhile is not overwritten.
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, sessions=None, label: str = "", reader: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label or self.fields["text"].label
        self.fields["text"].help_text = reader or READER
        if sessions is not None:
            self.fields["session"].queryset = sessions
            self.fields["session"].label_from_instance = lambda session: in_words(session.day)
        else:
            del self.fields["session"]

    def clean_seen_at(self) -> datetime | None:
        return version_seen(self.cleaned_data["seen_at"])


class SharedNoteForm(NoteForm):
    """A note that the others read. ``trainee``: the third of a triad, who reads it where it is said so."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[(kind, kind.label) for kind in KINDS],
        widget=Radios(hints={kind.value: hint for kind, hint in KINDS.items()}),
        required=False,
    )
    with_trainee = forms.BooleanField(required=False)

    field_order = ["kind", "text", "not_a_patient", "with_trainee", "session"]

    def __init__(self, *args, is_group: bool, trainee: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("kind", Note.Kind.SHARED)
        if not is_group:
            del self.fields["kind"]
        if trainee:
            self.fields["with_trainee"].label = f"{trainee} reads it too"
        else:
            del self.fields["with_trainee"]

    def details(self) -> dict:
        """What the action wants besides the text."""
        cleaned = self.cleaned_data
        return {
            "kind": cleaned.get("kind") or Note.Kind.SHARED,
            "with_trainee": cleaned.get("with_trainee", False),
            "session": cleaned.get("session"),
        }
