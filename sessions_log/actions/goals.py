"""Setting, changing, settling and deleting goals and next steps; carrying them on when a session is logged.

The audit record says that, by whom and when, and never a word of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes.models import Member, Relationship
from sessions_log.actions import agenda, sessions
from sessions_log.goals import has_record, may_change, may_set, owners
from sessions_log.models import AgendaItem, Goal, Session
from sessions_log.queries.notes import may_write
from sessions_log.sharing import must_be_open

Readers = Goal.Readers

ENDED = "This mentoring has ended, so nothing can be added to it."
NOT_THEIRS = "You can write down next steps for yourself and for those you mentor here."
OWN_ONLY = "You can keep only what is yours to yourself. Let the one whose it is read it."
NOT_YOURS = "Only the one whose it is, and whoever wrote it down, can change it."
NO_RECORD = "Mentors keep no record of aims in this programme."
CHANGED_ELSEWHERE = "This has just been changed elsewhere. Copy what you typed, open it again, and add it."
GONE = "This has been deleted. Copy what you typed before you leave this page."


@dataclass(frozen=True)
class Step:
    """A next step to be set: its words, whose it is, by when, and who reads it."""

    text: str
    owner: Person
    due_on: date | None = None
    readers: str = ""


@transaction.atomic
def put(
    *,
    relationship: Relationship,
    text: str,
    kind: str = Goal.Kind.STEP,
    owner: Person | None = None,
    due_on: date | None = None,
    readers: str = "",
    session: Session | None = None,
    by: Person,
    now: datetime,
) -> Goal:
    """Set a goal or next step of ``owner`` (``by`` where none is named), read by the pair unless ``readers`` says else.

    In a group the usual readers are its owner and the mentors. What everyone in a group is to read waits for the
    agreement where a shared note does.
    """
    owner = owner or by
    if not may_set(relationship, by):
        raise Refused(ENDED)
    if owner.pk not in [member.person_id for member in owners(relationship, by)]:
        raise Refused(NOT_THEIRS)
    readers = readers or (Readers.MENTORS if relationship.is_group else Readers.MEMBERS)
    _must_be_readable(relationship, readers, owner, by)
    goal = Goal(relationship=relationship, owner=owner, kind=kind, readers=readers, session=session, due_on=due_on)
    return _keep(goal, text, by, now)


@transaction.atomic
def record_aim(*, relationship: Relationship, about: Person, text: str, by: Person, now: datetime) -> Goal:
    """A mentor notes what a member aims at, in their own running record; that member reads it, and nobody else."""
    members = {member.person_id: member for member in owners(relationship, by)}
    if not may_write(relationship, by):
        raise Refused(ENDED)
    if not has_record(relationship) or by.pk not in members or members[by.pk].role != Member.Role.MENTOR:
        raise Refused(NO_RECORD)
    if about.pk not in members or members[about.pk].role == Member.Role.MENTOR:
        raise Refused(NOT_THEIRS)
    goal = Goal(relationship=relationship, owner=about, kind=Goal.Kind.GOAL, readers=Readers.RECORD)
    return _keep(goal, text, by, now)


@transaction.atomic
def change(
    *,
    goal: Goal,
    text: str,
    due_on: date | None,
    readers: str | None = None,
    seen_at: datetime | None,
    by: Person,
    now: datetime,
) -> Goal:
    """Change its words, its date, and, by its owner, who reads it (None: as it was).

    ``seen_at`` is the ``changed_at`` that was on the screen: of two who change it at once the second is told so.
    """
    if not may_change(goal, by) or not may_write(goal.relationship, by):
        raise Refused(NOT_YOURS)
    if readers and readers != goal.readers:
        if by.pk != goal.owner_id or Readers.RECORD in (readers, goal.readers):
            raise Refused("Whose it is says who reads it.")
        _must_be_readable(goal.relationship, readers, goal.owner, by)
    # The update takes the row before the text is saved, so of two changes at once one is refused.
    if not Goal.objects.filter(pk=goal.pk, changed_at=seen_at).update(changed_at=now):
        raise Refused(CHANGED_ELSEWHERE if Goal.objects.filter(pk=goal.pk).exists() else GONE)
    goal.refresh_from_db()
    goal.text, goal.due_on, goal.readers = text, due_on, readers or goal.readers
    goal.save(force_update=True)
    _noted(Verb.GOAL_CHANGED, goal, by, now)
    return goal


@transaction.atomic
def settle(*, goal: Goal, state: str, session: Session | None = None, by: Person, now: datetime) -> Goal:
    """Tick it off (``done``), let it go (``dropped``), or take it up again (``open``). Twice changes nothing.

    Whoever reads it in the match may, since one person logs for all; ``session`` is the one with which it was done.
    """
    visible = Goal.objects.visible_to(by, now=now).filter(pk=goal.pk)
    if not may_write(goal.relationship, by) or not visible.exists():
        raise Refused(NOT_YOURS)
    if goal.readers == Readers.RECORD and by.pk != goal.written_by_id:
        raise Refused(NOT_YOURS)
    is_open = state == Goal.State.OPEN
    settled = Goal.objects.filter(pk=goal.pk).exclude(state=state)
    if not is_open:
        settled = settled.open()
    if settled.update(state=state, settled_at=None if is_open else now, settled_in=None if is_open else session):
        _noted(Verb.GOAL_SETTLED, goal, by, now)
    goal.refresh_from_db()
    return goal


@transaction.atomic
def delete(*, goal: Goal, by: Person, now: datetime) -> None:
    """Delete one that one wrote or owns, also when the mentoring is over. Twice changes nothing."""
    if not may_change(goal, by):
        raise Refused(NOT_YOURS)
    pk = goal.pk
    if Goal.objects.filter(pk=pk).delete()[0]:
        _noted(Verb.GOAL_DELETED, goal, by, now)


@transaction.atomic
def log_and_carry_on(
    *,
    relationship: Relationship,
    session: Session | None,
    day: date | None = None,
    details: dict,
    talked_about: Iterable[AgendaItem] = (),
    done: Iterable[Goal] = (),
    step: Step | None = None,
    by: Person,
    now: datetime,
) -> Session:
    """Log a session (``sessions.log``, or ``log_unplanned`` for a ``day`` where there is none), keep what of the
    agenda came up, tick off what is done, and set a next step: all of it or nothing."""
    if session is None:
        unplanned = details | {"mode": details.get("mode") or "", "topics": details.get("topics") or ()}
        held = sessions.log_unplanned(relationship=relationship, day=day, by=by, now=now, **unplanned)
    else:
        held = sessions.log(session=session, by=by, now=now, **details)
    agenda.came_up(items=talked_about, session=held, by=by, now=now)
    for goal in done:
        settle(goal=goal, state=Goal.State.DONE, session=held, by=by, now=now)
    if step is not None:
        put(
            relationship=relationship,
            text=step.text,
            owner=step.owner,
            due_on=step.due_on,
            readers=step.readers,
            session=held,
            by=by,
            now=now,
        )
    return held


def _must_be_readable(relationship: Relationship, readers: str, owner: Person, by: Person) -> None:
    if readers == Readers.OWN and owner.pk != by.pk:
        raise Refused(OWN_ONLY)
    if readers == Readers.MEMBERS and relationship.is_group:
        must_be_open(relationship, by)


def _keep(goal: Goal, text: str, by: Person, now: datetime) -> Goal:
    goal.text, goal.written_by, goal.written_at, goal.changed_at = text, by, now, now
    goal.save(force_insert=True)
    _noted(Verb.GOAL_SET, goal, by, now)
    return goal


def _noted(verb: Verb, goal: Goal, by: Person, now: datetime) -> None:
    record(verb, by=by, now=now, on=goal, scope=("programme", goal.relationship.cohort.programme_id))
