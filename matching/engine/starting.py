"""Opening prices for the exact core: every mentee asks for the best mentors, as if nobody else did."""

import numpy as np

from .circulation import Network
from .reading import Ints


def opening(network: Network) -> tuple[Ints, Ints]:
    """Prices at which each mentee is in balance: mentors cost nothing, u is what the last wanted pair is worth."""
    order = np.lexsort((-network.value, network.row))
    row, value = network.row[order], network.value[order]
    first = np.searchsorted(row, np.arange(network.rows + 1))
    rank = np.arange(len(row)) - first[row]
    size = network.mentees.size
    within = rank < size[row]
    prize = np.zeros(len(row), dtype=np.int64)
    prize[within] = network.mentees.prize[(network.mentees.start[row] + rank)[within]]
    wanted = np.bincount(row[within & (value + prize > 0)], minlength=network.rows)
    far = np.iinfo(np.int64).max
    u = np.full(network.rows, far)
    some = wanted > 0
    u[some] = value[(first[:-1] + wanted - 1)[some]]
    free, following = network.mentees.next_prize(wanted)
    u[free] = np.minimum(u[free], -following[free])
    lost = u == far  # no place at all: dear enough to want nobody
    best = np.zeros(network.rows, dtype=np.int64)
    offers = np.diff(first) > 0
    best[offers] = value[first[:-1][offers]]
    u[lost] = best[lost]
    return u, np.zeros(network.cols, dtype=np.int64)
