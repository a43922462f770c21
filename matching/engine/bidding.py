"""A quick auction that guesses opening prices and pairs for the exact core. Nothing here has to be right: the core ends
at the optimum from any start, and a good one only saves it rounds.

Every slot without a mentor bids for the one it likes best at today's prices, by as much as it likes it better than the
next or than staying free; a mentor keeps the highest bids and, when full, costs as much as the lowest one kept
(Bertsekas, 1979). Bids are in sixteenths of a unit and prices are rounded down in the end, so that most pairs come out
exactly in balance. While many bid, a round is a few array operations; the last few bid one by one.
"""

from dataclasses import dataclass

import numpy as np

from .circulation import Network
from .reading import Flags, Ints

FINE = 16
"""Steps of a bid in one unit of score, where scores do not range too far for that."""
STRIDES = (2**6, 2**10, 2**14)
"""A war between many who want the same goes through long bids first: the range of scores divided by these."""
BACK = 4
"""By how many of its strides a coarser auction may have gone too far."""
STEPS = 2**21
"""Of how many steps the whole range of scores may be."""
FEW = 16
"""Bidders who go one by one."""
PATIENT = 40
"""Bids a slot, on average, before a price war is left to the exact core."""
LAST = 1
"""The same for those who bid one by one."""
NOTHING = np.iinfo(np.int64).min // 4
SHUT = np.iinfo(np.int64).max // 4


@dataclass
class Auction:
    """What everybody may bid for (`value` and `col`, a row a slot), and how things stand: a mentor's places are
    `first[mentor]` and the `room` that follow, with the `offer` for each and the slot it is `held` by (-1: nobody)."""

    value: Ints
    col: Ints
    alone: Ints
    first: Ints
    room: Ints
    price: Ints
    offer: Ints
    held: Ints
    chosen: Ints
    floor: Ints
    step: int = 0

    def restart(self, step: int) -> None:
        """Everybody is free again, and mentors cost a little less than they did; bids go up by `step` at least."""
        lower = np.maximum(self.floor, self.price - BACK * self.step)
        self.price[:] = np.where(self.room > 0, lower, SHUT)
        self.offer[:] = np.repeat(self.price, self.room)
        self.held[:] = -1
        self.step = step


def bid(network: Network, v: Ints, *, fine: int = FINE) -> tuple[Ints, Flags]:
    """Prices of mentors, from the prices `v` up, and which pairs the auction left together. At best `fine` steps make
    one unit of score."""
    used = np.zeros(len(network.row), dtype=bool)
    starts = np.searchsorted(network.row, np.arange(network.rows + 1))
    offers = np.diff(starts)
    wide = int(offers.max(initial=0))
    if wide == 0:
        return v, used
    place = starts[:-1][:, None] + np.arange(wide)
    outside = np.arange(wide) >= offers[:, None]
    place[outside] = 0
    slot_of, room = network.mentees.owner, network.mentors.size
    span = 1 + int(network.value.max()) - int(network.value.min())
    fine, coarse = max(1, min(fine, STEPS // span)), max(1, span // STEPS)
    value = network.value[place] * fine // coarse
    value[outside] = NOTHING
    # A place that should be filled, whoever comes, may cost less than nothing, by no more than scores differ.
    filled, prize = network.mentors.last_prize(room)
    floor = np.where(filled, -np.minimum(np.maximum(prize, 0), span) * fine // coarse, 0)
    v = np.where(floor < 0, np.minimum(v, floor), v)
    auction = Auction(
        value=value[slot_of],
        col=network.col[place][slot_of],
        alone=np.maximum(-network.mentees.prize * fine // coarse, NOTHING // 2),
        first=network.mentors.start,
        room=room,
        price=np.maximum(v * fine // coarse, floor),
        offer=np.zeros(int(room.sum()), dtype=np.int64),
        held=np.full(int(room.sum()), -1),
        chosen=np.zeros(len(slot_of), dtype=np.int64),
        floor=floor,
    )
    for step in (*(span * fine // coarse // one for one in STRIDES if span * fine // coarse >= 4 * one), 1):
        auction.restart(step)
        free, left = np.arange(len(slot_of)), PATIENT * len(slot_of)
        while len(free) > FEW and left > 0:
            left -= len(free)
            free = _round(auction, free)
        if left > 0:
            _one_by_one(auction, free.tolist(), LAST * len(slot_of))
    some = auction.held[auction.held >= 0]
    used[place[slot_of[some], auction.chosen[some]]] = True
    return np.where(room > 0, auction.price * coarse // fine, v), used


def _round(auction: Auction, free: Ints) -> Ints:
    """Everybody who is free bids at once; whoever is free and still interested afterwards."""
    offered = auction.col[free]
    net = auction.value[free] - auction.price[offered]
    line = np.arange(len(free))
    best = net.argmax(axis=1)
    top = net[line, best]
    net[line, best] = NOTHING
    alone = auction.alone[free]
    second = np.maximum(net.max(axis=1), alone)
    keen = np.flatnonzero(top >= alone)
    bidder, best = free[keen], best[keen]
    auction.chosen[bidder] = best
    wanted = offered[keen, best]
    bids = auction.price[wanted] + top[keen] - second[keen] + auction.step
    # Each mentor in demand keeps the highest of old and new bids.
    if len(wanted) == 0:
        return bidder
    asked = np.sort(wanted)
    asked = asked[_begins(asked)]
    size = auction.room[asked]
    ends = np.cumsum(size)
    seats = np.arange(ends[-1]) + np.repeat(auction.first[asked] - ends + size, size)
    mentor = np.concatenate([np.repeat(asked, size), wanted])
    amount = np.concatenate([auction.offer[seats], bids])
    who = np.concatenate([auction.held[seats], bidder])
    order = _by_mentor(mentor, amount)
    mentor, amount, who = mentor[order], amount[order], who[order]
    begins = np.flatnonzero(_begins(mentor))
    kept = np.arange(len(mentor)) < np.repeat(begins + size, np.diff(begins, append=len(mentor)))
    auction.offer[seats], auction.held[seats] = amount[kept], who[kept]
    auction.price[asked] = amount[begins + size - 1]
    gone = who[~kept]
    return gone[gone >= 0]


def _begins(numbers: Ints) -> Flags:
    """Where rising numbers change."""
    return np.concatenate([[True], numbers[1:] != numbers[:-1]])


def _by_mentor(mentor: Ints, amount: Ints) -> Ints:
    """The order by mentor and falling amount; among equals the first stay first."""
    below = amount.max() - amount
    bits, places = int(below.max()).bit_length(), len(mentor).bit_length()
    if int(mentor.max()).bit_length() + bits + places > 62:
        return np.lexsort((below, mentor))
    packed: Ints = ((mentor << bits) | below) << places | np.arange(len(mentor))
    packed.sort()  # several times as quick as sorting by two keys
    order: Ints = packed & ((1 << places) - 1)
    return order


def _one_by_one(auction: Auction, free: list[int], left: int) -> None:
    """The same for a few bidders: the one who waits longest bids next."""
    price, room, first = auction.price.tolist(), auction.room, auction.first
    while free and left:
        left -= 1
        bidder = free.pop()
        top = second = alone = int(auction.alone[bidder])
        best = -1
        offered = auction.col[bidder].tolist()
        for at, (worth, mentor) in enumerate(zip(auction.value[bidder].tolist(), offered, strict=True)):
            net = worth - price[mentor]
            if net > second:
                if net > top or best < 0:
                    top, second, best = net, max(top, alone), at
                else:
                    second = net
        if best < 0:
            continue
        mentor = offered[best]
        seats = slice(int(first[mentor]), int(first[mentor] + room[mentor]))
        mine = auction.offer[seats]
        weakest = int(mine.argmin())
        out = int(auction.held[seats][weakest])
        mine[weakest] = price[mentor] + top - second + auction.step
        auction.held[seats][weakest], auction.chosen[bidder] = bidder, best
        price[mentor] = int(mine.min())
        if out >= 0:
            free.append(out)
    auction.price[:] = price
