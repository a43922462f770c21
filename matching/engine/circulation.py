"""The exact core: the best flow in a two-sided network, in whole numbers, from any start.

A network has mentees (rows), mentors (columns) and pairs between them that may be used once. Each person is also tied
to one hub by places: the places of a person carry prizes that never rise, so the dearest are filled first. We seek
the circulation of greatest worth: values of used pairs plus prizes of filled places on both sides.

The method is primal-dual. Prices u (mentees) and v (mentors) say what using somebody costs; a pair is tight where
value = u + v. Pairs above their prices are used, those below are not; what that leaves out of balance is carried from
surplus to lack over tight pairs by one maximum flow, and one Dijkstra over the rest says how prices must move to make
more of them tight. It ends exactly at an optimum. Prices start anywhere; good ones save rounds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, maximum_flow

from .reading import Flags, Ints

LARGEST_EXACT = 2**52
"""Half of what float64 (SciPy's Dijkstra) holds exactly."""
REACH = 16
"""How far prices are expected to move, to begin with."""
FURTHER = 64
"""How many times as far the search for lacks goes where it has to."""


@dataclass(frozen=True)
class Places:
    """The places of each person on one side: `prize[start[a]:start[a + 1]]`, never rising."""

    start: Ints
    prize: Ints

    @cached_property
    def size(self) -> Ints:
        return np.diff(self.start)

    @cached_property
    def owner(self) -> Ints:
        return np.repeat(np.arange(len(self.start) - 1), self.size)

    def bounds(self, price: Ints) -> tuple[Ints, Ints]:
        """How many places must be filled, and how many may be, at these prices."""
        worth = self.prize + price[self.owner]
        count = len(self.start) - 1
        least = np.bincount(self.owner[worth > 0], minlength=count)
        return least, np.bincount(self.owner[worth >= 0], minlength=count)

    def next_prize(self, filled: Ints) -> tuple[Flags, Ints]:
        """Who has a free place, and its prize (0 where none is free)."""
        free = filled < self.size
        prize = np.zeros_like(filled)
        prize[free] = self.prize[(self.start[:-1] + filled)[free]]
        return free, prize

    def last_prize(self, filled: Ints) -> tuple[Flags, Ints]:
        """Who has a filled place, and the prize of the last one (0 where none is filled)."""
        some = filled > 0
        prize = np.zeros_like(filled)
        prize[some] = self.prize[(self.start[:-1] + filled - 1)[some]]
        return some, prize

    def of(self, some: Ints) -> "Places":
        """The places of these people alone."""
        size = self.size[some]
        start = np.concatenate([[0], np.cumsum(size)])
        return Places(start, self.prize[np.arange(start[-1]) + np.repeat(self.start[some] - start[:-1], size)])

    def filled_worth(self, filled: Ints) -> int:
        """The prizes of all filled places, as an unlimited whole number."""
        rank = np.arange(len(self.prize)) - self.start[self.owner]
        return exact_sum(self.prize[rank < filled[self.owner]])


@dataclass(frozen=True)
class Network:
    """Pairs sorted by row, and both sides' places."""

    row: Ints
    col: Ints
    value: Ints
    mentees: Places
    mentors: Places

    @property
    def rows(self) -> int:
        return len(self.mentees.start) - 1

    @property
    def cols(self) -> int:
        return len(self.mentors.start) - 1

    @cached_property
    def key(self) -> Ints:
        """A number for each pair, rising as they are sorted."""
        return self.row * self.cols + self.col


def stays_exact(network: Network) -> bool:
    """Whether distances along any way, at any prices this network can have, stay exact in float64."""
    prize = max(int(np.abs(side.prize).max(initial=0)) for side in (network.mentees, network.mentors))
    value = int(np.abs(network.value).max(initial=0))
    return 4 * (prize + (min(network.rows, network.cols) + 3) * value) < LARGEST_EXACT


@dataclass(frozen=True)
class Flow:
    """An optimum of a network: which pairs are used, how many places each person has filled, and the prices."""

    used: Flags
    mentee_filled: Ints
    mentor_filled: Ints
    u: Ints
    v: Ints


def best_flow(network: Network, u: Ints, v: Ints, used: Flags, check: Callable[[int, int], None]) -> Flow:
    """The optimum, from the prices `u` and `v` and the pairs `used` at first.

    `check(settled, of)` is called once a round with the units of imbalance settled so far; it may raise.
    """
    u, v = u.copy(), v.copy()
    gain = network.value - u[network.row] - v[network.col]
    used = np.where(gain == 0, used, gain > 0)
    mentee_filled = np.clip(np.bincount(network.row[used], minlength=network.rows), *network.mentees.bounds(u))
    mentor_filled = np.clip(np.bincount(network.col[used], minlength=network.cols), *network.mentors.bounds(v))
    first, reach = 0, REACH
    while True:
        surplus = _surplus(network, used, mentee_filled, mentor_filled)
        left = int(surplus[surplus > 0].sum())
        first = max(first, left)
        check(first - left, first)
        if left == 0:
            return Flow(used, mentee_filled, mentor_filled, u, v)
        reach = _move_prices(network, used, mentee_filled, mentor_filled, u, v, surplus, reach)
        _carry(network, used, mentee_filled, mentor_filled, u, v, surplus)


def _surplus(network: Network, used: Flags, mentee_filled: Ints, mentor_filled: Ints) -> Ints:
    """What flows into each node less what flows out: mentees, then mentors, then the hub. It sums to nothing."""
    mentees = mentee_filled - np.bincount(network.row[used], minlength=network.rows)
    mentors = np.bincount(network.col[used], minlength=network.cols) - mentor_filled
    hub = mentor_filled.sum() - mentee_filled.sum()
    return np.concatenate([mentees, mentors, [hub]])


def residual(
    network: Network,
    used: Flags,
    mentee_filled: Ints,
    mentor_filled: Ints,
    u: Ints,
    v: Ints,
    reach: int = LARGEST_EXACT,
) -> tuple[Ints, Ints, Ints]:
    """Every possible change as an arc (from, to, what it costs at these prices): nowhere negative at an optimum. Pairs
    that cost more than the `reach` to change are left out."""
    rows, cols = network.rows, network.cols
    hub = rows + cols
    gain = network.value - u[network.row] - v[network.col]
    mentee_free, mentee_next = network.mentees.next_prize(mentee_filled)
    mentee_some, mentee_last = network.mentees.last_prize(mentee_filled)
    mentor_free, mentor_next = network.mentors.next_prize(mentor_filled)
    mentor_some, mentor_last = network.mentors.last_prize(mentor_filled)
    close = np.flatnonzero(np.abs(gain) <= reach)
    gain, used = gain[close], used[close]
    row, col = network.row[close], network.col[close] + rows
    mentee, mentor = np.arange(rows), np.arange(rows, hub)
    parts = (
        (row[~used], col[~used], -gain[~used]),
        (col[used], row[used], gain[used]),
        (np.full(mentee_free.sum(), hub), mentee[mentee_free], -(mentee_next + u)[mentee_free]),
        (mentee[mentee_some], np.full(mentee_some.sum(), hub), (mentee_last + u)[mentee_some]),
        (mentor[mentor_free], np.full(mentor_free.sum(), hub), -(mentor_next + v)[mentor_free]),
        (np.full(mentor_some.sum(), hub), mentor[mentor_some], (mentor_last + v)[mentor_some]),
    )
    source, target, cost = (np.concatenate(part) for part in zip(*parts, strict=True))
    return source, target, cost


def _move_prices(
    network: Network,
    used: Flags,
    mentee_filled: Ints,
    mentor_filled: Ints,
    u: Ints,
    v: Ints,
    surplus: Ints,
    reach: int,
) -> int:
    """Move prices by the distance to the nearest lack, up to the furthest surplus: each surplus gets a tight way. The
    search goes only as far as `reach` at first; how far it should go the next time."""
    size = len(surplus)
    while True:
        source, target, cost = residual(network, used, mentee_filled, mentor_filled, u, v, reach)
        near = np.flatnonzero(cost <= reach)
        graph = csr_array((cost[near].astype(np.float64), (target[near], source[near])), shape=(size, size))
        distance = dijkstra(graph, indices=np.flatnonzero(surplus < 0), min_only=True, limit=reach)
        furthest = distance[surplus > 0].max()
        if furthest <= reach:
            break
        if reach >= LARGEST_EXACT:
            raise AssertionError("A surplus cannot reach a lack, or the distance is too large to be exact.")
        reach = min(reach * FURTHER, LARGEST_EXACT)
    move = np.minimum(distance, furthest).astype(np.int64)
    move -= move[-1]  # the hub stays at nought
    u -= move[: network.rows]
    v += move[network.rows : -1]
    return max(REACH, 4 * int(furthest))


def _carry(
    network: Network, used: Flags, mentee_filled: Ints, mentor_filled: Ints, u: Ints, v: Ints, surplus: Ints
) -> None:
    """Carry as much surplus as possible to where there is lack, over tight pairs and places."""
    rows, cols = network.rows, network.cols
    hub, source, sink = rows + cols, rows + cols + 1, rows + cols + 2
    tight = np.flatnonzero(network.value == u[network.row] + v[network.col])
    forward, back = tight[~used[tight]], tight[used[tight]]
    mentee_least, mentee_most = network.mentees.bounds(u)
    mentor_least, mentor_most = network.mentors.bounds(v)
    mentee, mentor = np.arange(rows), np.arange(rows, hub)
    over, under = np.flatnonzero(surplus > 0), np.flatnonzero(surplus < 0)
    parts = (
        (network.row[forward], network.col[forward] + rows, np.ones(len(forward), dtype=np.int64)),
        (network.col[back] + rows, network.row[back], np.ones(len(back), dtype=np.int64)),
        (np.full(rows, hub), mentee, mentee_most - mentee_filled),
        (mentee, np.full(rows, hub), mentee_filled - mentee_least),
        (mentor, np.full(cols, hub), mentor_most - mentor_filled),
        (np.full(cols, hub), mentor, mentor_filled - mentor_least),
        (np.full(len(over), source), over, surplus[over]),
        (under, np.full(len(under), sink), -surplus[under]),
    )
    tail, head, room = (np.concatenate(part) for part in zip(*parts, strict=True))
    some = room > 0
    graph = csr_array(
        (room[some].astype(np.int32), (tail[some].astype(np.int32), head[some].astype(np.int32))),
        shape=(sink + 1, sink + 1),
    )
    flow = maximum_flow(graph, source, sink).flow.tocoo()
    moved = flow.data > 0
    tail, head, units = flow.row[moved], flow.col[moved], flow.data[moved]
    pairs = (tail < hub) & (head < hub)
    turned = np.zeros(len(used), dtype=bool)
    a, b = np.minimum(tail, head)[pairs].astype(np.int64), np.maximum(tail, head)[pairs].astype(np.int64)
    turned[np.searchsorted(network.key, a * cols + (b - rows))] = True
    used ^= turned
    for side, filled, sign in ((slice(0, rows), mentee_filled, 1), (slice(rows, hub), mentor_filled, -1)):
        change = np.zeros(sink + 1, dtype=np.int64)
        np.add.at(change, head[tail == hub], units[tail == hub])
        np.subtract.at(change, tail[head == hub], units[head == hub])
        filled += sign * change[side]


def exact_sum(values: Ints) -> int:
    """The sum as an unlimited whole number: int64 may overflow, so it is added in two halves."""
    high, low = values >> 31, values & ((1 << 31) - 1)
    return (int(high.sum()) << 31) + int(low.sum())
