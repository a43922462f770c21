"""What a group is to talk about: written, published, and what of it came up. The audit record holds no word of it."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes.models import Relationship
from sessions_log.agenda import may_write, what
from sessions_log.models import AgendaItem, Session
from sessions_log.sharing import must_be_open

MOST = 12  # lines for one meeting
LONGEST = 500  # characters a line


@transaction.atomic
def write(
    *, relationship: Relationship, day: date, text: str, publish: bool, by: Person, now: datetime
) -> list[AgendaItem]:
    """Keep each line of ``text`` for the meeting of ``day``, in place of what ``by`` had there as a draft.

    Published, the group reads them from now on. Topics are what members share, so
    they wait for the agreement where the model says so; the mentor's questions do not.
    """
    noun = what(relationship)
    if not noun or not may_write(relationship, by):
        raise Refused("Only the mentor sets the questions." if noun == "question" else "You cannot write here.")
    if noun == "topic":
        must_be_open(relationship, by)
    if day < timezone.localdate(now):
        raise Refused("That meeting is over. Choose one that is to come.")
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not lines:
        raise Refused(f"Write at least one {noun}.")
    if any(len(line) > LONGEST for line in lines):
        raise Refused(f"A {noun} can have {LONGEST} characters.")
    there = AgendaItem.objects.filter(relationship=relationship, day=day)
    there.filter(author=by, published_at=None).delete()
    if there.count() + len(lines) > MOST:
        raise Refused(f"There can be {MOST} {noun}s for one meeting.")
    last = there.order_by("-number").values_list("number", flat=True).first() or 0
    made = []
    for number, line in enumerate(lines, start=last + 1):
        item = AgendaItem(relationship=relationship, author=by, day=day, number=number, text=line, written_at=now)
        item.published_at = now if publish else None
        item.save(force_insert=True)
        made.append(item)
    scope = ("programme", relationship.cohort.programme_id)
    if publish:
        record(Verb.AGENDA_PUBLISHED, by=by, now=now, on=relationship, scope=scope)
    return made


@transaction.atomic
def remove(*, item: AgendaItem, by: Person, now: datetime) -> None:
    """Take a line away again; whoever wrote it may."""
    if item.author_id != by.pk:
        raise Refused("Only the person who wrote it can take it away.")
    AgendaItem.objects.filter(pk=item.pk).delete()


@transaction.atomic
def came_up(*, items: Iterable[AgendaItem], session: Session, by: Person, now: datetime) -> None:
    """Keep that these were talked about at ``session``, and no others. What came up at another session stays there.

    Only with the logging of a session, which the record holds already.
    """
    if not what(session.relationship):
        return
    readable = AgendaItem.objects.published().visible_to(by, now=now).filter(relationship=session.relationship_id)
    chosen = [item.pk for item in items]
    readable.filter(session=session).exclude(pk__in=chosen).update(session=None)
    readable.filter(Q(session=None) | Q(session=session), pk__in=chosen).update(session=session)
