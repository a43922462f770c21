"""Every mentor of a cohort for one mentee, the best first, judged by the very rules and preferences of a match run.

For whoever chooses by hand: a pair that a run would not make says here why not,
in the same sentence; a pair that it could make has the same score and reasons.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from matching.decisions import decisions_of
from matching.gather import Problem, met_before
from programmes import mentoring_models
from programmes.facts import Facts, facts_for
from programmes.models import Enrolment, Side
from programmes.overrides import overridden
from programmes.rules import Component, Refusal, eligibility


@dataclass(frozen=True)
class Candidate:
    """One mentor, as somebody who chooses for one mentee sees them."""

    enrolment: Enrolment  # with its person
    facts: Facts
    refusals: list[Refusal]  # every rule that speaks against the pair, ``must`` first; empty where none does
    components: list[Component]  # the parts of the score, each with its reason
    free_places: int

    @property
    def score(self) -> int:
        """Hundredths of a point of 100, whether the pair is allowed or not."""
        return sum(part.points for part in self.components)

    @property
    def allowed(self) -> bool:
        """No rule stands in the way. Whether there is a place left is another question."""
        return not self.refusals

    @property
    def is_full(self) -> bool:
        return self.free_places < 1

    @property
    def can_be_chosen(self) -> bool:
        return self.allowed and not self.is_full

    @property
    def can_be_overridden(self) -> bool:
        """A lead may choose them with a reason: only a ``should`` speaks against it."""
        return bool(self.refusals) and not self.is_full and all(one.strength == "should" for one in self.refusals)

    @property
    def reasons(self) -> list[str]:
        return [part.reason for part in self.components]


def rank(cohort, mentee: Enrolment, *, now: datetime) -> list[Candidate]:
    """Every mentor enrolled in ``cohort`` for ``mentee``, an enrolment of it.

    First those who can be chosen, the highest score first; then the full, then
    those a lead may override a rule for, then the refused. Scores and refusals
    are those of ``gather``. A fixed number of queries.
    """
    mentors = mentors_of(cohort)
    return ranked(problem_for(cohort, mentee, mentors, now=now), mentee, mentors)


def mentors_of(cohort) -> list[Enrolment]:
    """Every mentor who takes part, with their person."""
    return list(cohort.enrolments.live().on_side(Side.MENTOR).select_related("person").order_by("person_id", "pk"))


def ranked(problem: Problem, mentee: Enrolment, mentors: list[Enrolment]) -> list[Candidate]:
    """As ``rank``, where ``problem_for`` has been asked already."""
    key = str(mentee.person_id)
    found = [
        Candidate(
            enrolment=mentor,
            facts=problem.facts[mentor.person_id],
            refusals=problem.refusals(key, str(mentor.person_id)),
            components=problem.components(key, str(mentor.person_id)),
            free_places=mentor.capacity - mentor.places_taken,
        )
        for mentor in mentors
    ]
    return sorted(found, key=lambda one: (_standing(one), -one.score, one.enrolment.person_id))


def problem_for(
    cohort, mentee: Enrolment, mentors: list[Enrolment], *, now: datetime, others: Iterable[Enrolment] = ()
) -> Problem:
    """One mentee, ``others`` beside them and these mentors as a match run would read them, places aside."""
    others = list(others)
    return Problem(
        cohort=cohort,
        model=mentoring_models.of(cohort.programme),
        on=cohort.start_date,
        mentees={str(one.person_id): one for one in [*others, mentee]},
        mentors={str(mentor.person_id): mentor for mentor in mentors},
        facts=facts_for(cohort, [*others, mentee, *mentors], now=now),
        met_before=met_before(cohort),
        set_aside=overridden(cohort, at=now),
        decisions=decisions_of(cohort, at=now),
    )


def own_bars(mentee: Enrolment, facts: Facts) -> list[Refusal]:
    """What keeps ``mentee`` from any mentor at all; each candidate's refusals hold it too."""
    rules = mentoring_models.of(mentee.cohort.programme).rules
    return eligibility(rules, facts, Side.MENTEE, on=mentee.cohort.start_date)


def _standing(one: Candidate) -> int:
    if one.can_be_chosen:
        return 0
    if one.allowed:
        return 1
    return 2 if one.can_be_overridden else 3
