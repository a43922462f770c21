"""Who takes part in a cohort, and on which side.

Enrolling says that somebody takes part; whether a pair may be made of them is
judged when it is proposed, when it is confirmed and when facts change (R3).
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import confidential, mentoring_models
from programmes.actions import group_requests, groups, relationships, triads
from programmes.models import Cohort, Enrolment, Introduction, Member, Nomination, Relationship, Side
from programmes.places import hold

NOT_NOW = "This cannot be changed just now. Ask a lead of the programme."


@transaction.atomic
def enrol(
    *,
    cohort: Cohort,
    person: Person,
    side: str,
    capacity: int | None = None,
    volunteered: bool = False,
    by: Person | None,
    now: datetime,
) -> Enrolment:
    """Enrol ``person`` on ``side``, or again after they had declined or withdrawn.

    ``capacity`` is by default the model's; ``volunteered`` records that they said
    yes. Refused for somebody who is enrolled already or has left, for a capacity
    that the model does not allow, where the cohort is closed, and where a
    confidential programme lacks its second lead.
    """
    if not cohort.is_open:
        raise Refused(f"{cohort} is closed, so nobody can join.")
    confidential.must_have_two_leads(cohort.programme, now=now)
    noun = mentoring_models.of(cohort.programme).words.of(side)
    capacity = _allowed_capacity(cohort, side, capacity)
    if not person.is_active:
        raise Refused(f"{person.given_name} has left, so cannot be enrolled.")
    enrolment, is_new = Enrolment.objects.get_or_create(
        cohort=cohort, person=person, side=Side(side), defaults={"enrolled_at": now, "capacity": capacity}
    )
    if not is_new and enrolment.state == Enrolment.State.ENROLLED:
        raise Refused(f"{person.given_name} is already enrolled as {noun.a}.")
    enrolment.state = Enrolment.State.ENROLLED
    enrolment.capacity = capacity
    enrolment.enrolled_at = now
    enrolment.ended_at = None
    enrolment.volunteered_at = now if volunteered else None
    enrolment.waiting_since = timezone.localdate(now) if side == Side.MENTEE else None
    enrolment.save()
    record(Verb.ENROLLED, by=by, now=now, on=enrolment, about=person, scope=("cohort", cohort.pk))
    return enrolment


def _allowed_capacity(cohort: Cohort, side: str, capacity: int | None) -> int:
    """``capacity``, or the model's own where None. Refused outside what the model allows."""
    model = mentoring_models.of(cohort.programme)
    span = model.capacity.of(side)
    if capacity is None:
        return span.default
    if not span.least <= capacity <= span.most:
        number = f"{span.least} to {span.most} places" if span.most > 1 else "1 place"
        raise Refused(f"{capfirst(model.words.of(side).a)} on this programme has {number}.")
    return capacity


@transaction.atomic
def change_capacity(*, enrolment: Enrolment, capacity: int, by: Person | None, now: datetime) -> Enrolment:
    """Give an enrolment more or fewer places. Refused below the places that are taken, and beyond the model's span.

    The database decides against somebody who takes a place at the same moment.
    """
    capacity = _allowed_capacity(enrolment.cohort, enrolment.side, capacity)
    if capacity == enrolment.capacity:
        return enrolment
    changed = Enrolment.objects.live().filter(pk=enrolment.pk, places_taken__lte=capacity).update(capacity=capacity)
    enrolment.refresh_from_db()
    if not changed and enrolment.state == Enrolment.State.ENROLLED:
        taken = enrolment.places_taken
        told = Relationship.objects.live().told().filter(members__enrolment=enrolment, members__left_at=None)
        if by is not None and by.pk == enrolment.person_id and told.count() <= capacity:
            raise Refused(NOT_NOW)  # a match is to come of which they have not been told
        raise Refused(f"{taken} {'place is' if taken == 1 else 'places are'} taken, so there cannot be fewer.")
    if not changed:
        raise Refused(f"{enrolment.person.given_name} is not taking part any more.")
    scope = ("cohort", enrolment.cohort_id)
    record(Verb.CAPACITY_CHANGED, by=by, now=now, on=enrolment, about=enrolment.person, scope=scope)
    return enrolment


@transaction.atomic
def rest(*, enrolment: Enrolment, until: date | None, by: Person, now: datetime) -> Enrolment:
    """Take nobody new up to and including the day ``until``; None: from now on again. What lives goes on.

    The person themselves says so, or a lead. Refused for anybody else, for a mentee, and for a day that has passed.
    """
    leads = Enrolment.objects.led_by(by, now=now).filter(pk=enrolment.pk).exists()
    if by.pk != enrolment.person_id and not leads:
        raise Refused("Only the person themselves or a lead can change this.")
    if enrolment.side == Side.MENTEE:
        raise Refused("Only somebody who takes others on can rest from it.")
    if until is not None and until < timezone.localdate(now):
        raise Refused("That day has passed. Choose a later one, or leave it empty.")
    if not Enrolment.objects.live().filter(pk=enrolment.pk).update(rests_until=until):
        raise Refused(f"{enrolment.person.given_name} is not taking part any more.")
    enrolment.refresh_from_db()
    record(Verb.RESTED, by=by, now=now, on=enrolment, about=enrolment.person, scope=("cohort", enrolment.cohort_id))
    return enrolment


@transaction.atomic
def enrol_many(
    *,
    cohort: Cohort,
    people: Iterable[Person],
    side: str,
    capacity: int | None = None,
    volunteered: bool = False,
    by: Person | None,
    now: datetime,
) -> list[Enrolment]:
    """Enrol each of ``people`` as ``enrol`` does; whoever is enrolled already is left as they are.

    All or nothing. Returns the new enrolments.
    """
    there = set(cohort.enrolments.live().filter(side=side).values_list("person", flat=True))
    return [
        enrol(cohort=cohort, person=person, side=side, capacity=capacity, volunteered=volunteered, by=by, now=now)
        for person in people
        if person.pk not in there
    ]


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: Person | None, now: datetime) -> Enrolment:
    """Take somebody out of a cohort; their live relationships there end with it. No reason is needed.

    A group goes on without them, also where it is left without a mentor: then it
    stands on the leads' list. Refused where they are not taking part.
    """
    takes_part = [Enrolment.State.OFFERED, Enrolment.State.ENROLLED]
    _hold_with_all_they_have(enrolment)
    members = Member.objects.current().filter(enrolment=enrolment, relationship__in=Relationship.objects.live())
    for member in list(members.select_related("person", "relationship__cohort__programme")):
        if not member.relationship.is_group:
            relationships.end(relationship=member.relationship, by=by, now=now)
        elif member.role == Member.Role.MENTEE:
            groups.leave(member=member, by=by, now=now)
        else:
            groups.go(member=member, by=by, now=now)
    group_requests.let_go(enrolment=enrolment, by=by, now=now)
    unopened = Introduction.objects.with_lead().filter(Q(one=enrolment) | Q(other=enrolment))
    unopened.update(state=Introduction.State.ENDED, closed_at=now)
    waiting = Nomination.objects.filter(one=enrolment, closed_at=None)
    waiting.update(state=Nomination.State.TAKEN_BACK, closed_at=now)
    withdrawn = Enrolment.objects.filter(pk=enrolment.pk, state__in=takes_part).update(
        state=Enrolment.State.WITHDRAWN, ended_at=now, **Enrolment.WAIT_OVER
    )
    if not withdrawn:
        raise Refused(f"{enrolment.person.given_name} is not taking part any more.")
    enrolment.refresh_from_db()
    scope = ("cohort", enrolment.cohort_id)
    record(Verb.ENROLMENT_WITHDRAWN, by=by, now=now, on=enrolment, about=enrolment.person, scope=scope)
    return enrolment


def _hold_with_all_they_have(enrolment: Enrolment) -> None:
    """Nobody is paired with ``enrolment`` from here to the end of the transaction, and whoever just was can be seen."""
    theirs = Member.objects.current().filter(enrolment=enrolment).values("relationship")
    held = list(Relationship.objects.live().select_for_update().filter(pk__in=theirs).order_by("pk"))
    others = Member.objects.current().filter(relationship__in=held, enrolment__isnull=False)
    hold([enrolment.pk, *others.values_list("enrolment", flat=True)])


def leave(*, person: Person, by: Person | None, now: datetime) -> None:
    """The leaver step of this room: withdraw everything that ``person`` takes part in."""
    taking_part = Enrolment.objects.filter(
        person=person, state__in=[Enrolment.State.OFFERED, Enrolment.State.ENROLLED]
    ).select_related("person")
    for enrolment in list(taking_part):
        withdraw(enrolment=enrolment, by=by, now=now)
    for member in list(Member.objects.current().filter(person=person, role=Member.Role.TRAINEE)):
        triads.let_go(member=member, by=by, now=now)  # the pair goes on without its trainee
    # What is left are relationships that no enrolment of theirs made, such as an observer's.
    for relationship in list(Relationship.objects.live().with_member(person)):
        relationships.end(relationship=relationship, by=by, now=now)
