"""A session as a draft for a person's own portfolio or revalidation record (R16): in their own words alone.

Nothing is kept or sent: the person copies it out themselves. What anybody else wrote, said or set is not in it, nor
anybody's name.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from people.days import in_words
from people.models import Person
from sessions_log.goals import text_of as goal_text
from sessions_log.models import Goal, Note, PrepSheet, Session, SessionForm
from sessions_log.prep import opened
from sessions_log.queries.forms import answers_read, with_people
from sessions_log.queries.notes import text_of
from sessions_log.session_forms import kept


def draft_of(session: Session, person: Person, *, now: datetime) -> str:
    """What ``person`` wrote themselves about ``session``, as one text under headings; the facts alone where nothing."""
    parts = [_facts(session)]
    for heading, texts in (
        ("What I prepared", _prepared(session, person)),
        ("My notes", _notes(session, person)),
        ("What I answered", _answered(session, person, now)),
        ("What I had set out to do, and did", _goals(Q(settled_in=session, state=Goal.State.DONE), person)),
        ("What I do next", _goals(Q(session=session), person)),
    ):
        if found := [text for text in texts if text]:
            parts.append("\n\n".join([heading, *found]))
    return "\n\n\n".join(parts) + "\n"


def has_own_words(text: str) -> bool:
    """Whether a draft holds more than the facts."""
    return "\n\n\n" in text


def _facts(session: Session) -> str:
    how = f", {session.get_mode_display().lower()}" if session.mode else ""
    lines = [f"Mentoring session, {in_words(session.day)}", f"{session.minutes} minutes{how}"]
    if session.topics:
        lines.append(f"Topics: {'; '.join(session.topics)}")
    return "\n".join(lines)


def _prepared(session: Session, person: Person) -> Iterator[str]:
    for sheet in opened(PrepSheet.objects.filter(session=session, author=person), person):
        for answer in sheet.answers or []:
            yield f"{answer.label}\n{_said(answer.value)}"


def _notes(session: Session, person: Person) -> Iterator[str]:
    """Those about the session, and those of that day that are about none."""
    begins = timezone.make_aware(datetime.combine(session.day, time()))
    on_the_day = Q(session=None, written_at__gte=begins, written_at__lt=begins + timedelta(days=1))
    mine = Note.objects.filter(relationship=session.relationship_id, author=person)
    for note in mine.filter(Q(session=session) | on_the_day).order_by("written_at", "pk"):
        yield text_of(note) or ""


def _answered(session: Session, person: Person, now: datetime) -> Iterator[str]:
    mine = SessionForm.objects.filter(session=session, owed_by=person, state=SessionForm.State.RETURNED)
    for form in with_people(mine.order_by("returned_at", "pk")):
        for answer in answers_read(form, kept.of(form), person, now=now):
            if answer.value:
                yield f"{answer.label}\n{_said(answer.value)}"


def _goals(which: Q, person: Person) -> Iterator[str]:
    for goal in Goal.objects.filter(which, owner=person, written_by=person).order_by("written_at", "pk"):
        if text := goal_text(goal):
            yield f"- {text}{f' (by {in_words(goal.due_on)})' if goal.due_on else ''}"


def _said(value: str | Iterable[str]) -> str:
    return value if isinstance(value, str) else "\n".join(f"- {one}" for one in value)
