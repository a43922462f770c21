"""Booking, moving, cancelling and logging sessions.

The database decides who gets a quarter of an hour: two who book at one moment
cannot both have it, on SQLite and PostgreSQL alike. Offering times is offers.py's.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.days import in_words
from people.models import Person
from programmes.models import Member, Relationship
from sessions_log.actions import form_opening, prep_sheets
from sessions_log.bookable import must_be_bookable, taking_part
from sessions_log.hours import moment_of, quarters_of
from sessions_log.models import Attendance, Quarter, Session, Target
from sessions_log.terms import plan_of, terms_of

NOTICE = "session"  # the kind of notice that tells of a booking, a move and a cancellation

MOVED_MEANWHILE = "This session has just been changed by somebody else. Look at it again before you change it."
NOT_PLANNED = "This session is not planned any more."


@transaction.atomic
def book(
    *,
    relationship: Relationship,
    starts_at: datetime,
    minutes: int,
    mode: str = "",
    link: str = "",
    place: str = "",
    target: Target | None = None,
    series: UUID | None = None,
    by: Person,
    now: datetime,
) -> Session:
    """Book a session of ``minutes`` at ``starts_at``, on the quarter of an hour, for all who are in it.

    Refused where the mentoring is not under way, where the model wants the
    agreement or the training first, where the time has passed, and where somebody
    who is needed has another session then. In a group only its mentors are needed:
    a member who has one is marked as not able to come. ``target``: the date of the
    cadence that this session is for; None leaves the dates as they are.
    """
    must_be_bookable(relationship, starts_at, minutes, now)
    if target is not None:
        if target.relationship_id != relationship.pk:
            raise ValueError("The date is one of another relationship.")
        if not Target.objects.open().filter(pk=target.pk).update(state=Target.State.BOOKED):
            raise Refused(f"A session is booked already for {timezone.localdate(starts_at):%B}.")
    day = timezone.localdate(starts_at)
    session = Session.objects.create(
        relationship=relationship,
        day=day,
        first_day=target.due_on if target else day,
        starts_at=starts_at,
        minutes=minutes,
        mode=mode,
        link=link,
        place=place,
        target=target,
        series=series,
        booked_by=by,
        booked_at=now,
    )
    members = taking_part(relationship)
    cannot = _take_quarters(session, members, by=by)
    Attendance.objects.bulk_create(
        [
            Attendance(
                session=session,
                member=member,
                state=Attendance.State.CANNOT if member.pk in cannot else Attendance.State.EXPECTED,
            )
            for member in members
        ]
    )
    form_opening.follow(session=session, target=target, by=by, now=now)
    record(Verb.SESSION_BOOKED, by=by, now=now, on=session, scope=("cohort", relationship.cohort_id))
    _tell(session, by=by, now=now)
    return session


@transaction.atomic
def book_series(*, relationship: Relationship, by: Person, now: datetime) -> tuple[list[Session], list[str]]:
    """Book every date of the cadence to come at the members' usual time; each can be moved by itself afterwards.

    Returns the sessions and, for each date that could not be booked, the sentence that says why.
    """
    plan, series = plan_of(relationship, now=now), uuid4()
    if plan.starts_at is None:
        raise Refused("Say first at what time you usually meet.")
    booked, clashes = [], []
    for target in relationship.targets.open().filter(due_on__gt=timezone.localdate(now)).order_by("due_on"):
        try:
            with transaction.atomic():
                session = book(
                    relationship=relationship,
                    starts_at=moment_of(target.due_on, plan.starts_at),
                    minutes=target.minutes,
                    mode=plan.mode,
                    link=plan.link,
                    place=plan.place,
                    target=target,
                    series=series,
                    by=by,
                    now=now,
                )
        except Refused as refusal:
            clashes.append(f"{in_words(target.due_on)}: {refusal}")
        else:
            booked.append(session)
    if not booked and not clashes:
        raise Refused("There is no date to come that is not booked already.")
    return booked, clashes


@transaction.atomic
def move(
    *,
    session: Session,
    starts_at: datetime,
    minutes: int | None = None,
    mode: str | None = None,
    link: str | None = None,
    place: str | None = None,
    seen: int,
    by: Person,
    now: datetime,
) -> Session:
    """Move a planned session, or change how it is held; what is None stays.

    ``seen`` is the ``sequence`` that was on the screen: a session that somebody
    has moved since is not moved again unseen.
    """
    must_be_bookable(session.relationship, starts_at, minutes or session.minutes, now)
    changed = {"starts_at": starts_at, "day": timezone.localdate(starts_at), "sequence": F("sequence") + 1}
    changed |= {
        name: value
        for name, value in {"minutes": minutes, "mode": mode, "link": link, "place": place}.items()
        if value is not None
    }
    _change_planned(session, seen, **changed)
    session.quarters.all().delete()
    session.refresh_from_db()
    cannot = _take_quarters(session, taking_part(session.relationship), by=by)
    session.attendances.update(state=Attendance.State.EXPECTED)
    session.attendances.filter(member__in=cannot).update(state=Attendance.State.CANNOT)
    form_opening.follow(session=session, target=session.target, by=by, now=now)
    record(Verb.SESSION_MOVED, by=by, now=now, on=session, scope=("cohort", session.relationship.cohort_id))
    _tell(session, by=by, now=now)
    return session


@transaction.atomic
def cancel(*, session: Session, seen: int, by: Person | None, now: datetime) -> Session:
    """Cancel a planned session; its time is free again and the date it was for is open again. No reason is asked."""
    _change_planned(session, seen, state=Session.State.CANCELLED, sequence=F("sequence") + 1)
    form_opening.let_go(session=session, by=by, now=now)
    _free(session)
    record(Verb.SESSION_CANCELLED, by=by, now=now, on=session, scope=("cohort", session.relationship.cohort_id))
    session.refresh_from_db()
    _tell(session, by=by, now=now)
    return session


@transaction.atomic
def log(
    *,
    session: Session,
    attended: Iterable[int] | None = None,
    minutes: int | None = None,
    mode: str | None = None,
    in_own_time: bool | None = None,
    topics: Iterable[str] | None = None,
    by: Person,
    now: datetime,
) -> Session:
    """Log that a planned session was held, or one of which somebody had said that it was not. Twice counts once.

    ``attended``: ids of the members who were there, None for all who were
    expected. Refused before the session begins, and for one that was cancelled.
    """
    if session.starts_at and session.starts_at > now:
        raise Refused("This session has not begun yet.")
    loggable = Session.objects.exclude(state=Session.State.CANCELLED).filter(pk=session.pk)
    if session.target_id is None:  # it was said not to have happened
        session.target = _target_near(session.relationship, session.day)
    details = {"minutes": minutes, "mode": mode, "in_own_time": in_own_time, "target": session.target}
    details |= {"topics": list(topics)} if topics is not None else {}
    details = {name: value for name, value in details.items() if value is not None}
    if not loggable.update(state=Session.State.HELD, logged_by=by, logged_at=now, **details):
        raise Refused("This session was cancelled. Log one that was held without being planned instead.")
    _settle(session, attended)
    prep_sheets.settle(session=session, by=by, now=now)
    record(Verb.SESSION_LOGGED, by=by, now=now, on=session, scope=("cohort", session.relationship.cohort_id))
    session.refresh_from_db()
    form_opening.follow(session=session, target=session.target, by=by, now=now)
    return session


@transaction.atomic
def log_unplanned(
    *,
    relationship: Relationship,
    day: date,
    minutes: int | None = None,
    mode: str = "",
    attended: Iterable[int] | None = None,
    in_own_time: bool | None = None,
    topics: Iterable[str] = (),
    by: Person,
    now: datetime,
) -> Session:
    """Log a session that was held on ``day`` without being planned: "We spoke today".

    It counts for the date of the cadence nearest to it, where one is open within half the way to its neighbours.
    Refused for a day to come, for one before they knew of each other, and for one that is logged already, as by the
    other of the two. Where a planned session of that day waits to be logged, that one is logged instead.
    """
    today = timezone.localdate(now)
    if day > today:
        raise Refused("That day is still to come. Book the session instead.")
    if relationship.told_at is None or day < timezone.localdate(relationship.told_at):
        raise Refused("That day is before this match was made.")
    terms = terms_of(relationship)
    # Both log it at one moment, or the same form is sent again because its answer was lost: it was one session.
    Relationship.objects.select_for_update().get(pk=relationship.pk)
    if relationship.sessions.held().filter(day=day).exists():
        raise Refused(f"The session on {in_words(day)} is logged already. Open it in the list to change it.")
    waiting = relationship.sessions.planned().filter(day=day).first()
    if waiting is not None:
        return log(
            session=waiting,
            attended=attended,
            minutes=minutes,
            mode=mode or None,
            in_own_time=in_own_time,
            topics=topics or None,
            by=by,
            now=now,
        )
    session = Session.objects.create(
        relationship=relationship,
        state=Session.State.HELD,
        day=day,
        first_day=day,
        minutes=minutes or terms.cadence.minutes,
        mode=mode,
        target=_target_near(relationship, day),
        booked_by=None,
        booked_at=now,
        logged_by=by,
        logged_at=now,
        in_own_time=in_own_time,
        topics=list(topics),
    )
    Attendance.objects.bulk_create([Attendance(session=session, member=member) for member in taking_part(relationship)])
    _settle(session, attended)
    prep_sheets.settle(session=session, by=by, now=now)
    record(Verb.SESSION_LOGGED, by=by, now=now, on=session, scope=("cohort", relationship.cohort_id))
    form_opening.follow(session=session, target=session.target, by=by, now=now)
    return session


@transaction.atomic
def miss(*, session: Session, by: Person, now: datetime) -> Session:
    """Log that a planned session did not happen; the date it was for is open again. It may still turn out held."""
    if session.starts_at and session.starts_at > now:
        raise Refused("This session has not begun yet. You can move or cancel it.")
    if (
        not Session.objects.planned()
        .filter(pk=session.pk)
        .update(state=Session.State.MISSED, logged_by=by, logged_at=now)
    ):
        raise Refused(NOT_PLANNED)
    form_opening.let_go(session=session, by=by, now=now)
    _free(session)
    session.attendances.update(state=Attendance.State.ABSENT)
    record(Verb.SESSION_MISSED, by=by, now=now, on=session, scope=("cohort", session.relationship.cohort_id))
    session.refresh_from_db()
    return session


@transaction.atomic
def end_all(*, relationship: Relationship, by: Person | None, now: datetime) -> None:
    """A relationship has ended: what was planned is cancelled and leaves people's calendars, its dates fall away."""
    planned = list(relationship.sessions.planned().filter(starts_at__gt=now).values_list("pk", flat=True))
    Quarter.objects.filter(session__in=planned).delete()
    off = Session.objects.filter(pk__in=planned)
    off.update(state=Session.State.CANCELLED, sequence=F("sequence") + 1, target=None)
    for session in off:
        _tell(session, by=by, now=now)
    relationship.targets.filter(state__in=[Target.State.OPEN, Target.State.BOOKED], due_on__gt=now.date()).delete()


def _take_quarters(session: Session, members: list[Member], *, by: Person) -> set[int]:
    """Take everybody's time. Returns the members (ids) who have none and are not needed; Refused for who is needed."""
    cadence = terms_of(session.relationship).cadence
    is_group = session.relationship.shape == Relationship.Shape.GROUP
    cannot = set()
    # In the order of persons: two bookings at one moment then never wait for each other in a ring.
    for member in sorted(members, key=lambda one: one.person_id):
        after = cadence.held_after_minutes if member.role == Member.Role.MENTOR else 0
        quarters = [
            Quarter(person_id=member.person_id, at=at, session=session)
            for at in quarters_of(session.starts_at, session.minutes + after)
        ]
        try:
            with transaction.atomic():
                Quarter.objects.bulk_create(quarters)
        except IntegrityError:
            if is_group and member.role != Member.Role.MENTOR:
                cannot.add(member.pk)
                continue
            who = "You have" if member.person_id == by.pk else f"{member.person.given_name} has"
            raise Refused(f"{who} another session then. Choose another time.")
    return cannot


def _change_planned(session: Session, seen: int, **changed) -> None:
    """One update decides: of two who change a session at one moment, the second is told so."""
    if not Session.objects.planned().filter(pk=session.pk, sequence=seen).update(**changed):
        still = Session.objects.planned().filter(pk=session.pk).exists()
        raise Refused(MOVED_MEANWHILE if still else NOT_PLANNED)


def _free(session: Session) -> None:
    """A session is off: it takes nobody's time any more, and the date it was for is open again."""
    session.quarters.all().delete()
    Target.objects.filter(pk=session.target_id).update(state=Target.State.OPEN)
    Session.objects.filter(pk=session.pk).update(target=None)


def _settle(session: Session, attended: Iterable[int] | None) -> None:
    """A session is over: it takes nobody's time any more, the date it was for is met, and it is known who came."""
    session.quarters.all().delete()
    Target.objects.filter(pk=session.target_id).update(state=Target.State.MET)
    _mark(session, attended)


def _mark(session: Session, attended: Iterable[int] | None) -> None:
    """Who was there: the members with these ids, or everyone who was expected."""
    there = (
        session.attendances.filter(member__in=list(attended))
        if attended is not None
        else (session.attendances.exclude(state=Attendance.State.CANNOT))
    )
    keys = list(there.values_list("pk", flat=True))
    session.attendances.filter(pk__in=keys).update(state=Attendance.State.ATTENDED)
    session.attendances.exclude(pk__in=keys).update(state=Attendance.State.ABSENT)


def _target_near(relationship: Relationship, day: date) -> Target | None:
    """The date of the cadence nearest to ``day``, if nothing is booked or held for it yet."""
    asked = relationship.targets.exclude(state=Target.State.SKIPPED)
    nearest = min(asked, key=lambda target: (abs(target.due_on - day), target.due_on), default=None)
    return nearest if nearest and nearest.state == Target.State.OPEN else None


def _tell(session: Session, *, by: Person | None, now: datetime) -> None:
    """Everyone in it has a letter with the invitation, whoever booked it too: it is how it comes into a calendar."""
    members = session.attendances.order_by("pk").values_list("member__person", flat=True)
    outbox.owe_many(
        kind=NOTICE,
        owed=[
            (
                f"{NOTICE}:{session.pk}:{session.sequence}:{person}",
                person,
                {"session": session.pk, "sequence": session.sequence},
            )
            for person in members
        ],
        due_at=now,
        by=by,
        now=now,
    )
