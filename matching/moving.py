"""Choosing another mentor by hand: every mentor for one mentee of a run, what stands against each, who holds the place.

Reads for the page; the change itself is actions/moves.py.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.core.paginator import Page, Paginator

from matching.models import MatchRun
from matching.problem import Problem
from matching.queries import points
from matching.ranking import Candidate, mentors_of, own_bars, problem_for, ranked
from people.names import folded
from programmes.facts import job_line
from programmes.models import Enrolment

PAGE = 25


class Held(NamedTuple):
    """One pair of the run; a run may have thousands, so no more of them than the page says."""

    mentee_id: int  # enrolments
    mentor_id: int
    score: int
    mentee_person: int
    mentor_person: int
    mentee_names: tuple[str, str]
    mentor_names: tuple[str, str]

    @property
    def mentee_name(self) -> str:
        return " ".join(self.mentee_names).strip()

    @property
    def mentor_name(self) -> str:
        return " ".join(self.mentor_names).strip()


@dataclass(frozen=True)
class Holder:
    """Somebody to whom the run proposes a place of a mentor, and whether they could swap."""

    held: Held
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
    holders: list[Held] = field(default_factory=list)

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
    current: Held | None
    is_agreed: bool  # the current one
    bars: list[str]  # what keeps the mentee from any mentor
    page: Page
    search: str


@dataclass(frozen=True)
class Taken:
    """One mentor whose places the run gives to others, and what could be done about each of these."""

    mentor: Enrolment
    current: Held | None
    holders: list[Holder]


def choices(run: MatchRun, mentee: Enrolment, *, search: str, page: str | None, now: datetime) -> Choices:
    """Every mentor of the cohort for ``mentee``, the best first, as a match run would judge them. As many queries for
    one mentor as for thousands, and words only for those on the page."""
    by_mentor, current = _held(run, mentee)
    problem = problem_for(run.cohort, mentee, mentors_of(run.cohort), now=now)
    bars = [one.sentence for one in own_bars(mentee, problem.facts[mentee.person_id])]
    words = folded(search).split()
    shown = [one for one in ranked(problem, mentee) if all(word in one.enrolment.person.folded_name for word in words)]
    found = Paginator(shown, PAGE).get_page(page)
    found.object_list = [
        Choice(
            candidate=each,
            job=job_line(each.facts),
            is_current=current is not None and current.mentor_id == each.enrolment.pk,
            free=each.free_places - len(by_mentor[each.enrolment.pk]),
            holders=[one for one in by_mentor[each.enrolment.pk] if one.mentee_id != mentee.pk],
        )
        for each in found.object_list
    ]
    is_agreed = current is not None and _is_agreed(problem, current)
    return Choices(mentee, current, is_agreed, bars, found, search)


def taken(run: MatchRun, mentee: Enrolment, mentor: Enrolment, *, now: datetime) -> Taken:
    """Who has the places of ``mentor``, and whether they could have in return the one whom ``mentee`` has now."""
    by_mentor, current = _held(run, mentee)
    held = [one for one in by_mentor[mentor.pk] if one.mentee_id != mentee.pk]
    named = [one.mentee_id for one in held] + ([current.mentor_id] if current else [])
    others = {one.pk: one for one in Enrolment.objects.filter(pk__in=named).select_related("person")}
    instead = [others[current.mentor_id]] if current else []
    instead = [one for one in instead if one.state == Enrolment.State.ENROLLED]
    problem = problem_for(
        run.cohort, mentee, [mentor, *instead], now=now, others=[others[one.mentee_id] for one in held]
    )
    return Taken(mentor, current, [_holder(problem, current, one) for one in held])


def _held(run: MatchRun, mentee: Enrolment) -> tuple[dict[int, list[Held]], Held | None]:
    """The pairs of the run by mentor, and that of ``mentee``. One query."""
    by_mentor, current = defaultdict(list), None
    names = ("person__given_name", "person__family_name")
    for *row, given, family, mentor_given, mentor_family in run.proposals.order_by("-score", "pk").values_list(
        *("mentee", "mentor", "score", "mentee__person", "mentor__person"),
        *(f"{side}__{name}" for side in ("mentee", "mentor") for name in names),
    ):
        one = Held(*row, (given, family), (mentor_given, mentor_family))
        by_mentor[one.mentor_id].append(one)
        if one.mentee_id == mentee.pk and current is None:
            current = one
    return by_mentor, current


def _is_agreed(problem: Problem, held: Held) -> bool:
    return (held.mentee_person, held.mentor_person) in problem.decisions.agreed


def _holder(problem: Problem, current: Held | None, held: Held) -> Holder:
    """Somebody who holds a place, and whether they could have in return the mentor whom the mentee has now."""
    agreed = _is_agreed(problem, held)
    if current is None:
        return Holder(held, agreed)
    pair = str(held.mentee_person), str(current.mentor_person)
    if pair[1] not in problem.mentors:
        return Holder(held, agreed, no_swap=f"{current.mentor_name} is not taking part any more.")
    if refusals := problem.refusals(*pair):
        return Holder(held, agreed, no_swap=" ".join(one.sentence for one in refusals))
    score = sum(part.points for part in problem.components(*pair))
    return Holder(held, agreed, swap=f"{points(score)} of 100 instead of {points(held.score)}")
