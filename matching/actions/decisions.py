"""Agreeing a pair, keeping two people apart, and lifting either: decisions that every later run keeps."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from matching.gather import met_before
from matching.models import PairDecision
from people.models import Person
from programmes import mentoring_models
from programmes.facts import facts_for
from programmes.models import Cohort, Enrolment
from programmes.overrides import overridden, still_barring
from programmes.rules import evaluate

Kind = PairDecision.Kind
NOT_LEAD = "Only a lead of this programme can do that."


@transaction.atomic
def agree(*, mentee: Enrolment, mentor: Enrolment, by: Person, now: datetime) -> PairDecision:
    """Settle that these two stay together: every later run keeps the pair, until it is lifted.

    Refused with a rule's sentence where the pair may not be, where either has no
    room for another agreed pair, and where a lead keeps the two apart. Agreeing
    twice changes nothing.
    """
    made, refusals = agree_many(pairs=[(mentee, mentor)], by=by, now=now)
    if refusals:
        raise Refused(refusals[0])
    if made:
        return made[0]
    return PairDecision.objects.get(mentee=mentee, mentor=mentor, kind=Kind.AGREED, lifted_at=None)


@transaction.atomic
def agree_many(
    *, pairs: Sequence[tuple[Enrolment, Enrolment]], by: Person, now: datetime
) -> tuple[list[PairDecision], list[str]]:
    """Agree each (mentee, mentor) of one cohort that can be; the new decisions, and a sentence for each refused.

    A fixed number of reads, however many pairs.
    """
    if not pairs:
        return [], []
    cohort = _locked(pairs[0][0].cohort_id, by, now)
    here = {pair: (mentee, mentor) for mentee, mentor in pairs if (pair := (mentee.pk, mentor.pk))}
    people = {one.pk: one for pair in here.values() for one in pair}
    fresh = {one.pk: one for one in Enrolment.objects.filter(pk__in=people, cohort=cohort).select_related("person")}
    if len(fresh) < len(people):
        raise ValueError("All enrolments belong to one cohort.")
    facts = facts_for(cohort, fresh.values(), now=now)
    rules = mentoring_models.of(cohort.programme).rules
    set_aside, matched = overridden(cohort, at=now), met_before(cohort)
    standing = {(one.mentee_id, one.mentor_id): one for one in _standing(cohort)}
    taken = Counter(
        enrolment
        for one in standing.values()
        if one.kind == Kind.AGREED and (one.mentee.person_id, one.mentor.person_id) not in matched
        for enrolment in (one.mentee_id, one.mentor_id)
    )
    made, refusals = [], []
    for pair in here:
        mentee, mentor = (fresh[pk] for pk in pair)
        there = standing.get(pair)
        if there is not None and there.kind == Kind.AGREED:
            continue
        persons = (mentee.person_id, mentor.person_id)
        broken = evaluate(rules, facts[persons[0]], facts[persons[1]], on=cohort.start_date)
        broken = still_barring(broken, set_aside.get(persons, ()))
        if sentence := _why_not(mentee, mentor, there, broken, persons in matched, taken):
            refusals.append(sentence)
            continue
        taken.update(pair)
        made.append(PairDecision(cohort=cohort, mentee=mentee, mentor=mentor, kind=Kind.AGREED))
    return _keep(made, by, now), refusals


def _why_not(mentee: Enrolment, mentor: Enrolment, there, broken, is_matched: bool, taken: Counter) -> str | None:
    """The sentence that speaks against agreeing this pair, or None."""
    names = mentee.person.name, mentor.person.name
    if there is not None:
        return f"{names[0]} and {names[1]} are kept apart. Lift that first."
    if is_matched:
        return f"{names[0]} and {names[1]} are or were matched on this programme."
    if broken:
        return " ".join(refusal.sentence for refusal in broken)
    for one in (mentee, mentor):
        if one.state != Enrolment.State.ENROLLED:
            return f"{one.person.name} is not taking part any more."
        free = one.capacity - one.places_taken
        if taken[one.pk] >= free:
            agreed = f" and {taken[one.pk]} agreed already" if taken[one.pk] else ""
            return f"{one.person.name} has {free} free place{'' if free == 1 else 's'}{agreed}."
    return None


@transaction.atomic
def keep_apart(*, mentee: Enrolment, mentor: Enrolment, reason: str = "", by: Person, now: datetime) -> PairDecision:
    """Settle that these two are not matched: no later run proposes them, and they cannot be published.

    A pair that was agreed is agreed no more. Refused where they are kept apart already.
    """
    cohort = _locked(mentee.cohort_id, by, now)
    if mentor.cohort_id != cohort.pk:
        raise ValueError("Both enrolments belong to one cohort.")
    reason = " ".join(reason.split())
    longest = PairDecision._meta.get_field("reason").max_length
    if len(reason) > longest:
        raise Refused(f"The reason can have {longest} characters. It has {len(reason)}.")
    for there in PairDecision.objects.filter(mentee=mentee, mentor=mentor, lifted_at=None):
        if there.kind == Kind.APART:
            raise Refused(f"{mentee.person.name} and {mentor.person.name} are kept apart already.")
        lift(decision=there, by=by, now=now)
    [kept] = _keep([PairDecision(cohort=cohort, mentee=mentee, mentor=mentor, kind=Kind.APART, reason=reason)], by, now)
    return kept


@transaction.atomic
def lift(*, decision: PairDecision, by: Person, now: datetime) -> PairDecision:
    """Take a decision back: the pair is open again. Refused where it has been lifted already."""
    _locked(decision.cohort_id, by, now)
    lifted = PairDecision.objects.filter(pk=decision.pk, lifted_at=None).update(lifted_at=now, lifted_by=by)
    if not lifted:
        raise Refused("This has been taken back already.")
    scope = ("programme", decision.cohort.programme_id)
    record(Verb.PAIR_DECISION_LIFTED, by=by, now=now, on=decision, about=decision.mentee.person, scope=scope)
    decision.refresh_from_db()
    return decision


def _locked(cohort_id: int, by: Person, now: datetime) -> Cohort:
    """The cohort, its decisions ours until the end: counting agreed pairs against places must not be overtaken."""
    if not Cohort.objects.led_by(by, now=now).filter(pk=cohort_id).exists():
        raise Refused(NOT_LEAD)
    Cohort.objects.select_for_update().get(pk=cohort_id)
    return Cohort.objects.select_related("programme").get(pk=cohort_id)


def _standing(cohort: Cohort):
    return PairDecision.objects.filter(cohort=cohort, lifted_at=None).select_related("mentee", "mentor")


def _keep(made: list[PairDecision], by: Person, now: datetime) -> list[PairDecision]:
    verbs = {Kind.AGREED: Verb.PAIR_AGREED, Kind.APART: Verb.PAIR_KEPT_APART}
    for one in made:
        one.decided_by, one.decided_at = by, now
    for one in PairDecision.objects.bulk_create(made):
        scope = ("programme", one.cohort.programme_id)
        record(verbs[one.kind], by=by, now=now, on=one, about=one.mentee.person, scope=scope)
    return made
