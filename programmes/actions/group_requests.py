"""Asking to come into a group: joining at once, waiting for a lead's yes, or waiting for a place."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import mentoring_models
from programmes.actions import groups
from programmes.facts import facts_for
from programmes.groups import full_sentence, places_taken
from programmes.models import Enrolment, GroupRequest, Member, Relationship
from programmes.overrides import overridden
from programmes.places import judge, must_not_rest

SETTLED = "This has been settled already."


@transaction.atomic
def ask(
    *, relationship: Relationship, mentee: Enrolment, waits: bool = False, by: Person, now: datetime
) -> Member | GroupRequest:
    """Somebody would like to be in this group: they join it where the model lets them, else a lead is asked.

    Refused for whatever rule stands against them, and where every place is taken.
    ``waits``: they go on the waiting list instead. Asked twice, the first stands.
    """
    if mentee.person_id != by.pk:
        raise Refused("Everybody asks for themselves.")
    living = Relationship.objects.under_way().told().filter(pk=relationship.pk, shape=Relationship.Shape.GROUP)
    living = living.select_for_update(of=("self",)).select_related("cohort__programme").first()
    if living is None or not living.cohort.is_open:
        raise Refused("Nobody can join this group any more.")
    if living.members.current().filter(person=by).exists():
        raise Refused("You are in this group already.")
    group = mentoring_models.of(living.cohort.programme).group
    taken = places_taken(living)
    is_full = taken >= group.size.default
    if is_full and not waits:
        raise Refused(full_sentence(taken, group.size.default))
    _must_be_allowed(living, mentee, now)
    if not is_full and group.joining == "open":
        return groups.join(relationship=living, mentee=mentee, by=by, now=now)
    state = GroupRequest.State.WAITING if is_full else GroupRequest.State.ASKED
    try:
        with transaction.atomic():
            request = GroupRequest.objects.create(relationship=living, enrolment=mentee, state=state, asked_at=now)
    except IntegrityError:
        return GroupRequest.objects.open().get(relationship=living, enrolment=mentee)
    record(Verb.GROUP_ASKED, by=by, now=now, on=request, about=by, scope=("cohort", living.cohort_id))
    return request


@transaction.atomic
def admit(*, request: GroupRequest, by: Person, now: datetime) -> Member:
    """Take in somebody who asked or waits. Refused where it has been settled, where it is full, and for a rule."""
    found = _open(request)
    return groups.join(relationship=found.relationship, mentee=found.enrolment, by=by, now=now)


@transaction.atomic
def decline(*, request: GroupRequest, by: Person, now: datetime) -> None:
    """Do not take them in. They see on their page that they were not admitted; nobody is asked why."""
    _settle(_open(request), GroupRequest.State.DECLINED, Verb.GROUP_NOT_ADMITTED, by, now)


@transaction.atomic
def withdraw(*, request: GroupRequest, by: Person, now: datetime) -> None:
    """They do not want to join any more, or wait no longer."""
    if request.enrolment.person_id != by.pk:
        raise Refused("Everybody asks for themselves.")
    _settle(_open(request), GroupRequest.State.WITHDRAWN, Verb.GROUP_ASK_WITHDRAWN, by, now)


@transaction.atomic
def let_go(*, enrolment: Enrolment, by: Person | None, now: datetime) -> None:
    """Whoever takes part no more asks for no group either."""
    GroupRequest.objects.open().filter(enrolment=enrolment).update(
        state=GroupRequest.State.WITHDRAWN, settled_at=now, settled_by=by
    )


def _open(request: GroupRequest) -> GroupRequest:
    rows = GroupRequest.objects.open().select_for_update(of=("self",))
    found = rows.select_related("relationship__cohort__programme", "enrolment__person").filter(pk=request.pk).first()
    if found is None:
        raise Refused(SETTLED)
    return found


def _settle(request: GroupRequest, state: str, verb: Verb, by: Person | None, now: datetime) -> None:
    request.state, request.settled_at, request.settled_by = state, now, by
    request.save(update_fields=["state", "settled_at", "settled_by"])
    scope = ("cohort", request.relationship.cohort_id)
    record(verb, by=by, now=now, on=request, about=request.enrolment.person, scope=scope)


def _must_be_allowed(relationship: Relationship, mentee: Enrolment, now: datetime) -> None:
    """Refused with the sentence of the rule that speaks against the mentee and one of the group's mentors, and while
    one of these takes nobody new."""
    mentors = relationship.members.current().filter(role=Member.Role.MENTOR).select_related("enrolment__person")
    mentors = [one.enrolment for one in mentors]
    cohort = relationship.cohort
    facts = facts_for(cohort, [mentee, *mentors], now=now)
    pairs = [(mentee, mentor) for mentor in mentors]
    must_not_rest(pairs, on=timezone.localdate(now))
    judge(cohort, pairs, facts, overridden(cohort, at=now))
