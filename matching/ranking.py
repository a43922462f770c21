"""Every mentor of a cohort for one mentee, the best first, judged by the very rules and preferences of a match run.

For whoever chooses by hand: a pair that a run would not make says here why not,
in the same sentence; a pair that it could make has the same score and reasons.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np

from matching.decisions import decisions_of
from matching.gather import met_before, without_domain
from matching.problem import ADVISED_AGAINST, ALLOWED, Problem, free_places
from programmes import mentoring_models
from programmes.facts import Facts, facts_for
from programmes.models import Cohort, Enrolment, Side
from programmes.overrides import overridden
from programmes.rules import Component, Refusal, eligibility
from programmes.spans import span_of


@dataclass(frozen=True)
class Candidate:
    """One mentor, as somebody who chooses for one mentee sees them. Words are found for whoever is asked about."""

    problem: Problem = field(repr=False)
    mentee: str  # the engine's id
    enrolment: Enrolment  # the mentor's, with its person
    score: int  # hundredths of a point of 100, whether the pair is allowed or not
    standing: int  # the worst that the rules say: ALLOWED, ADVISED_AGAINST or BARRED

    @cached_property
    def refusals(self) -> list[Refusal]:
        """Every rule that speaks against the pair, ``must`` first; empty where none does."""
        return self.problem.refusals(self.mentee, str(self.enrolment.person_id)) if self.standing else []

    @cached_property
    def cautions(self) -> list[Refusal]:
        """What is worth knowing of the pair and bars nothing."""
        return self.problem.cautions(self.mentee, str(self.enrolment.person_id))

    @cached_property
    def components(self) -> list[Component]:
        """The parts of the score, each with its reason."""
        return self.problem.components(self.mentee, str(self.enrolment.person_id))

    @property
    def facts(self) -> Facts:
        return self.problem.facts[self.enrolment.person_id]

    @property
    def free_places(self) -> int:
        return free_places(self.enrolment)

    @property
    def allowed(self) -> bool:
        """No rule stands in the way. Whether there is a place left is another question."""
        return self.standing == ALLOWED

    @property
    def is_full(self) -> bool:
        return self.free_places < 1

    @property
    def can_be_chosen(self) -> bool:
        return self.allowed and not self.is_full

    @property
    def can_be_overridden(self) -> bool:
        """A lead may choose them with a reason: only a ``should`` speaks against it."""
        return self.standing == ADVISED_AGAINST and not self.is_full

    @property
    def reasons(self) -> list[str]:
        return [part.reason for part in self.components]


def rank(cohort: Cohort, mentee: Enrolment, *, now: datetime) -> list[Candidate]:
    """Every mentor enrolled in ``cohort`` for ``mentee``, an enrolment of it.

    First those who can be chosen, the highest score first; then the full, then
    those a lead may override a rule for, then the refused. Scores and refusals
    are those of ``gather``. A fixed number of queries.
    """
    return ranked(problem_for(cohort, mentee, mentors_of(cohort), now=now), mentee)


def mentors_of(cohort: Cohort) -> list[Enrolment]:
    """Every mentor who takes part, with their person."""
    return list(cohort.enrolments.live().on_side(Side.MENTOR).select_related("person").order_by("person_id", "pk"))


def ranked(problem: Problem, mentee: Enrolment) -> list[Candidate]:
    """As ``rank``, where ``problem_for`` has been asked already."""
    key = str(mentee.person_id)
    row, cols = np.array([problem.mentee_at[key]]), np.arange(len(problem.mentors))
    scores, standings = problem.grid.points(row, cols)[0].tolist(), problem.standing(key).tolist()
    found = [
        Candidate(problem, key, mentor, score, standing)
        for mentor, score, standing in zip(problem.mentors.values(), scores, standings, strict=True)
    ]
    return sorted(found, key=lambda one: (_order(one), -one.score, one.enrolment.person_id))


def problem_for(
    cohort: Cohort,
    mentee: Enrolment,
    mentors: list[Enrolment],
    *,
    now: datetime,
    others: Iterable[Enrolment] = (),
) -> Problem:
    """One mentee, ``others`` beside them and these mentors as a match run would read them, places aside."""
    mentees = [mentee, *others]
    return Problem(
        cohort=cohort,
        model=mentoring_models.of(cohort.programme),
        on=cohort.start_date,
        mentees={str(one.person_id): one for one in mentees},
        mentors={str(mentor.person_id): mentor for mentor in mentors},
        facts=facts_for(cohort, [*mentees, *mentors], now=now),
        met_before=met_before(cohort),
        set_aside=overridden(cohort, at=now),
        decisions=decisions_of(cohort, at=now),
        no_domain=without_domain(cohort, mentees, mentors),
        span=span_of(cohort, mentoring_models.of(cohort.programme), now=now),
    )


def own_bars(mentee: Enrolment, facts: Facts) -> list[Refusal]:
    """What keeps ``mentee`` from any mentor at all; each candidate's refusals hold it too."""
    rules = mentoring_models.of(mentee.cohort.programme).rules
    return eligibility(rules, facts, Side.MENTEE, on=mentee.cohort.start_date)


def _order(one: Candidate) -> int:
    if one.can_be_chosen:
        return 0
    if one.allowed:
        return 1
    return 2 if one.can_be_overridden else 3
