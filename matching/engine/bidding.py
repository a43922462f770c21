"""A quick auction that guesses good opening prices for the exact core. Nothing here has to be right: the core ends at
the optimum from any start, and good prices only save it rounds.

Every slot without a mentor bids for the one it likes best at today's prices, by as much as it likes it better than the
next; a mentor keeps the highest bids and, when full, costs as much as the lowest one kept (Bertsekas, 1979).
"""

import numpy as np

from .circulation import Network
from .reading import Flags, Ints

ROUNDS = 400
"""A price war over too few places would go on for long; the exact core ends it sooner."""
NOTHING = np.iinfo(np.int64).min // 4


def bid(network: Network, v: Ints, epsilon: int = 1) -> tuple[Ints, Flags]:
    """Prices of mentors, from the prices `v`, and which pairs the auction left together."""
    v = v.copy()
    starts = np.searchsorted(network.row, np.arange(network.rows + 1))
    offers = np.diff(starts)
    wide = int(offers.max(initial=0))
    if wide == 0:
        return v, np.zeros(len(network.row), dtype=bool)
    # One row a slot, padded to the longest list, so that a round is a few array operations.
    slot_of = np.repeat(np.arange(network.rows), np.minimum(network.mentees.size, offers))
    place = starts[:-1][:, None] + np.arange(wide)
    inside = np.arange(wide) < offers[:, None]
    place[~inside] = 0
    col = network.col[place]
    value = np.where(inside, network.value[place], NOTHING)
    capacity = network.mentors.size
    held = np.full(len(slot_of), -1)
    offer = np.zeros(len(slot_of), dtype=np.int64)
    low = int(network.value.min()) - 2 * int(network.value.max() - network.value.min()) - 1
    for _ in range(ROUNDS):
        free = np.flatnonzero(held < 0)
        if len(free) <= len(slot_of) // 500:
            break
        mine = slot_of[free]
        net = value[mine] - v[col[mine]]
        best = net.argmax(axis=1)
        row = np.arange(len(free))
        top = net[row, best]
        net[row, best] = NOTHING
        second = np.maximum(net.max(axis=1), low)
        keen = top > low
        if not keen.any():
            break
        free, best, mine = free[keen], best[keen], mine[keen]
        offer[free] = value[mine, best] - second[keen] + epsilon
        held[free] = best
        wanted = np.unique(col[mine, best])
        _settle(slot_of, col, held, offer, capacity, v, wanted)
    used = np.zeros(len(network.row), dtype=bool)
    some = held >= 0
    used[place[slot_of[some], held[some]]] = True
    return v, used


def _settle(slot_of: Ints, col: Ints, held: Ints, offer: Ints, capacity: Ints, v: Ints, wanted: Ints) -> None:
    """Let each mentor in demand keep the highest bids; the others are free again."""
    asked = np.zeros(len(capacity), dtype=bool)
    asked[wanted] = True
    bidders = np.flatnonzero(held >= 0)
    mentor = col[slot_of[bidders], held[bidders]]
    bidders, mentor = bidders[asked[mentor]], mentor[asked[mentor]]
    order = np.lexsort((-offer[bidders], mentor))
    bidders, mentor = bidders[order], mentor[order]
    rank = np.arange(len(bidders)) - np.searchsorted(mentor, mentor)
    room = capacity[mentor]
    held[bidders[rank >= room]] = -1
    last = rank == room - 1
    v[mentor[last]] = offer[bidders[last]]
