"""A problem scored block by block, at any size: candidates, a few rounds of solve and prove, then the later aims.

The bare layer holds every pair in memory; here only those that matter are, and each proof goes over all pairs anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter

import numpy as np

from .assignment import OBJECTIVES, POLICIES, Prices, Solution
from .blocks import Scored
from .circulation import Flow, Network, Places, exact_sum
from .crowding import minimums_met, unmatched
from .errors import BadProblem, ProofFailed
from .facts import Problem
from .flooring import highest
from .growing import grow
from .lenses import Changed, Marked, Open, above, by_shortfall, range_of, scores_of
from .numbers import decimal
from .pairs import Pairs, joined
from .places import Ground, ranked_places
from .policies import FULL, POWERS
from .proving import certify
from .reading import Ints
from .scoring import scored
from .settling import STILL_TIGHT, Aim, settle
from .sweeping import Sweep
from .telling import Checks, Progress, checks
from .ties import Ties

HUNDREDTH = 100  # ten-thousandths
NEVER = np.int64(2**60)


@dataclass(frozen=True)
class Found:
    """A proven plan with what explanations need. `everything` scores all pairs beside the pins, `blocks` those that the
    policy leaves; `aim` values these by the first aim, whose optimum is `flow` over the pairs `part`. The plan itself
    is in `row` and `col`, with `score` in hundredths, pins apart; `range` is the least and the most of all scores where
    the policy asks for it."""

    problem: Scored
    pinned: Ints
    base: Ground
    everything: Open
    blocks: Open | Changed
    aim: Open | Changed | Marked
    sweep: Sweep
    part: Network
    flow: Flow
    ties: Ties
    range: tuple[int, int]
    row: Ints
    col: Ints
    score: Ints

    def scores_of(self, row: Ints, col: Ints) -> Ints:
        """The scores of some pairs in hundredths, pins and pairs below a floor included."""
        return scores_of(self.problem.blocks, row, col)

    @cached_property
    def used(self) -> Pairs:
        """The plan's pairs by row and column, with their values to the first aim."""
        value = self.score if self.aim is self.blocks else scores_of(self.aim, self.row, self.col)
        return Pairs(self.row, self.col, value)

    @cached_property
    def tight(self) -> Pairs:
        """The pairs worth exactly their two prices. Where they are beyond counting, only those that mattered."""
        part, flow = self.part, self.flow
        mine = Pairs(part.row, part.col, part.value).some(part.value == flow.u[part.row] + flow.v[part.col])
        rest = self.sweep.tight(flow.u, flow.v, STILL_TIGHT * (part.rows + part.cols))
        return mine if rest is None else joined([mine, rest], part.cols)

    @property
    def mentee_filled(self) -> Ints:
        return np.bincount(self.row, minlength=len(self.problem.mentees))

    @property
    def mentor_filled(self) -> Ints:
        return np.bincount(self.col, minlength=len(self.problem.mentors))

    @cached_property
    def to_hub(self) -> tuple[Ints, Ints]:
        """What it costs at the proven prices to empty a place of each mentee, and to fill one more of each mentor;
        NEVER where there is none."""
        some, last = self.part.mentees.last_prize(self.mentee_filled)
        free, following = self.part.mentors.next_prize(self.mentor_filled)
        return np.where(some, last + self.flow.u, NEVER), np.where(free, -(following + self.flow.v), NEVER)


def solve_problem(
    problem: Problem | Scored, *, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Solution:
    """The proven best plan. Raises BadProblem, Infeasible or Cancelled; scores in the answer are points."""
    started = perf_counter()
    return answer(find(problem, progress=progress, cancelled=cancelled), started)


def find(
    problem: Problem | Scored,
    *,
    kept: Ints | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Found:
    """The plan behind `solve_problem`, for those who ask more of it than the answer. As many pairs of `kept` (row,
    column) stay as cost no filled place, before anybody's turn and any score; such a plan is not for explanations."""
    check = checks(progress, cancelled)
    check("Reading the facts")(0, 1)
    if isinstance(problem, Problem):
        problem = scored(problem)
    pinned, slots, capacity = _without_pins(problem)
    base = _ground(problem, pinned, slots, capacity)
    everything = Open(problem.blocks, pinned, slots, capacity)
    blocks: Open | Changed = everything
    span = problem.blocks.span
    if problem.policy == "raise_floor":
        blocks = _above_the_floor(base, everything, check)
    aim: Open | Changed | Marked = blocks
    later, scale = list[Aim](), (0, 0)
    if problem.policy in POWERS:
        scale = range_of(problem.blocks)
        aim, span = by_shortfall(blocks, problem.policy, *scale), FULL
        later = [Aim(lambda row, col: scores_of(blocks, row, col), *scale)]
    sides = _sides(base, span)
    if kept is not None and len(kept):
        measure, bounds = aim, (0, FULL) if problem.policy in POWERS else range_of(problem.blocks)
        later = [Aim(lambda row, col: scores_of(measure, row, col), *bounds, base.rank), *later]
        aim, sides = Marked(aim, kept, 1, only=True), _sides(replace(base, rank=base.level), 1)
    sweep = Sweep(aim, capacity, check("Comparing all pairs"))
    part, flow = grow(sweep, *sides, check("Placing people"))
    minimums_met(problem, aim, base, pinned, part, flow)
    certify(part, flow)
    ties = Ties(list(problem.mentees), list(problem.mentors))
    row, col = settle(sweep, part, flow, later, np.bincount(pinned[:, 1], minlength=len(capacity)), ties, check)
    order = np.lexsort((col, row))
    row, col = row[order], col[order]
    score = scores_of(blocks, row, col)
    if aim is blocks and exact_sum(score) != exact_sum(part.value[flow.used]):
        raise ProofFailed("The plan's scores are not those that it was proven with.")
    return Found(problem, pinned, base, everything, blocks, aim, sweep, part, flow, ties, scale, row, col, score)


def answer(found: Found, started: float) -> Solution:
    """The plan in the words of the problem."""
    mentees, mentors = found.problem.mentees, found.problem.mentors
    pinned = [found.problem.score(i, j) or 0 for i, j in found.pinned.tolist()]
    row = [*found.row.tolist(), *found.pinned[:, 0].tolist()]
    col = [*found.col.tolist(), *found.pinned[:, 1].tolist()]
    score = [*found.score.tolist(), *pinned]
    pairs = [(mentees[i], mentors[j], s) for i, j, s in zip(row, col, score, strict=True)]
    total = decimal(sum(score), 2)
    return Solution(
        pairs=tuple((i, j, decimal(each, 2)) for i, j, each in sorted(pairs)),
        matched=len(set(row)),
        filled=len(pairs),
        total=total,
        bound=total,
        optimal=True,
        unmatched=unmatched(found.problem, found.everything, found.base, found.row, found.col, found.pinned),
        seconds=perf_counter() - started,
        prices=(
            Prices(
                "places and total" if found.aim is found.blocks else f"places and {found.problem.policy}",
                dict(zip(mentees, found.flow.u.tolist(), strict=True)),
                dict(zip(mentors, found.flow.v.tolist(), strict=True)),
            ),
        ),
    )


def _without_pins(problem: Scored) -> tuple[Ints, Ints, Ints]:
    """The pinned pairs by number, and what slots and capacities they leave."""
    mentee_at = {one: at for at, one in enumerate(problem.mentees)}
    mentor_at = {one: at for at, one in enumerate(problem.mentors)}
    if len(mentee_at) < len(problem.mentees) or len(mentor_at) < len(problem.mentors):
        raise BadProblem("Two people on one side have the same id.")
    if problem.objective not in OBJECTIVES or problem.policy not in POLICIES:
        raise BadProblem(f"There is no objective {problem.objective} with the policy {problem.policy}.")
    if problem.objective == "total" and problem.policy != "best_overall":
        raise BadProblem(f"The policy {problem.policy} needs the objective most_matched_then_total.")
    if min((side.min(initial=0) for side in (problem.slots, problem.capacity, problem.minimum)), default=0) < 0:
        raise BadProblem("Slots, capacities and minimums are never negative.")
    pairs = []
    for mentee, mentor in problem.pinned:
        if mentee not in mentee_at or mentor not in mentor_at:
            raise BadProblem(f"The pinned pair {mentee}, {mentor} names somebody who is not in the problem.")
        pair = (mentee_at[mentee], mentor_at[mentor])
        if problem.score(*pair) is None:
            raise BadProblem(f"The pinned pair {mentee}, {mentor} is not an allowed pair.")
        pairs.append(pair)
    if len(set(pairs)) < len(pairs):
        raise BadProblem("A pair is pinned twice.")
    pinned = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    slots = problem.slots - np.bincount(pinned[:, 0], minlength=len(problem.slots))
    capacity = problem.capacity - np.bincount(pinned[:, 1], minlength=len(problem.capacity))
    if slots.min(initial=0) < 0 or capacity.min(initial=0) < 0:
        raise BadProblem("Somebody has more pinned pairs than slots or capacity.")
    return pinned, np.minimum(slots, len(capacity) + 1), np.minimum(capacity, len(slots) + 1)


def _ground(problem: Scored, pinned: Ints, slots: Ints, capacity: Ints) -> Ground:
    none = np.zeros(0, dtype=np.int64)
    pins_row = np.bincount(pinned[:, 0], minlength=len(slots))
    minimum = np.maximum(problem.minimum - np.bincount(pinned[:, 1], minlength=len(capacity)), 0)
    most_matched = problem.objective == "most_matched_then_total"
    ranks = ranked_places(slots, pins_row, problem.waited, most_matched)
    return Ground(none, none, none, none, slots, capacity, minimum, *ranks, none.astype(bool))


def _sides(base: Ground, span: int) -> tuple[Places, Places]:
    sides = base.sides(span)
    if sides is None:
        raise BadProblem("The scores are too large for so many people: their sums could not be held exactly.")
    return sides[0], sides[1]


def _above_the_floor(base: Ground, blocks: Open, check: Checks) -> Open | Changed:
    """The pairs at or above the highest floor that costs no place."""
    floor = highest(blocks, *_sides(base, 0), base.level, check("Raising the floor"))
    return blocks if floor is None else above(blocks, floor)
