"""The face of an optimum: everything that may still change without losing any of what was reached.

A pair may still change only if it is tight and lies on a ring of changes that cost nothing, which is the same as both
its people being in one strongly connected part of the tight changes. All else is settled. The next aim (total after a
policy, the tie-break after the total) is solved as a network over what is left, with places that must stay filled
carrying a prize above everything.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from .circulation import Flow, Network, Places, residual
from .reading import Flags, Ints


def face(network: Network, flow: Flow, value: Ints) -> tuple[Flags, Network]:
    """Which pairs may still change, and the network over them in which `value` (one a pair) is the aim."""
    source, target, cost = residual(network, flow.used, flow.mentee_filled, flow.mentor_filled, flow.u, flow.v)
    size = network.rows + network.cols + 1
    tight = cost == 0
    graph = csr_array((np.ones(tight.sum()), (source[tight], target[tight])), shape=(size, size))
    part = connected_components(graph, directed=True, connection="strong")[1]
    free = network.value == flow.u[network.row] + flow.v[network.col]
    free &= part[network.row] == part[network.col + network.rows]

    span = int(value[free].max(initial=0)) - int(value[free].min(initial=0))
    above_all = 1 + (min(network.rows, network.cols) + 1) * span
    mentees = left_places(
        network.mentees, flow.u, flow.mentee_filled, part[: network.rows] == part[-1],
        np.bincount(network.row[flow.used & ~free], minlength=network.rows), above_all,
    )  # fmt: skip
    mentors = left_places(
        network.mentors, flow.v, flow.mentor_filled, part[network.rows : -1] == part[-1],
        np.bincount(network.col[flow.used & ~free], minlength=network.cols), above_all,
    )  # fmt: skip
    return free, Network(network.row[free], network.col[free], value[free], mentees, mentors)


def left_places(places: Places, price: Ints, filled: Ints, may_change: Flags, settled: Ints, above_all: int) -> Places:
    """The places that the next aim may fill: those that must stay filled carry the prize `above_all`."""
    least, most = places.bounds(price)
    least, most = np.where(may_change, least, filled), np.where(may_change, most, filled)
    must = np.maximum(least - settled, 0)
    size = np.maximum(most - settled, 0)
    start = np.concatenate([[0], np.cumsum(size)])
    seat = np.arange(start[-1]) - np.repeat(start[:-1], size)
    return Places(start, np.where(seat < np.repeat(must, size), above_all, 0))
