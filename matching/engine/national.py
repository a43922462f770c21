"""A problem scored block by block, at any size: candidates, a few rounds of solve and prove, tie-break, answer.

The bare layer holds every pair in memory; here only those that matter are, and each proof goes over all pairs anew.
Policies other than the best overall need the bare layer.
"""

from collections import defaultdict
from collections.abc import Callable
from time import perf_counter

import numpy as np

from .assignment import Prices, Solution, Unmatched
from .blocks import FORBIDDEN, Blocks, Scored
from .circulation import Flow, Network, stays_exact
from .crowding import crowds
from .errors import BadProblem, Cancelled
from .facing import face, left_places
from .facts import Problem
from .growing import grow
from .growing import solve as solve_network
from .left_out import clash
from .numbers import decimal
from .pairs import Pairs, joined
from .places import Ground, ranked_places
from .proving import certify
from .reading import Flags, Ints
from .scoring import scored
from .solving import Progress
from .sweeping import Scores, Sweep
from .ties import Ties

TIGHT = 20
"""Up to so many pairs a person with no slack, they are gathered for the tie-break; beyond, it sweeps as well."""
STILL_TIGHT = 200
"""More than so many a person after the first draw cannot be by chance."""
HUNDREDTH = 100  # ten-thousandths


class Open:
    """A scorer without the pairs that pins and limits have taken out."""

    floor = FORBIDDEN // 2

    def __init__(self, scorer: Blocks, pinned: Ints, slots: Ints, capacity: Ints) -> None:
        self.rows, self.cols, self._scorer = scorer.rows, scorer.cols, scorer
        self._pinned = pinned  # row, column
        self._shut_rows, self._shut_cols = slots == 0, np.flatnonzero(capacity == 0)

    def block(self, low: int, high: int) -> Scores:
        scores = self._scorer.block(low, high)
        scores[self._shut_rows[low:high]] = FORBIDDEN
        scores[:, self._shut_cols] = FORBIDDEN
        mine = self._pinned[(self._pinned[:, 0] >= low) & (self._pinned[:, 0] < high)]
        scores[mine[:, 0] - low, mine[:, 1]] = FORBIDDEN
        return scores

    def part(self, rows: Ints, cols: Ints) -> Scores:
        scores = self._scorer.part(rows, cols)
        scores[self._shut_rows[rows]] = FORBIDDEN
        scores[:, np.isin(cols, self._shut_cols)] = FORBIDDEN
        row_at, col_at = np.full(self.rows, -1), np.full(self.cols, -1)
        row_at[rows], col_at[cols] = np.arange(len(rows)), np.arange(len(cols))
        row, col = row_at[self._pinned[:, 0]], col_at[self._pinned[:, 1]]
        inside = (row >= 0) & (col >= 0)
        scores[row[inside], col[inside]] = FORBIDDEN
        return scores


class Tight:
    """The pairs without slack, with the tie-break's first draw as their score."""

    floor = 0

    def __init__(self, blocks: Open, u: Ints, v: Ints, ties: Ties) -> None:
        self.rows, self.cols, self._blocks = blocks.rows, blocks.cols, blocks
        self._u, self._v, self._ties = u.astype(np.float64), v.astype(np.float64), ties

    def block(self, low: int, high: int) -> Scores:
        return self._drawn(self._blocks.block(low, high), np.arange(low, high), np.arange(self.cols))

    def part(self, rows: Ints, cols: Ints) -> Scores:
        return self._drawn(self._blocks.part(rows, cols), rows, cols)

    def _drawn(self, scores: Scores, rows: Ints, cols: Ints) -> Scores:
        equal = (scores > self._blocks.floor) & (scores - self._v[cols] == self._u[rows, None])
        draw = np.zeros(scores.shape, dtype=np.float32)
        row, col = np.nonzero(equal)
        draw[row, col] = self._ties.draw(0, rows[row], cols[col])
        return draw


def solve_problem(
    problem: Problem | Scored, *, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Solution:
    """The proven best plan. Raises BadProblem, Infeasible or Cancelled; scores in the answer are points."""
    started = perf_counter()

    def check(stage: str) -> Callable[[int, int], None]:
        def report(done: int, of: int) -> None:
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(stage, done, of)

        return report

    check("Reading the facts")(0, 1)
    if isinstance(problem, Problem):
        problem = scored(problem)
    pinned, slots, capacity = _without_pins(problem)
    blocks = Open(problem.blocks, pinned, slots, capacity)
    base = _ground(problem, pinned, slots, capacity)
    sides = base.sides(problem.blocks.span)
    if sides is None:
        raise BadProblem("The scores are too large for so many people: their sums could not be held exactly.")
    sweep = Sweep(blocks, capacity, check("Comparing all pairs"))
    part, flow = grow(sweep, sides[0], sides[1], check("Placing people"))
    _minimums_met(problem, blocks, base, pinned, part, flow)
    certify(part, flow)
    row, col = _tie_broken(problem, blocks, sweep, part, flow, check)
    return _answer(problem, blocks, base, pinned, part, flow, row, col, started)


def _without_pins(problem: Scored) -> tuple[Ints, Ints, Ints]:
    """The pinned pairs by number, and what slots and capacities they leave."""
    mentee_at = {one: at for at, one in enumerate(problem.mentees)}
    mentor_at = {one: at for at, one in enumerate(problem.mentors)}
    if len(mentee_at) < len(problem.mentees) or len(mentor_at) < len(problem.mentors):
        raise BadProblem("Two people on one side have the same id.")
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


def _minimums_met(problem: Scored, blocks: Open, base: Ground, pinned: Ints, part: Network, flow: Flow) -> None:
    """Raise Infeasible, naming the mentors who are short together, where a minimum is not met."""
    short = np.flatnonzero(flow.mentor_filled < base.minimum)
    if len(short) == 0:
        return
    with_whom: dict[int, list[int]] = defaultdict(list)
    for i, j in zip(part.row[flow.used].tolist(), part.col[flow.used].tolist(), strict=True):
        with_whom[i].append(j)
    everybody = np.arange(blocks.rows)
    mentors, mentees, waiting = {int(short[0])}, set[int](), [int(short[0])]
    while waiting:  # whom they may have, and the mentors those are with who cannot spare anybody, and so on
        open_to = np.flatnonzero(blocks.part(everybody, np.array([waiting.pop()]))[:, 0] > blocks.floor)
        for mentee in set(open_to.tolist()) - mentees:
            mentees.add(mentee)
            for mentor in with_whom.get(mentee, ()):
                if mentor not in mentors and flow.mentor_filled[mentor] <= base.minimum[mentor]:
                    mentors.add(mentor)
                    waiting.append(mentor)
    group = sorted(mentors)
    have = int(flow.mentor_filled[group].sum()) + int(np.isin(pinned[:, 1], group).sum())
    raise clash([problem.mentors[one] for one in group], int(problem.minimum[group].sum()), have, len(mentees))


def _tie_broken(
    problem: Scored,
    blocks: Open,
    sweep: Sweep,
    part: Network,
    flow: Flow,
    check: Callable[[str], Callable[[int, int], None]],
) -> tuple[Ints, Ints]:
    """Row and column of the pairs in the one plan that the tie-break picks among all best ones."""
    ties = Ties(list(problem.mentees), list(problem.mentors))
    at, now, draws = part, flow, 0
    settled = np.zeros((0, 2), dtype=np.int64)
    tight = sweep.tight(flow.u, flow.v, TIGHT * (blocks.rows + blocks.cols))
    if tight is not None:
        at, now = _among(at, now, tight)
    else:
        # Too many equals to list: the first draw is solved as a problem over all pairs of its own.
        loose = flow.used & (part.value > flow.u[part.row] + flow.v[part.col])
        settled = np.stack([part.row[loose], part.col[loose]], axis=1)
        above_all = 1 + (min(part.rows, part.cols) + 1) * 2**20
        sides = []
        for places, price, filled, person in (
            (part.mentees, flow.u, flow.mentee_filled, part.row),
            (part.mentors, flow.v, flow.mentor_filled, part.col),
        ):
            fixed = np.bincount(person[loose], minlength=len(filled))
            free = np.ones(len(filled), dtype=bool)
            sides.append(left_places(places, price, filled, free, fixed, above_all))
        drawn = Tight(blocks, flow.u, flow.v, ties)
        again = Sweep(drawn, sides[1].size, check("Breaking ties"))
        at, now = grow(again, sides[0], sides[1], check("Breaking ties"))
        certify(at, now)
        rest = again.tight(now.u, now.v, STILL_TIGHT * (blocks.rows + blocks.cols))
        if rest is None:
            raise BadProblem("Too many people are equal in every way for one answer to be singled out.")
        at, now = _among(at, now, rest)
        draws = 1
    row, col, used = at.row, at.col, now.used.copy()
    index = np.arange(len(row))
    while True:
        free, at = face(at, now, ties.draw(draws, row[index], col[index]))
        index = index[free]
        if len(index) == 0:
            break
        if not stays_exact(at):
            raise BadProblem("The tie-break could not be held exactly.")
        now = solve_network(at, check("Breaking ties"))
        certify(at, now)
        used[index] = now.used
        draws += 1
    return np.concatenate([row[used], settled[:, 0]]), np.concatenate([col[used], settled[:, 1]])


def _among(part: Network, flow: Flow, tight: Pairs) -> tuple[Network, Flow]:
    """The same flow over the pairs in use and those without slack."""
    cols = part.cols
    mine = flow.used | (part.value == flow.u[part.row] + flow.v[part.col])
    pairs = joined([Pairs(part.row, part.col, part.value).some(mine), tight], cols)
    key = pairs.row * cols + pairs.col
    network = Network(pairs.row, pairs.col, pairs.value, part.mentees, part.mentors)
    mine = (part.row * cols + part.col)[flow.used]
    used = np.isin(key, mine, assume_unique=True)
    return network, Flow(used, flow.mentee_filled, flow.mentor_filled, flow.u, flow.v)


def _answer(
    problem: Scored,
    blocks: Open,
    base: Ground,
    pinned: Ints,
    part: Network,
    flow: Flow,
    row: Ints,
    col: Ints,
    started: float,
) -> Solution:
    mentees, mentors = problem.mentees, problem.mentors
    # A pair in the plan is worth its two prices, or more where it could not be given up: those never change.
    scores = flow.u[row] + flow.v[col]
    over = part.value - flow.u[part.row] - flow.v[part.col]
    loose = flow.used & (over > 0)
    key = np.concatenate([part.row[loose] * part.cols + part.col[loose], [part.rows * part.cols]])
    more = np.concatenate([over[loose], [0]])
    at = np.searchsorted(key, row * part.cols + col)
    scores = scores + np.where(key[at] == row * part.cols + col, more[at], 0)
    pinned_scores = [problem.score(i, j) or 0 for i, j in pinned.tolist()]
    pairs = [
        (mentees[i], mentors[j], int(s)) for i, j, s in zip(row.tolist(), col.tolist(), scores.tolist(), strict=True)
    ]
    pairs += [(mentees[i], mentors[j], s) for (i, j), s in zip(pinned.tolist(), pinned_scores, strict=True)]
    total = decimal(sum(score for _, _, score in pairs) * HUNDREDTH)
    return Solution(
        pairs=tuple((i, j, decimal(score * HUNDREDTH)) for i, j, score in sorted(pairs)),
        matched=len({i for i, _, _ in pairs}),
        filled=len(pairs),
        total=total,
        bound=total,
        optimal=True,
        unmatched=_unmatched(problem, blocks, base, row, col, pinned),
        seconds=perf_counter() - started,
        prices=(
            Prices(
                "places and total",
                dict(zip(mentees, flow.u.tolist(), strict=True)),
                dict(zip(mentors, flow.v.tolist(), strict=True)),
            ),
        ),
    )


def _unmatched(
    problem: Scored, blocks: Open, base: Ground, row: Ints, col: Ints, pinned: Ints
) -> tuple[Unmatched, ...]:
    matched = np.zeros(blocks.rows, dtype=bool)
    matched[row] = matched[pinned[:, 0]] = True
    left = np.flatnonzero(~matched).tolist()
    if problem.objective == "total":
        ids = sorted(problem.mentees[one] for one in left)
        return tuple(Unmatched(one, "Any place for this mentee would lower the total.") for one in ids)
    holders: dict[int, list[int]] = defaultdict(list)
    for i, j in zip(row.tolist(), col.tolist(), strict=True):
        holders[j].append(i)

    everybody = np.arange(blocks.cols)

    def open_to(some: Ints) -> Flags:
        allowed: Flags = blocks.part(some, everybody) > blocks.floor
        return allowed

    return crowds(left, open_to, holders, base.capacity, problem.mentees, problem.mentors)
