"""Opening prices for the exact core: every mentee asks for the best mentors at what these cost, as if alone."""

import numpy as np

from .circulation import Network
from .reading import Ints

FAR = np.iinfo(np.int64).max


def opening(network: Network, v: Ints) -> Ints:
    """The mentees' prices at which each is in balance beside the mentors' prices `v`: what the last wanted pair is
    worth after paying its mentor."""
    net = network.value - v[network.col]
    first = np.searchsorted(network.row, np.arange(network.rows + 1))
    offers = np.diff(first) > 0
    best = np.zeros(network.rows, dtype=np.int64)
    if offers.any():
        best[offers] = np.maximum.reduceat(net, first[:-1][offers])
    size = network.mentees.size
    u = np.full(network.rows, FAR)
    wanted = np.zeros(network.rows, dtype=np.int64)
    single = (size == 1) & offers
    prize = network.mentees.prize[network.mentees.start[:-1][single]]
    wanted[single] = best[single] + prize > 0
    u[single & (wanted == 1)] = best[single & (wanted == 1)]
    several = np.flatnonzero(size[network.row] > 1)
    if len(several):
        _several(network, several, net[several], wanted, u)
    free, following = network.mentees.next_prize(wanted)
    u[free] = np.minimum(u[free], -following[free])
    placeless = u == FAR  # no place at all: dear enough to want nobody
    u[placeless] = best[placeless]
    return u


def _several(network: Network, pairs: Ints, net: Ints, wanted: Ints, u: Ints) -> None:
    """The same for those with several places: the last wanted pair is the dearest place that still pays."""
    row = network.row[pairs]
    order = np.lexsort((-net, row))
    row, net = row[order], net[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    within = rank < network.mentees.size[row]
    row, net, rank = row[within], net[within], rank[within]
    wants = net + network.mentees.prize[network.mentees.start[row] + rank] > 0
    wanted += np.bincount(row[wants], minlength=network.rows)
    np.minimum.at(u, row[wants], net[wants])
