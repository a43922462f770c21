"""Choosing another mentor by hand: every mentor for one mentee of a run, what stands against each, who holds the place.

Reads for the page; the change itself is actions/moves.py.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.core.paginator import Page, Paginator

from matching.models import MatchRun, Proposal
from matching.problem import Problem
from matching.queries import points
from matching.ranking import Candidate, mentors_of, own_bars, problem_for, ranked
from people.names import folded
from programmes.facts import facts_for, job_line
from programmes.models import Enrolment

PAGE = 25


@dataclass(frozen=True)
class Holder:
    """Somebody to whom the run proposes a place of the mentor."""

    enrolment: Enrolment
    agreed: bool
    swap: str = ""  # how good the swap would be for them, in words; empty where there can be none
    no_swap: str = ""  # the sentence that says why there can be none


@dataclass(frozen=True)
class Choice:
    """One mentor whom the lead could choose."""

    candidate: Candidate
    job: str
    is_current: bool
    free: int  # places that neither a live match nor this run takes
    holders: list[Holder] = field(default_factory=list)

    @property
    def score(self) -> str:
        """Of 100 points."""
        return f"{self.candidate.score / 100:g}"

    @property
    def person(self):
        return self.candidate.enrolment.person

    @property
    def can_be_chosen(self) -> bool:
        return self.candidate.allowed and self.free > 0 and not self.is_current

    @property
    def is_apart(self) -> bool:
        return any(refusal.rule == "kept-apart" for refusal in self.candidate.refusals)

    @property
    def may_be_allowed(self) -> bool:
        """Only rules of strength ``should`` stand against it, and a place is free."""
        refusals = self.candidate.refusals
        return bool(refusals) and self.free > 0 and all(one.strength == "should" for one in refusals)

    @property
    def standing(self) -> str:
        """Where this mentor stands, in a word or two, for a tag."""
        if self.is_current:
            return "Proposed now"
        if self.is_apart:
            return "Kept apart"
        if self.candidate.refusals:
            return "A rule advises against" if self.may_be_allowed else "Not allowed"
        return "Free" if self.free > 0 else "Taken"


@dataclass(frozen=True)
class Choices:
    """The page of choices for one mentee."""

    mentee: Enrolment
    current: Proposal | None
    bars: list[str]  # what keeps the mentee from any mentor
    page: Page
    search: str


def choices(run: MatchRun, mentee: Enrolment, *, search: str, page: str | None, now: datetime) -> Choices:
    """Every mentor of the cohort for ``mentee``, the best first, as a match run would judge them.

    Whoever holds a place is read for the mentors of this page alone.
    """
    current = run.proposals.filter(mentee=mentee).select_related("mentor__person").first()
    proposed = Counter(run.proposals.order_by().values_list("mentor", flat=True))
    problem = problem_for(run.cohort, mentee, mentors_of(run.cohort), now=now)
    bars = [one.sentence for one in own_bars(mentee, problem.facts[mentee.person_id])]
    words = folded(search).split()
    shown = [one for one in ranked(problem, mentee) if all(word in one.enrolment.person.folded_name for word in words)]
    found = Paginator(shown, PAGE).get_page(page)
    holders = _holders(problem, run, current, [each.enrolment for each in found.object_list], mentee, now)
    found.object_list = [
        Choice(
            candidate=each,
            job=job_line(each.facts),
            is_current=current is not None and current.mentor_id == each.enrolment.pk,
            free=each.free_places - proposed[each.enrolment.pk],
            holders=holders[each.enrolment.pk],
        )
        for each in found.object_list
    ]
    return Choices(mentee, current, bars, found, search)


def _holders(
    problem: Problem,
    run: MatchRun,
    current: Proposal | None,
    mentors: list[Enrolment],
    mentee: Enrolment,
    now: datetime,
) -> dict[int, list[Holder]]:
    """Who has a place of each of these mentors, by the mentor's enrolment, and whether they could swap."""
    held = list(
        run.proposals.filter(mentor__in=mentors)
        .exclude(mentee=mentee)
        .select_related("mentee__person", "mentor")
        .order_by("pk")
    )
    if current is not None and held:
        problem.facts |= facts_for(run.cohort, [one.mentee for one in held], now=now)
    holders = defaultdict(list)
    for one in held:
        holders[one.mentor_id].append(_holder(problem, current, one))
    return holders


def _holder(problem: Problem, current: Proposal | None, held: Proposal) -> Holder:
    """Somebody who holds a place, and whether they could have in return the mentor whom the mentee has now."""
    agreed = (held.mentee.person_id, held.mentor.person_id) in problem.decisions.agreed
    if current is None:
        return Holder(held.mentee, agreed)
    pair = str(held.mentee.person_id), str(current.mentor.person_id)
    if pair[1] not in problem.mentors:
        return Holder(held.mentee, agreed, no_swap=f"{current.mentor.person.name} is not taking part any more.")
    if refusals := problem.refusals(*pair):
        return Holder(held.mentee, agreed, no_swap=" ".join(one.sentence for one in refusals))
    score = sum(part.points for part in problem.components(*pair))
    return Holder(held.mentee, agreed, swap=f"{points(score)} of 100 instead of {points(held.score)}")
