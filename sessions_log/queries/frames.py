"""Reads of what frames the talks of two; nobody but the two reads it, the board only what both agreed to."""

from datetime import datetime

from django.urls import reverse

from people.home import Item
from people.models import Person
from programmes import mentoring_models
from programmes.models import Relationship
from vault.sealing import Undecryptable

BOOK = "book"  # the outline of models whose talks have a frame
UNREADABLE = "This cannot be opened: its key is missing, or it was changed outside the portal."


def text_of(row) -> str:
    """The text of homework or of an action; a sentence instead where it cannot be decrypted."""
    try:
        return row.text
    except Undecryptable:
        return UNREADABLE


def frame_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """From the page of a relationship whose talks have a frame, for its two alone."""
    model = mentoring_models.of(relationship.cohort.programme)
    if model.outline != BOOK or relationship.state == Relationship.State.PROPOSED:
        return None
    if not relationship.members.current().filter(person=viewer).exists():
        return None
    return Item(
        "What you read, homework and actions",
        reverse("sessions_log:frame-detail", args=[relationship.pk]),
        hint="Read by the two of you alone.",
    )
