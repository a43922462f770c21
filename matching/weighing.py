"""What more a run says of its plan: close calls, and what other policies give.

Close calls of 3,000 mentees take half a second, the policies beside 2,000 mentors ten. A run that is larger still has
no such figures, and the page says so.
"""

from dataclasses import dataclass, field

from matching.engine.national import Found
from matching.engine.nearing import close_calls_of
from matching.engine.surveying import compare_all
from matching.problem import Problem
from matching.progress import Progress

CLOSE = 5  # points: a runner-up who costs no more than this was a close call
MOST_PAIRS_FOR_CLOSE_CALLS = 15_000_000
MOST_PAIRS_FOR_POLICIES = 6_000_000  # allowed ones: a national cohort


@dataclass(frozen=True)
class Weighed:
    """``close``: by (mentee, mentor), the runner-up and the loss in hundredths. ``policies``: one mapping each."""

    close: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    policies: list[dict] = field(default_factory=list)


def weigh(problem: Problem, found: Found, progress: Progress | None = None) -> Weighed:
    """The close calls of this plan and the figures of every policy, as far as the number of pairs allows."""
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
    return Weighed(close, policies)


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
