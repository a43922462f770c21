"""The face of an optimum: everything that may still change without losing any of what was reached.

A pair may still change only if it is tight and lies on a ring of changes that cost nothing, which is the same as both
its people being in one strongly connected part of the tight changes. All else is settled. The next aim (total after a
policy, the tie-break after the total) is solved as a network over what is left, with places that must stay filled
carrying a prize above everything.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from .circulation import LARGEST_EXACT, Flow, Network, Places, residual
from .evening import evenness
from .reading import Flags, Ints


def face(
    network: Network, flow: Flow, value: Ints, loads: Ints | None = None, ranks: Ints | None = None
) -> tuple[Flags, Network]:
    """Which pairs may still change, and the network over them in which `value` (one a pair) is the aim. With `loads`,
    how many mentees each mentor has in all, that these be even comes before it (see `evening`); with `ranks`, one for
    each place of the network's mentees, that places of the highest rank be filled."""
    source, target, cost = residual(network, flow.used, flow.mentee_filled, flow.mentor_filled, flow.u, flow.v)
    size = network.rows + network.cols + 1
    tight = cost == 0
    graph = csr_array((np.ones(tight.sum()), (source[tight], target[tight])), shape=(size, size))
    part = connected_components(graph, directed=True, connection="strong")[1]
    free = network.value == flow.u[network.row] + flow.v[network.col]
    free &= part[network.row] == part[network.col + network.rows]
    if not free.any():
        return free, nothing(network.rows, network.cols)
    settled = flow.used & ~free

    mentees = left_places(
        network.mentees, flow.u, flow.mentee_filled, part[: network.rows] == part[-1],
        np.bincount(network.row[settled], minlength=network.rows),
    )  # fmt: skip
    mentors = left_places(
        network.mentors, flow.v, flow.mentor_filled, part[network.rows : -1] == part[-1],
        np.bincount(network.col[settled], minlength=network.cols),
    )  # fmt: skip
    already = None
    if loads is not None:
        already = loads - np.bincount(network.col[flow.used & free], minlength=network.cols)
    span = max(0, int(value[free].max(initial=0))) - min(0, int(value[free].min(initial=0)))
    sides = prized(mentees, mentors, span, already, ranks_left(ranks, network.mentees, mentees))
    return free, Network(network.row[free], network.col[free], value[free], *sides)


def nothing(rows: int, cols: int) -> Network:
    """No pairs and no places."""
    none = np.zeros(0, dtype=np.int64)
    mentees, mentors = (Places(np.zeros(people + 1, dtype=np.int64), none) for people in (rows, cols))
    return Network(none, none, none, mentees, mentors)


@dataclass(frozen=True)
class Left:
    """The places of one side that the next aim may fill beside the settled ones, and how many of each person's must
    stay filled."""

    must: Ints
    size: Ints
    settled: Ints


def left_places(places: Places, price: Ints, filled: Ints, may_change: Flags, settled: Ints) -> Left:
    """The places that the next aim may fill beside those of `settled` pairs."""
    least, most = places.bounds(price)
    least, most = np.where(may_change, least, filled), np.where(may_change, most, filled)
    return Left(np.maximum(least - settled, 0), np.maximum(most - settled, 0), settled)


def ranks_left(ranks: Ints | None, places: Places, left: Left) -> Ints | None:
    """Of the ranks of all places those of the places left."""
    if ranks is None:
        return None
    return ranks[_numbered(left, places.start[:-1] + left.settled)]


def prized(
    mentees: Left, mentors: Left, span: int, already: Ints | None, ranks: Ints | None = None
) -> tuple[Places, Places]:
    """Both sides' places for an aim whose values differ by `span` at most: places that must stay filled carry a prize
    above everything. With `already`, how many mentees each mentor has beside them, even loads come before values; with
    `ranks`, of the mentees' places, so do these."""
    turns = min(len(mentees.size), len(mentors.size)) + 1  # no ring of changes has more new pairs
    above_all = 1 + turns * span
    none, even = (np.zeros(int(side.size.sum()), dtype=np.int64) for side in (mentees, mentors))
    if already is not None:
        even = evenness(already, mentors.size, LARGEST_EXACT // (16 * above_all)) * above_all
        above_all += int(even.max(initial=0))
    if ranks is not None:
        none = ranks * above_all
        above_all += int(none.max(initial=0))
    return _seats(mentees, above_all, none), _seats(mentors, above_all, even)


def _seats(left: Left, above_all: int, prize: Ints) -> Places:
    start = np.concatenate([[0], np.cumsum(left.size)])
    seat = _numbered(left, np.zeros_like(left.size))
    return Places(start, np.where(seat < np.repeat(left.must, left.size), above_all, 0) + prize)


def _numbered(left: Left, first: Ints) -> Ints:
    """The number of every place left, where each person's first has this one."""
    start = np.cumsum(left.size) - left.size
    number: Ints = np.arange(int(left.size.sum())) + np.repeat(first - start, left.size)
    return number
