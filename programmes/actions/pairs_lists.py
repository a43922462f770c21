"""Pairs that exist already, and those that did, from a list: saved all or nothing."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from audit.record import record, record_many
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import mentoring_models
from programmes.actions import enrolments, overrides, relationships
from programmes.models import Cohort, Enrolment, Member, Relationship, Side
from programmes.pairs_list.compare import Outcome, Pair, compare
from programmes.pairs_list.read import PairsList

HAS_PROBLEMS = "This list has problems. Correct it, and look at it again."
MOVED_ON = "Something has changed since you looked at the list. Look at it again, then save."
NOT_ALLOWED = "Tick every pair that a rule advises against, and say why it is right all the same, or take it out."
NOT_LEAD = "Only a lead of this programme can import its pairs."


@transaction.atomic
def save(
    *,
    found: PairsList,
    cohort: Cohort,
    allowed: Collection[int] = (),
    reason: str = "",
    seen: str | None = None,
    by: Person,
    now: datetime,
) -> Outcome:
    """Save a whole list of pairs, or nothing of it; the same list again changes nothing.

    Pairs of the present are live from now on, counted from the day on which they
    started; both are enrolled where they were not. What is over stands as history
    and counts as experience. Nobody is written to: they know. ``allowed`` are the
    rows whose pair the lead wants although a ``should`` speaks against it, for
    ``reason``; the portal keeps both, as for any other pair (overrides).

    ``seen`` is the digest of the preview that was looked at. Refused where the
    list has problems, where the outcome would now be another, and where a
    ``should`` is neither kept nor set aside.
    """
    if not Cohort.objects.led_by(by, now=now).filter(pk=cohort.pk).exists():
        raise Refused(NOT_LEAD)
    outcome = compare(found, cohort=cohort, by=by, now=now)
    if outcome.problems:
        raise Refused(HAS_PROBLEMS)
    if seen is not None and seen != outcome.digest():
        raise Refused(MOVED_ON)
    if outcome.to_allow and not (reason.strip() and {pair.row for pair in outcome.to_allow} <= set(allowed)):
        raise Refused(NOT_ALLOWED)
    by_cohort: dict[Cohort, list[Pair]] = defaultdict(list)
    for pair in outcome.present:
        by_cohort[pair.cohort].append(pair)
    for one, pairs in by_cohort.items():
        _start(one, pairs, outcome, reason, by, now)
    past = [_past(pair, by, now) for pair in outcome.past]
    record_many(Verb.RELATIONSHIP_STARTED, by=by, now=now, on=past, scope=("cohort", cohort.pk))
    record(Verb.PAIRS_SAVED, by=by, now=now, on=cohort, scope=("cohort", cohort.pk))
    return outcome


def _start(cohort: Cohort, pairs: list[Pair], outcome: Outcome, reason: str, by: Person, now: datetime) -> None:
    there = {(row.side, row.person_id): row for row in cohort.enrolments.live().select_related("person", "cohort")}

    def enrolled(side: str, person: Person) -> Enrolment:
        row, places = there.get((side, person.pk)), outcome.places.get((cohort.pk, side, person.pk))
        if row is None:
            row = enrolments.enrol(
                cohort=cohort, person=person, side=side, capacity=places, volunteered=True, by=by, now=now
            )
        elif places and places > row.capacity:
            row = enrolments.change_capacity(enrolment=row, capacity=places, by=by, now=now)
        there[side, person.pk] = row
        return row

    both = [(enrolled(Side.MENTEE, pair.mentee), enrolled(Side.MENTOR, pair.mentor)) for pair in pairs]
    for pair, (mentee, mentor) in zip(pairs, both, strict=True):
        if pair.to_allow:
            rules = [one.rule for one in pair.to_allow]
            overrides.grant(mentee=mentee, mentor=mentor, rules=rules, reason=reason, by=by, now=now)
    made = relationships.start_many(cohort=cohort, pairs=both, by=by, now=now)
    for relationship, pair in zip(made, pairs, strict=True):
        started = _moment(pair.started, now)
        Relationship.objects.filter(pk=relationship.pk).update(
            state=Relationship.State.LIVE, started_at=started, told_at=started
        )
        relationship.members.update(joined_at=started, waited_from=None)


def _past(pair: Pair, by: Person, now: datetime) -> Relationship:
    """A relationship that is over. Who is not enrolled has taken part, and takes part no more."""
    started, ended = _moment(pair.started, now), _moment(pair.ended, now)
    relationship = Relationship.objects.create(
        cohort=pair.cohort,
        state=Relationship.State.ENDED,
        started_at=started,
        told_at=started,
        ended_at=max(started, ended),
    )
    span = mentoring_models.of(pair.cohort.programme).capacity
    for side, person in ((Side.MENTEE, pair.mentee), (Side.MENTOR, pair.mentor)):
        enrolment, _ = Enrolment.objects.get_or_create(
            cohort=pair.cohort,
            person=person,
            side=side,
            defaults={
                "state": Enrolment.State.WITHDRAWN,
                "capacity": span.of(side).default,
                "enrolled_at": started,
                "ended_at": relationship.ended_at,
            },
        )
        Member.objects.create(
            relationship=relationship,
            person=person,
            enrolment=enrolment,
            role=side,
            joined_at=started,
            left_at=relationship.ended_at,
        )
    return relationship


def _moment(day: date, now: datetime) -> datetime:
    """Noon of the day, so that it is that day in every zone near; never later than now."""
    return min(now, timezone.make_aware(datetime.combine(day, time(12))))
