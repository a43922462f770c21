"""Pairs that bring themselves: who may name a partner, and how the two are judged before the other has said yes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from people.models import Person, Tie
from programmes import mentoring_models
from programmes.facts import facts_for
from programmes.introductions import asks_for
from programmes.mentoring_models import MentoringModel
from programmes.models import Enrolment, Nomination, Side
from programmes.overrides import overridden, still_barring
from programmes.rules import Refusal, evaluate


def is_brought(model: MentoringModel) -> bool:
    """Whether two people of this model bring their own pair."""
    return model.matching.arises == "brought"


def may_name(enrolment: Enrolment, model: MentoringModel) -> bool:
    """Whether this person can name a partner now: their side does, and they have a place left."""
    return (
        is_brought(model)
        and enrolment.side in model.matching.asking
        and enrolment.state == Enrolment.State.ENROLLED
        and enrolment.places_taken < enrolment.capacity
        and enrolment.cohort.is_open
    )


def asks_of_course(model: MentoringModel) -> bool:
    """Whether it matters when a prescribing course ended: a rule bars whoever supervises it now."""
    return any(rule.kind == "tie" and Tie.Kind.DPP in rule.test.kinds for rule in model.rules)


def open_nomination(enrolment: Enrolment) -> Nomination | None:
    """Whom this person has named and who has not answered."""
    return Nomination.objects.open().filter(one=enrolment).first()


def barring(one: Enrolment, person: Person, *, supervised_until: date | None, now: datetime) -> Iterable[Refusal]:
    """Why ``one`` and ``person`` cannot be a pair, as far as it is known before ``person`` has said yes.

    A supervision that lasts, as ``one`` says, counts as if it were on record.
    """
    cohort = one.cohort
    model = mentoring_models.of(cohort.programme)
    # As if they had said yes today: that is what they are asked.
    other = Enrolment(cohort=cohort, person=person, side=asks_for(model, one.side), enrolled_at=now, volunteered_at=now)
    facts = facts_for(cohort, [one, other], now=now)
    mentee, mentor = (one, other) if one.side == Side.MENTEE else (other, one)
    below, above = facts[mentee.person_id], facts[mentor.person_id]
    if supervised_until is not None and supervised_until >= cohort.facts_day(now):
        kinds = below.ties.get(above.person_id, frozenset()) | {Tie.Kind.DPP.value}
        below = replace(
            below,
            ties={**below.ties, above.person_id: kinds},
            tie_ends={(above.person_id, Tie.Kind.DPP.value): supervised_until, **below.tie_ends},
        )
    refusals = evaluate(model.rules, below, above, on=cohort.start_date)
    return still_barring(refusals, overridden(cohort, at=now).get((mentee.person_id, mentor.person_id), ()))
