"""Why-not at any size: the pairs that could be on a cheapest way back, found without a list of all pairs.

A way back leads from the asked mentor to the asked mentee through possible changes, each of which costs nought or more
at the proven prices. The search goes out from the mentor and scores the pairs of a mentee only when it gets there for
less than the best way found so far: nobody further away can be on a better one. From the hub (a place more here, a
place less there) everybody who has a place is reached at no cost, over pairs without slack: that is what smallest
prices mean. So the search may end at the hub, and those pairs are added whole.
"""

import numpy as np

from .assignment import Why
from .circulation import Flow, Network
from .national import HUNDREDTH, NEVER, Found
from .pairs import Pairs, joined, no_pairs
from .places import Ground
from .reading import Ints, Table
from .refusing import asked, number
from .solving import Plan

TOGETHER = 64
"""Mentees whose pairs are scored in one go."""


def ask(found: Found, mentee_id: str, mentor_id: str) -> Why:
    """What pairing these two would cost, exactly, in the plan that was found. Raises BadProblem for an unknown id."""
    problem = found.problem
    return asked_of(found, number(problem.mentees, mentee_id, "mentee"), number(problem.mentors, mentor_id, "mentor"))


def asked_of(found: Found, mentee: int, mentor: int) -> Why:
    """The same by the numbers of the two."""
    value = int(found.aim.part(np.array([mentee]), np.array([mentor]))[0, 0])
    pairs = found.used
    if value > found.aim.floor:
        pair = Pairs(np.array([mentee]), np.array([mentor]), np.array([value]))
        search = _Search(found)
        search.col_at[mentor] = 0
        search.go(mentee, int(NEVER))
        pairs = joined([pairs, found.tight, pair, search.ways()], len(found.problem.mentors))
    return asked(narrowed(found, pairs, (mentee, mentor)), mentee, mentor)


def cheapest_ring(found: Found, mentee: int, most: int) -> Pairs:
    """The pairs that may be on the mentee's cheapest ring of changes, where it costs no more than `most`, but for those
    without slack."""
    search = _Search(found)
    own = search.look(np.array([mentee]), np.array([0]), most + 1)
    search.go(mentee, most + 1)
    return joined([own, search.ways()], len(found.problem.mentors))


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
        row, col, _scores(found, pairs, everything) * HUNDREDTH, pinned, np.zeros(len(row), dtype=bool),
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


def _scores(found: Found, pairs: Pairs, keys: Ints) -> Ints:
    """The scores in hundredths of the pairs with these keys (row x columns + column, rising), `pairs` among them."""
    cols = len(found.problem.mentors)
    known, value = found.row * cols + found.col, found.score
    if found.aim is found.blocks:
        known, value = pairs.row * cols + pairs.col, pairs.value
    scores = np.zeros(len(keys), dtype=np.int64)
    at = np.searchsorted(keys, known)
    scores[at] = value
    rest = np.ones(len(keys), dtype=bool)
    rest[at] = False
    scores[rest] = found.scores_of(*np.divmod(keys[rest], cols))
    return scores


class _Search:
    """Distances over the plan's possible changes, at the proven prices, from wherever `row_at` and `col_at` are set."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self.row_at = np.full(len(found.flow.u), NEVER)
        self.col_at = np.full(len(found.flow.v), NEVER)
        self._seen: list[Pairs] = []
        self._bound = int(NEVER)

    def go(self, mentee: int, bound: int) -> None:
        """Go on until nothing nearer than the bound, or than the way to the mentee, is left."""
        found, held = self._found, self._found.used
        over = held.value - found.flow.u[held.row] - found.flow.v[held.col]
        row_to_hub, col_to_hub = found.to_hub
        scored = np.full(len(self.row_at), NEVER)  # how far away each mentee was when their pairs were scored
        while True:
            np.minimum.at(self.row_at, held.row, self.col_at[held.col] + over)
            outs = (self.row_at + row_to_hub, self.col_at + col_to_hub)
            hub = min(int(out.min(initial=NEVER)) for out in outs)
            self._bound = min(bound, hub, int(self.row_at[mentee]))
            some = np.flatnonzero((self.row_at < self._bound) & (self.row_at < scored))
            if len(some) == 0:
                return
            if len(some) > TOGETHER:
                some = np.sort(some[np.argpartition(self.row_at[some], TOGETHER)[:TOGETHER]])
            scored[some] = self.row_at[some]
            self.look(some, scored[some], self._bound)

    def look(self, rows: Ints, at: Ints, bound: int) -> Pairs:
        """Score the pairs of some mentees, reached at these distances; those that lead on within the bound."""
        found, held = self._found, self._found.used
        u, v = found.flow.u, found.flow.v
        values = found.aim.part(rows, np.arange(len(v)))
        ways = (at + u[rows])[:, None] + v[None, :] - values.astype(np.int64)
        ways[values <= found.aim.floor] = NEVER
        mine = np.flatnonzero(np.isin(held.row, rows))
        ways[np.searchsorted(rows, held.row[mine]), held.col[mine]] = NEVER
        self.col_at = np.minimum(self.col_at, ways.min(axis=0))
        row, col = np.nonzero((ways <= self.col_at) & (ways <= bound))
        seen = Pairs(rows[row], col, values[row, col].astype(np.int64))
        self._seen.append(seen)
        return seen

    def ways(self) -> Pairs:
        """The pairs that lead somewhere at no more than it was reached for, within the last bound."""
        u, v = self._found.flow.u, self._found.flow.v
        pairs = joined([no_pairs(), *self._seen], len(v))
        way = self.row_at[pairs.row] + u[pairs.row] + v[pairs.col] - pairs.value
        return pairs.some(way <= np.minimum(self.col_at, self._bound)[pairs.col])
