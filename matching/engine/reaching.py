"""Why-not at any size: the pairs that could be on a cheapest way back, found without a list of all pairs.

A way back leads from the asked mentor to the asked mentee through possible changes, each of which costs nought or more
at the proven prices. The search goes out from the mentor and scores the pairs of a mentee only when it gets there for
less than the best way found so far: nobody further away can be on a better one. From the hub (a place more here, a
place less there) everybody who has a place is reached at no cost, over pairs without slack: that is what smallest
prices mean. So the search may end at the hub, and those pairs are added whole.
"""

from dataclasses import dataclass

import numpy as np

from .assignment import Why
from .circulation import Flow, Network
from .national import HUNDREDTH, NEVER, Found
from .pairs import Pairs, joined
from .places import Ground
from .reading import Ints, Table
from .refusing import asked, number
from .solving import Plan

TOGETHER = 64
"""Mentees whose pairs are scored in one go."""


def ask(found: Found, mentee_id: str, mentor_id: str) -> Why:
    """What pairing these two would cost, exactly, in the plan that was found. Raises BadProblem for an unknown id."""
    problem = found.problem
    mentee, mentor = number(problem.mentees, mentee_id, "mentee"), number(problem.mentors, mentor_id, "mentor")
    value = int(found.aim.part(np.array([mentee]), np.array([mentor]))[0, 0])
    pairs = found.used
    if value > found.aim.floor:
        pair = Pairs(np.array([mentee]), np.array([mentor]), np.array([value]))
        ways = _Search(found).ways(mentor, mentee)
        pairs = joined([pairs, found.tight, pair, ways], len(problem.mentors))
    return asked(narrowed(found, pairs, (mentee, mentor)), mentee, mentor)


def narrowed(found: Found, pairs: Pairs, asked_for: tuple[int, int] | None = None) -> Plan:
    """The plan as the bare layer knows it, over these pairs alone, by row and column, the plan's own among them. The
    pair asked for is in its table even where the policy's floor or a full slot forbids to use it."""
    problem, base, cols = found.problem, found.base, len(found.problem.mentors)
    extra = found.pinned
    if asked_for is not None and problem.score(*asked_for) is not None:
        extra = np.concatenate([extra, np.array([asked_for])])
    everything = np.unique(np.concatenate([pairs.row * cols + pairs.col, extra[:, 0] * cols + extra[:, 1]]))
    row, col = np.divmod(everything, cols)
    pinned = np.isin(everything, found.pinned[:, 0] * cols + found.pinned[:, 1])
    table = Table(
        list(problem.mentees), list(problem.mentors), problem.slots, problem.waited, problem.capacity, problem.minimum,
        row, col, found.scores_of(row, col) * HUNDREDTH, pinned, np.zeros(len(row), dtype=bool),
        problem.objective == "most_matched_then_total", problem.policy,
    )  # fmt: skip
    index = np.flatnonzero(~pinned)
    row, col, value = row[index], col[index], table.value[index]
    allowed = np.isin(everything[index], pairs.row * cols + pairs.col)
    used = np.isin(everything[index], found.row * cols + found.col)
    ground = Ground(
        index, row, col, value, base.slots, base.capacity, base.minimum, base.rank_start, base.rank, base.level,
        np.zeros(len(row), dtype=bool),
    )  # fmt: skip
    network = Network(pairs.row, pairs.col, pairs.value, found.part.mentees, found.part.mentors)
    flow = Flow(used[allowed], found.mentee_filled, found.mentor_filled, found.flow.u, found.flow.v)
    later = () if found.aim is found.blocks else (value,)
    return Plan(table, ground, allowed, used, network, flow, later, found.ties, ())


@dataclass
class _Search:
    """Distances from one mentor over the plan's possible changes, at the proven prices."""

    found: Found

    def ways(self, mentor: int, mentee: int) -> Pairs:
        """The pairs that may be on a cheapest way from the mentor to the mentee, but for those without slack."""
        found = self.found
        u, v, held = found.flow.u, found.flow.v, found.used
        over = held.value - u[held.row] - v[held.col]
        rows, cols = len(u), len(v)
        row_to_hub, hub_to_row, col_to_hub, hub_to_col = found.hub
        row_at, col_at = np.full(rows, NEVER), np.full(cols, NEVER)
        scored = np.full(rows, NEVER)  # how far away each mentee was when their pairs were scored
        col_at[mentor] = 0
        everybody = np.arange(cols)
        seen: list[Pairs] = []
        while True:
            np.minimum.at(row_at, held.row, col_at[held.col] + over)
            hub = min((row_at + row_to_hub).min(), (col_at + col_to_hub).min())
            row_at, col_at = np.minimum(row_at, hub + hub_to_row), np.minimum(col_at, hub + hub_to_col)
            bound = min(hub, row_at[mentee])
            next_ones = np.flatnonzero((row_at < bound) & (row_at < scored))
            if len(next_ones) == 0:
                return _still(seen, row_at, np.minimum(col_at, bound), u, v)
            if len(next_ones) > TOGETHER:
                next_ones = np.sort(next_ones[np.argpartition(row_at[next_ones], TOGETHER)[:TOGETHER]])
            scored[next_ones] = row_at[next_ones]
            values = found.aim.part(next_ones, everybody)
            allowed = values > found.aim.floor
            ways = (row_at + u)[next_ones][:, None] + v[None, :] - values.astype(np.int64)
            ways[~allowed] = NEVER
            mine = np.flatnonzero(np.isin(held.row, next_ones))
            ways[np.searchsorted(next_ones, held.row[mine]), held.col[mine]] = NEVER
            col_at = np.minimum(col_at, ways.min(axis=0))
            at, to = np.nonzero((ways <= col_at) & (ways <= bound))
            seen.append(Pairs(next_ones[at], to, values[at, to].astype(np.int64)))


def _still(seen: list[Pairs], row_at: Ints, col_at: Ints, u: Ints, v: Ints) -> Pairs:
    """Those that still lead where they led when they were seen."""
    if not seen:
        return Pairs(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
    pairs = joined(seen, len(v))
    way = row_at[pairs.row] + u[pairs.row] + v[pairs.col] - pairs.value
    return pairs.some(way <= col_at[pairs.col])
