"""Solve on few pairs, prove on all: most pairs of a full table can never be used, so they stay out until the prices
say otherwise. Exact, because it stops only when no pair left out is worth more than its two prices together.

While lists are short, nobody should fight for a mentor on them: somebody who is only shown dear ones would rather be
shown more. So a mentee at first accepts little less than the worst pair on the list, and a little more patience is lost
with every round, until the true prizes of the places hold.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from .bidding import FINE, bid
from .circulation import Flow, Network, Places, best_flow
from .pairs import Pairs, best_of_each, beyond
from .proving import smallest_prices
from .reading import Flags, Ints
from .starting import opening
from .whole import is_small, solve_whole

FIRST = 24
"""Pairs of each mentee that the first round looks at."""
MORE = 8
"""Pairs of each mentee that a later round may add."""
KEPT = 8
"""Pairs of each mentee that stay after a rough round."""
GENTLE = 8
"""Times the largest score: more than any price that comes up where everybody finds a place."""
PATIENCE = 60
"""The largest score divided by this is what the first round accepts beyond the worst pair on a list."""
HASTE = 4
"""How much more each later round accepts."""
WORTH_BIDDING = 400
"""From so many pairs on, an auction pays for itself."""
WORTH_TWO = 2**17
"""From so many pairs on, so does a rough one before the first look at all pairs."""
MANY = 40
"""Where one mentee in so many has a new pair, another auction is quicker than repairing the plan."""


class Source(Protocol):
    """Where pairs come from: a list, or a scorer that goes over all pairs block by block."""

    def everything(self) -> Pairs:
        """All allowed pairs by row and column, where they are few."""
        ...

    def first(self) -> tuple[Pairs, Ints, bool]:
        """Promising pairs to begin with, none twice, the guess at the mentors' prices that made them so, and whether
        many want the same few, so that this guess is the best start."""
        ...

    def near(self, u: Ints, v: Ints, many: int) -> Pairs:
        """About the best `many` pairs of each mentee at these prices."""
        ...

    def beyond(self, u: Ints, v: Ints, inside: Ints, many: int) -> Pairs:
        """Pairs worth more than their two prices, the worst `many` of each mentee, without those `inside` already
        (rising row x columns + column; a pair in use may be above its prices). None if and only if there are none."""
        ...


class Listed:
    """The pairs of a network as a source."""

    def __init__(self, network: Network) -> None:
        self._all = Pairs(network.row, network.col, network.value)
        self._cols = network.cols

    def everything(self) -> Pairs:
        return self._all

    def first(self) -> tuple[Pairs, Ints, bool]:
        return self._all.best(self._all.value, FIRST), np.zeros(self._cols, dtype=np.int64), False

    def near(self, u: Ints, v: Ints, many: int) -> Pairs:
        return self._all.best(self._all.value - v[self._all.col], many)

    def beyond(self, u: Ints, v: Ints, inside: Ints, many: int) -> Pairs:
        return beyond(self._all, u, v, inside, many)


def solve(network: Network, check: Callable[[int, int], None]) -> Flow:
    """The optimum of the whole network with its smallest prices."""
    rows, cols = np.unique(network.row), np.unique(network.col)
    some = replace(
        network,
        row=np.searchsorted(rows, network.row), col=np.searchsorted(cols, network.col),
        mentees=network.mentees.of(rows), mentors=network.mentors.of(cols),
    )  # fmt: skip
    flow = _solve(some, check)
    mentee_filled, u = _for_all(network.mentees, rows, flow.mentee_filled, flow.u)
    mentor_filled, v = _for_all(network.mentors, cols, flow.mentor_filled, flow.v)
    return Flow(flow.used, mentee_filled, mentor_filled, u, v)


def _solve(network: Network, check: Callable[[int, int], None]) -> Flow:
    """The same where everybody has a pair."""
    if is_small(network.mentees, network.mentors) or np.bincount(network.row, minlength=1).max() > FIRST:
        part, flow = grow(Listed(network), network.mentees, network.mentors, check)
        used = np.zeros(len(network.row), dtype=bool)
        used[np.searchsorted(network.key, part.key[flow.used])] = True
        return replace(flow, used=used)
    v, used = np.zeros(network.cols, dtype=np.int64), np.zeros(len(network.row), dtype=bool)
    if len(network.row) >= WORTH_BIDDING:
        v, used = bid(network, v)
    flow = best_flow(network, opening(network, v), v, used, check)
    u, v = smallest_prices(network, flow)
    return replace(flow, u=u, v=v)


def _for_all(places: Places, some: Ints, filled: Ints, price: Ints) -> tuple[Ints, Ints]:
    """Filled places and prices of everybody on a side: whoever is not among `some` has no pair and fills no place."""
    _, prize = places.next_prize(np.zeros(len(places.size), dtype=np.int64))
    all_filled, all_price = np.zeros_like(prize), -prize
    all_filled[some], all_price[some] = filled, price
    return all_filled, all_price


def grow(source: Source, mentees: Places, mentors: Places, check: Callable[[int, int], None]) -> tuple[Network, Flow]:
    """The pairs that mattered, and the optimum over all of the source's pairs with its smallest prices."""
    if is_small(mentees, mentors):
        check(0, 1)
        pairs = source.everything()
        network = Network(pairs.row, pairs.col, pairs.value, mentees, mentors)
        whole = solve_whole(network)
        if whole is not None:
            return network, whole
    first, guess, crowded = source.first()
    largest = 1 + int(np.abs(first.value).max(initial=0))
    worst = np.full(len(mentees.start) - 1, largest)
    np.minimum.at(worst, first.row, first.value - guess[first.col])
    part, used = _joined(first, mentees, mentors, None, None)
    v = np.zeros(part.cols, dtype=np.int64)
    accepts = 1 + largest // PATIENCE
    low = np.maximum(0, guess - accepts) if crowded else np.zeros_like(guess)
    bidding = len(part.row) >= WORTH_BIDDING
    if bidding and not crowded and len(part.row) >= WORTH_TWO:
        part, used, v = _rough(source, _patient(part, mentees, mentors, worst, accepts, largest), low, check)
        accepts *= HASTE
    while True:
        part = _patient(part, mentees, mentors, worst, accepts, largest)
        if bidding:
            v, used = bid(part, low, fine=FINE)
        flow = best_flow(part, opening(part, v), v, used, check)
        u, v = smallest_prices(part, flow)
        more = source.beyond(u, v, part.key, MORE)
        flow = replace(flow, u=u, v=v)
        if len(more.row) == 0 and _holds(flow.mentee_filled, mentees, u) and _holds(flow.mentor_filled, mentors, v):
            return replace(part, mentees=mentees, mentors=mentors), flow
        bidding = bidding and len(more.row) > part.rows // MANY
        part, used = _joined(more, mentees, mentors, part, flow.used)
        accepts *= HASTE if len(more.row) else HASTE**4  # nothing new to be shown: patience has served its turn


def _rough(source: Source, part: Network, low: Ints, check: Callable[[int, int], None]) -> tuple[Network, Flags, Ints]:
    """Better lists: the best pairs at the prices of an auction in whole units, beside those that it left together."""
    check(0, 1)
    v, used = bid(part, low, fine=1)
    near = source.near(opening(part, v), v, FIRST)
    used[best_of_each(part.row, part.value - v[part.col], KEPT)] = True  # what is dropped is found again if missed
    part = replace(part, row=part.row[used], col=part.col[used], value=part.value[used])
    near = near.some(~np.isin(near.row * part.cols + near.col, part.key))
    return *_joined(near, part.mentees, part.mentors, part, np.zeros(len(part.row), dtype=bool)), v


def _patient(part: Network, mentees: Places, mentors: Places, worst: Ints, accepts: int, largest: int) -> Network:
    """The network with places that are worth no more than getting something `accepts` below the worst pair shown; with
    the true places once that is more than any ordinary price."""
    most = GENTLE * largest
    if accepts > HASTE * most:
        return replace(part, mentees=mentees, mentors=mentors)
    wanted = accepts - worst[mentees.owner] if accepts < most else most
    return replace(
        part,
        mentees=Places(mentees.start, np.minimum(mentees.prize, wanted)),
        mentors=Places(mentors.start, np.minimum(mentors.prize, most)),
    )


def _holds(filled: Ints, places: Places, price: Ints) -> bool:
    """Whether these places, filled so far, are balanced at these prices."""
    least, most = places.bounds(price)
    return bool(((least <= filled) & (filled <= most)).all())


def _joined(
    more: Pairs, mentees: Places, mentors: Places, part: Network | None, used: Flags | None
) -> tuple[Network, Flags]:
    """The network with more pairs, and which are used in it."""
    cols = len(mentors.start) - 1
    row, col, value = more.row, more.col, more.value
    marked = np.zeros(len(row), dtype=bool)
    if part is not None and used is not None:
        row, col = np.concatenate([part.row, row]), np.concatenate([part.col, col])
        value, marked = np.concatenate([part.value, value]), np.concatenate([used, marked])
    order = np.argsort(row * cols + col, kind="stable")
    return Network(row[order], col[order], value[order], mentees, mentors), marked[order]
