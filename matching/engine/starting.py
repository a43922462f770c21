"""Opening prices for the exact core: every mentee asks for the best mentors at what these cost, as if alone."""

import numpy as np

from .circulation import Network
from .reading import Ints


def opening(network: Network, v: Ints) -> Ints:
    """The mentees' prices at which each is in balance beside the mentors' prices `v`: what the last wanted pair is
    worth after paying its mentor."""
    net = network.value - v[network.col]
    order = np.lexsort((-net, network.row))
    row, net = network.row[order], net[order]
    first = np.searchsorted(row, np.arange(network.rows + 1))
    rank = np.arange(len(row)) - first[row]
    within = rank < network.mentees.size[row]
    prize = np.zeros(len(row), dtype=np.int64)
    prize[within] = network.mentees.prize[(network.mentees.start[row] + rank)[within]]
    wanted = np.bincount(row[within & (net + prize > 0)], minlength=network.rows)
    far = np.iinfo(np.int64).max
    u = np.full(network.rows, far)
    some = wanted > 0
    u[some] = net[(first[:-1] + wanted - 1)[some]]
    free, following = network.mentees.next_prize(wanted)
    u[free] = np.minimum(u[free], -following[free])
    placeless = u == far  # no place at all: dear enough to want nobody
    best = np.zeros(network.rows, dtype=np.int64)
    offers = np.diff(first) > 0
    best[offers] = net[first[:-1][offers]]
    u[placeless] = best[placeless]
    return u
