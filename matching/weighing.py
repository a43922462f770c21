"""What more a run says of its plan: close calls, and what other policies give.

Close calls of 3,000 mentees take half a second, the policies beside 2,000 mentors ten. A run that is larger still has
no such figures, and the page says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from matching.engine import Unmatched
from matching.engine.national import Found
from matching.engine.nearing import close_calls_of
from matching.engine.reaching import ask
from matching.engine.surveying import compare_all
from matching.problem import Problem
from matching.progress import Progress
from matching.scores import NONE

CLOSE = 5  # points: a runner-up who costs no more than this was a close call
MOST_PAIRS_FOR_CLOSE_CALLS = 15_000_000
MOST_PAIRS_FOR_POLICIES = 6_000_000  # allowed ones: a national cohort
MOST_PAIRS_FOR_LEFT_OUT = 40_000  # 200 mentees and as many mentors
MOST_LEFT_OUT = 10  # people of whom it is worked out who would be left out in their place
MOST_MENTORS = 5  # asked about for each, the best first


@dataclass(frozen=True)
class Weighed:
    """``close``: by (mentee, mentor), the runner-up and the loss in hundredths. ``policies``: one mapping each.
    ``instead``: by mentee left out, what a place for them would cost."""

    close: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    policies: list[dict] = field(default_factory=list)
    instead: dict[str, "Instead"] = field(default_factory=dict)


@dataclass(frozen=True)
class Instead:
    """What the best plan would be that gives somebody left out this mentor: who has none then, and what is lost."""

    mentor: str
    loses: str
    longer: bool  # has waited longer than whoever is left out
    loss: int  # hundredths of a point of the total


def weigh(
    problem: Problem, found: Found, unmatched: Sequence[Unmatched] = (), progress: Progress | None = None
) -> Weighed:
    """The close calls of this plan, the figures of every policy, and why these and not others are left out, as far as
    the number of pairs allows."""
    close, policies = {}, []
    if not len(found.row) + len(found.pinned):
        return Weighed()
    pairs = problem.allowed
    if pairs <= MOST_PAIRS_FOR_CLOSE_CALLS:
        if progress:
            progress.stage("Looking for close calls")
        for one in close_calls_of(found, CLOSE, **_told(progress)):
            close[one.mentee, one.mentor] = (one.runner_up, _hundredths(one.loss))
    if pairs <= MOST_PAIRS_FOR_POLICIES:
        if progress:
            progress.stage("Comparing ways to be fair")
        policies = _alike([_figures(one) for one in compare_all(problem.scored, **_told(progress))])
    instead = {}
    if pairs <= MOST_PAIRS_FOR_LEFT_OUT:
        crowded = [one.mentee for one in unmatched if one.mentors][:MOST_LEFT_OUT]
        if progress and crowded:
            progress.stage("Asking who would be left out instead")
        instead = {mentee: one for mentee in crowded if (one := _instead(problem, found, mentee)) is not None}
    return Weighed(close, policies, instead)


def _instead(problem: Problem, found: Found, mentee: str) -> Instead | None:
    """The least that a place for ``mentee`` with one of their best mentors would cost somebody else."""
    points, keys = problem.row(mentee), list(problem.mentors)
    best = [keys[at] for at in np.argsort(-points, kind="stable")[:MOST_MENTORS] if points[at] != NONE]
    answers = []
    for mentor in best:
        answer = ask(found, mentee, mentor)
        losers = [one for one, then in answer.then if then is None]
        if answer.allowed and len(losers) == 1:
            longer = problem.waited[losers[0]] > problem.waited[mentee]
            answers.append(Instead(mentor, losers[0], longer, _hundredths(answer.loss)))
            if not longer and answers[-1].loss == 0:
                break
    return min(answers, key=lambda one: (one.longer, one.loss), default=None)


def _told(progress: Progress | None) -> dict:
    return {"progress": progress.during, "cancelled": progress.is_stopped} if progress else {}


def _alike(policies: list[dict]) -> list[dict]:
    """Each with ``same_as``, the policy before it that comes to the very same matches; empty where none does."""
    first: dict[tuple, str] = {}
    for one in policies:
        found = first.setdefault(one.pop("pairs"), one["policy"])
        one["same_as"] = "" if found == one["policy"] else found
    return policies


def _figures(figures) -> dict:
    """JSON but for ``pairs``: points in hundredths."""
    solution = figures.solution
    return {
        "pairs": tuple(sorted((mentee, mentor) for mentee, mentor, _ in solution.pairs)),
        "policy": figures.policy,
        "placed": solution.matched,
        "total": _hundredths(solution.total),
        "lowest": _hundredths(figures.lowest),
        "weakest_twentieth": _hundredths(figures.weakest_twentieth),
        "mean": _hundredths(figures.mean),
        "would_swap": figures.stability.mentees,
    }


def _hundredths(points) -> int:
    """To the nearest; only a mean can lie between two."""
    return int((points * 100).to_integral_value())
