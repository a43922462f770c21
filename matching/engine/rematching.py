"""Matching again without upsetting published pairs more than is worth it, and a report of what changes for whom.

Three modes. `keep`: every published pair that is still allowed stays; where a capacity fell, the engine proposes whom
to release. `fewest`: slots filled come first, then as many published pairs as possible, then waits and scores.
`worth_it`: a published pair counts `gain` points more than it scores, so it moves only for more than that.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from .assignment import Assignment, Score, Solution
from .errors import BadProblem
from .numbers import ten_thousandths
from .reading import Flags, Table, read
from .solving import answer, find_plan
from .telling import Progress

MODES = ("keep", "fewest", "worth_it")

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rematch:
    """The new plan and every change against the published pairs.

    `moved` holds (mentee, old mentor, new mentor). `ruled_out` are published pairs that can no longer be: no longer
    allowed, or one of the two has left; each also counts as moved or released. `freer` is how many more slots would be
    filled if published pairs could move freely.
    """

    solution: Solution
    kept: tuple[Pair, ...]
    moved: tuple[tuple[str, str, str], ...]
    released: tuple[Pair, ...]
    new: tuple[Pair, ...]
    ruled_out: tuple[Pair, ...]
    freer: int


def rematch(
    assignment: Assignment,
    published: list[Pair],
    *,
    mode: str = "keep",
    gain: Score = 0,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Rematch:
    """The best plan in the chosen mode. `gain` is in points and belongs to `worth_it` alone.

    Raises what `solve` raises, and BadProblem for an unknown mode, a negative gain or a published pair given twice.
    """
    started = perf_counter()
    points = checked(published, mode, gain)
    table = read(assignment)
    standing = _standing(table, published)

    def plan_for(changed: Table) -> Solution:
        plan = find_plan(changed, progress=progress, cancelled=cancelled)
        return answer(replace(plan, table=replace(changed, value=table.value)), started)

    freer = 0
    if mode == "keep":
        solution = plan_for(replace(table, pinned=table.pinned | that_fit(table, standing)))
        freest = find_plan(replace(table, kept=standing), progress=progress, cancelled=cancelled)
        freer = int(freest.chosen.sum()) - solution.filled
    elif mode == "fewest":
        solution = plan_for(replace(table, kept=standing))
    else:
        solution = plan_for(replace(table, value=table.value + points * standing))
    allowed = {(table.mentees[table.row[at]], table.mentors[table.col[at]]) for at in np.flatnonzero(standing)}
    return report(solution, published, allowed, freer)


def checked(published: list[Pair], mode: str, gain: Score) -> int:
    """The gain in ten-thousandths; raises BadProblem where the three are not to be had together."""
    if mode not in MODES:
        raise BadProblem(f"The mode must be one of {', '.join(MODES)}, not {mode}.")
    points = ten_thousandths(gain, "the gain")
    if points < 0 or (points and mode != "worth_it"):
        raise BadProblem("A gain is a number of points, not negative, and belongs to the mode worth_it.")
    if len(set(published)) < len(published):
        raise BadProblem("A published pair is given twice.")
    return points


def _standing(table: Table, published: list[Pair]) -> Flags:
    """The published pairs that are still allowed, as flags over the table's pairs."""
    mentee_at = {one: at for at, one in enumerate(table.mentees)}
    mentor_at = {one: at for at, one in enumerate(table.mentors)}
    standing = np.zeros(len(table.row), dtype=bool)
    for mentee, mentor in published:
        if mentee in mentee_at and mentor in mentor_at:
            at = table.position(mentee_at[mentee], mentor_at[mentor])
            if at is not None:
                standing[at] = True
    return standing


def that_fit(table: Table, standing: Flags) -> Flags:
    """The most published pairs that fit slots and capacities beside the pins, best scores first: what is left over is
    the proposal whom to release."""
    inside = standing | table.pinned
    smaller = replace(
        table,
        minimum=np.zeros_like(table.minimum),
        row=table.row[inside],
        col=table.col[inside],
        value=table.value[inside],
        pinned=table.pinned[inside],
        kept=np.zeros(int(inside.sum()), dtype=bool),
        waited=np.zeros_like(table.waited),
        policy="best_overall",
        most_matched=True,
    )
    fit = np.zeros(len(table.row), dtype=bool)
    fit[np.flatnonzero(inside)[find_plan(smaller).chosen]] = True
    return fit


def report(solution: Solution, published: list[Pair], allowed: set[Pair], freer: int) -> Rematch:
    """Every change of the solution against the published pairs, of which the `allowed` ones still could be."""
    now = {(mentee, mentor) for mentee, mentor, _ in solution.pairs}
    before = set(published)
    gone: dict[str, list[str]] = {}
    for mentee, mentor in sorted(before - now):
        gone.setdefault(mentee, []).append(mentor)
    moved, new = [], []
    for mentee, mentor in sorted(now - before):
        if gone.get(mentee):
            moved.append((mentee, gone[mentee].pop(0), mentor))
        else:
            new.append((mentee, mentor))
    return Rematch(
        solution=solution,
        kept=tuple(sorted(before & now)),
        moved=tuple(moved),
        released=tuple((mentee, mentor) for mentee, mentors in sorted(gone.items()) for mentor in mentors),
        new=tuple(new),
        ruled_out=tuple(sorted(before - allowed)),
        freer=freer,
    )
