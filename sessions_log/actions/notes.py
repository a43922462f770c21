"""Writing, changing and deleting notes: one's own, and what one shares. The audit record never holds a word of them."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes.models import Relationship
from sessions_log.models import Note, Session
from sessions_log.queries.notes import may_write
from sessions_log.sharing import has_shared_notes, must_be_open, sharers, trainee_of

ENDED = (
    "This mentoring relationship has ended, so no new note can be added to it. "
    "You can still read, change and delete yours."
)
NOT_HERE = "Notes are not shared in this programme. Your private notes are yours."
LEFT = "You are no longer in this, so what you shared cannot be changed any more. You can copy or delete it."
OTHERS = "Only the person who wrote a note can change it."
GONE = "This note has been deleted. Copy what you typed before you leave this page."
CHANGED_ELSEWHERE = (
    "You changed this note somewhere else after opening it here. Copy what you typed, open the note again, and add it."
)


def _scope(relationship: Relationship) -> tuple[str, int]:
    return ("programme", relationship.cohort.programme_id)


@transaction.atomic
def write(*, relationship: Relationship, text: str, session: Session | None = None, by: Person, now: datetime) -> Note:
    """Keep a new private note of ``by``, a member of the living relationship; ``session``: the one that it is about."""
    if not may_write(relationship, by):
        raise Refused(ENDED)
    return _keep(Note(relationship=relationship, text=text, session=session), by=by, now=now)


@transaction.atomic
def share(
    *,
    relationship: Relationship,
    text: str,
    kind: str = Note.Kind.SHARED,
    session: Session | None = None,
    with_trainee: bool = False,
    by: Person,
    now: datetime,
) -> Note:
    """Keep a note of ``by`` that the others of the match read, or a line of shared learning.

    In a triad the trainee reads it where ``with_trainee`` says so, and always what they wrote themselves. Refused
    where the model has no shared notes, and while the agreement that comes first is not accepted.
    """
    if not may_write(relationship, by):
        raise Refused(ENDED)
    if by.pk not in [member.person_id for member in sharers(relationship)] or not has_shared_notes(relationship):
        raise Refused(NOT_HERE)
    must_be_open(relationship, by)
    trainee = trainee_of(relationship)
    if trainee is not None and not (with_trainee or trainee.person_id == by.pk):
        trainee = None
    note = Note(relationship=relationship, kind=kind, text=text, session=session, trainee=trainee)
    return _keep(note, by=by, now=now)


def _keep(note: Note, *, by: Person, now: datetime) -> Note:
    note.author, note.written_at, note.changed_at = by, now, now
    note.save(force_insert=True)
    record(Verb.NOTE_WRITTEN, by=by, now=now, on=note, scope=_scope(note.relationship))
    return note


@transaction.atomic
def change(*, note: Note, text: str, seen_at: datetime, by: Person, now: datetime) -> Note:
    """Replace the text of a note that one wrote; its readers stay the same.

    ``seen_at`` is the ``changed_at`` of the version that was on the screen: a note
    changed since, on another device, is not overwritten. What one shared cannot be
    changed once one is out.
    """
    if note.author_id != by.pk:
        raise Refused(OTHERS)
    if note.kind != Note.Kind.OWN and not may_write(note.relationship, by):
        raise Refused(LEFT)
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
    """Delete a note that one wrote, also what one shared. Asking twice changes nothing and records nothing."""
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
