"""Writing, changing and deleting a note of one's own. The audit record never holds a word of it."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes.models import Relationship
from sessions_log.models import Note
from sessions_log.queries.notes import may_write

ENDED = (
    "This mentoring relationship has ended, so no new note can be added to it. "
    "You can still read, change and delete yours."
)
OTHERS = "Only the person who wrote a note can change it."
GONE = "This note has been deleted. Copy what you typed before you leave this page."
CHANGED_ELSEWHERE = (
    "You changed this note somewhere else after opening it here. Copy what you typed, open the note again, and add it."
)


def _scope(relationship: Relationship) -> tuple[str, int]:
    return ("programme", relationship.cohort.programme_id)


@transaction.atomic
def write(*, relationship: Relationship, text: str, by: Person, now: datetime) -> Note:
    """Keep a new private note of ``by``, a member of the living relationship."""
    if not may_write(relationship, by):
        raise Refused(ENDED)
    note = Note(relationship=relationship, author=by, text=text, written_at=now, changed_at=now)
    note.save(force_insert=True)
    record(Verb.NOTE_WRITTEN, by=by, now=now, on=note, scope=_scope(relationship))
    return note


@transaction.atomic
def change(*, note: Note, text: str, seen_at: datetime, by: Person, now: datetime) -> Note:
    """Replace the text of one's own note.

    ``seen_at`` is the ``changed_at`` of the version that was on the screen: a note
    changed since, on another device, is not overwritten.
    """
    if note.author_id != by.pk:
        raise Refused(OTHERS)
    # The update takes the row before the text is saved, so of two changes at once one is refused.
    if not Note.objects.filter(pk=note.pk, changed_at=seen_at).update(changed_at=now):
        raise Refused(CHANGED_ELSEWHERE if Note.objects.filter(pk=note.pk).exists() else GONE)
    note.text = text
    note.changed_at = now
    note.save(force_update=True)
    record(Verb.NOTE_CHANGED, by=by, now=now, on=note, scope=_scope(note.relationship))
    return note


@transaction.atomic
def delete(*, note: Note, by: Person, now: datetime) -> None:
    """Delete one's own note. Asking twice changes nothing and records nothing."""
    if note.author_id != by.pk:
        raise Refused(OTHERS)
    pk = note.pk
    deleted, _ = Note.objects.filter(pk=pk).delete()
    if deleted:
        record(Verb.NOTE_DELETED, by=by, now=now, on=note, scope=_scope(note.relationship))


@transaction.atomic
def report_unreadable(*, note: Note, by: Person | None, now: datetime) -> None:
    """Record that a stored note could not be decrypted, for those who look after the key and the database."""
    record(Verb.NOTE_UNREADABLE, by=by, now=now, on=note, scope=_scope(note.relationship))
