"""The third of a triad: the trainee whom a mentee and a mentor supervise together."""

from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.actions import ties
from people.models import Person, Tie
from programmes import mentoring_models
from programmes.models import Member, Relationship

TOLD_AT = time(9)  # on the day, in London


@transaction.atomic
def name_trainee(
    *, relationship: Relationship, trainee: Person, tell_on: date, by: Person | None, now: datetime
) -> Member:
    """Make ``trainee`` the third of a live pair, in place of whoever was, and tell them on the day ``tell_on``.

    The mentor goes on record as their supervisor from the cohort's start; the
    two supervisors are told at once. Refused where the model has no triads, the
    two were not told of each other yet or have ended, the day is over, the
    trainee has left, is of the pair already or of another triad, or is to be kept
    apart from one of the two.
    """
    model = mentoring_models.of(relationship.cohort.programme)
    today = timezone.localdate(now)
    if model.triad is None:
        raise Refused("This programme has no triads.")
    if tell_on < today:
        raise Refused("Choose today or a later day to tell them.")
    if not trainee.is_active:
        raise Refused(f"{trainee.given_name} has left.")
    if relationship.told_at is None:
        raise Refused("The two have not been told of their match yet. Name the trainee once they know.")
    # The row is ours from here on: of two who name somebody at once, the second finds what the first did.
    if not Relationship.objects.under_way().filter(pk=relationship.pk).update(shape=Relationship.Shape.TRIAD):
        raise Refused("The two are not under way together, so nobody can join them.")
    members = list(relationship.members.current().select_related("person"))
    if any(member.person_id == trainee.pk for member in members):
        raise Refused(f"{trainee.given_name} is one of the three already.")
    supervisors = [member for member in members if member.role != Member.Role.TRAINEE]
    _refuse_conflicts(trainee, supervisors, today)
    for member in members:
        if member.role == Member.Role.TRAINEE:
            let_go(member=member, by=by, now=now)
    member = _join(relationship, trainee, tell_on if tell_on > today else None, now)
    mentor = next(one.person for one in supervisors if one.role == Member.Role.MENTOR)
    _on_record(model.triad.mentor_is, trainee, mentor, max(relationship.cohort.start_date, today), by, now)
    record(
        Verb.MEMBER_JOINED,
        by=by,
        now=now,
        on=relationship,
        about=trainee,
        scope=("cohort", relationship.cohort_id),
    )
    _tell(relationship, member, [one.person for one in supervisors], tell_on, by, now)
    relationship.refresh_from_db()
    return member


@transaction.atomic
def let_go(*, member: Member, by: Person | None, now: datetime) -> Member:
    """The trainee's time in the triad is over; the pair goes on, and nobody is told.

    Who supervises them stays on record. Refused where they are not in it any more.
    """
    gone = Member.objects.current().filter(pk=member.pk, role=Member.Role.TRAINEE).update(left_at=now)
    if not gone:
        raise Refused(f"{member.person.given_name} is not in this triad any more.")
    relationship = member.relationship
    record(
        Verb.MEMBER_LEFT,
        by=by,
        now=now,
        on=relationship,
        about=member.person,
        scope=("cohort", relationship.cohort_id),
    )
    member.refresh_from_db()
    return member


@transaction.atomic
def tell_due(*, by: Person | None, now: datetime) -> int:
    """From the morning of the day on which they are told, trainees see their triad; return how many. Safe twice.

    The mail of that morning was owed when they were named.
    """
    due = Member.objects.current().filter(role=Member.Role.TRAINEE, tells_on__lte=timezone.localdate(now))
    return due.update(tells_on=None)


def _join(relationship: Relationship, trainee: Person, tells_on: date | None, now: datetime) -> Member:
    try:
        with transaction.atomic():
            return Member.objects.create(
                relationship=relationship,
                person=trainee,
                role=Member.Role.TRAINEE,
                tells_on=tells_on,
                joined_at=now,
            )
    except IntegrityError as error:  # the database lets nobody be the trainee of two
        raise Refused(f"{trainee.given_name} is the trainee of another triad already.") from error


def _refuse_conflicts(trainee: Person, supervisors: list[Member], today: date) -> None:
    apart = Tie.objects.not_over(on=today).filter(kind__in=[Tie.Kind.DECLARED, Tie.Kind.BLOCK])
    for one in supervisors:
        if (apart.filter(person=trainee, other=one.person) | apart.filter(person=one.person, other=trainee)).exists():
            raise Refused(
                f"{trainee.given_name} and {one.person.given_name} are not to be brought together: "
                "a conflict between them is on record."
            )


def _on_record(kind: str, trainee: Person, mentor: Person, start: date, by: Person | None, now: datetime) -> None:
    held = Tie.objects.not_over(on=timezone.localdate(now)).filter(kind=kind, person=trainee, other=mentor)
    if not held.exists():
        ties.record(kind=kind, person=trainee, other=mentor, start_date=start, by=by, now=now)


def _tell(relationship, member, supervisors, tell_on, by, now) -> None:
    due_at = max(now, timezone.make_aware(datetime.combine(tell_on, TOLD_AT)))
    outbox.owe(
        kind="triad-trainee",
        key=f"triad-trainee:{member.pk}:{member.person_id}",
        recipient=member.person,
        about={"member": member.pk},
        due_at=due_at,
        by=by,
        now=now,
    )
    for person in supervisors:
        outbox.owe(
            kind="triad-supervisor",
            key=f"triad-supervisor:{member.pk}:{person.pk}",
            recipient=person,
            about={"member": member.pk},
            due_at=now,
            by=by,
            now=now,
        )
