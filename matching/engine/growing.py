"""Solve on few pairs, prove on all: most pairs of a full table can never be used, so they stay out until the prices
say otherwise. Exact, because it stops only when no pair left out is worth more than its two prices together."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from .bidding import bid
from .circulation import Flow, Network, Places, best_flow
from .proving import smallest_prices
from .reading import Flags, Ints
from .starting import opening

FIRST = 24
"""Pairs of each mentee that the first round looks at."""
MORE = 8
"""Pairs of each mentee that a later round may add."""
GENTLE = 8
"""Times the largest score: a prize in the first rounds."""
WORTH_BIDDING = 4_000
"""From so many pairs on, an auction pays for itself."""


@dataclass(frozen=True)
class Pairs:
    """Some pairs and their values, in any order."""

    row: Ints
    col: Ints
    value: Ints

    def best(self, worth: Ints, count: int) -> "Pairs":
        """The `count` pairs of each row that are worth most."""
        order = np.lexsort((-worth, self.row))
        row = self.row[order]
        order = order[np.arange(len(row)) - np.searchsorted(row, row) < count]
        return Pairs(self.row[order], self.col[order], self.value[order])


class Source(Protocol):
    """Where pairs come from: a list, or a scorer that goes over all pairs block by block."""

    def first(self) -> Pairs:
        """Promising pairs to begin with, none twice."""

    def beyond(self, u: Ints, v: Ints, inside: Ints) -> Pairs:
        """Pairs worth more than their two prices, the worst of each mentee, without those `inside` already (rising
        row x columns + column; a pair in use may be above its prices). None if and only if there are none."""


class Listed:
    """The pairs of a network as a source."""

    def __init__(self, network: Network) -> None:
        self._all = Pairs(network.row, network.col, network.value)

    def first(self) -> Pairs:
        return self._all.best(self._all.value, FIRST)

    def beyond(self, u: Ints, v: Ints, inside: Ints) -> Pairs:
        everything = self._all
        over = everything.value - u[everything.row] - v[everything.col]
        at = np.flatnonzero(over > 0)
        return beyond(everything.row[at], everything.col[at], everything.value[at], over[at], len(v), inside)


def beyond(row: Ints, col: Ints, value: Ints, over: Ints, cols: int, inside: Ints) -> Pairs:
    """The worst of each row among these pairs, without those inside."""
    key = row * cols + col
    at = np.searchsorted(inside, key)
    new = np.flatnonzero(inside[np.minimum(at, len(inside) - 1)] != key) if len(inside) else np.arange(len(key))
    return Pairs(row[new], col[new], value[new]).best(over[new], MORE)


def solve(network: Network, check: Callable[[int, int], None]) -> Flow:
    """The optimum of the whole network with its smallest prices."""
    part, flow = grow(Listed(network), network.mentees, network.mentors, check)
    used = np.zeros(len(network.row), dtype=bool)
    key = network.row * network.cols + network.col
    used[np.searchsorted(key, (part.row * part.cols + part.col)[flow.used])] = True
    return Flow(used, flow.mentee_filled, flow.mentor_filled, flow.u, flow.v)


def grow(source: Source, mentees: Places, mentors: Places, check: Callable[[int, int], None]) -> tuple[Network, Flow]:
    """The pairs that mattered, and the optimum over all of the source's pairs with its smallest prices."""
    part, _ = _joined(source.first(), mentees, mentors, None, None)
    used = np.zeros(len(part.row), dtype=bool)
    v = np.zeros(part.cols, dtype=np.int64)
    if len(part.row) >= WORTH_BIDDING:
        v, used = bid(part, v)
    for mentee_places, mentor_places in ((_gentle(mentees, part), _gentle(mentors, part)), (mentees, mentors)):
        part = replace(part, mentees=mentee_places, mentors=mentor_places)
        u = opening(part, v)
        while True:
            flow = best_flow(part, u, v, used, check)
            u, v = smallest_prices(part, flow)
            more = source.beyond(u, v, part.row * part.cols + part.col)
            if len(more.row) == 0:
                break
            part, used = _joined(more, mentee_places, mentor_places, part, flow.used)
            u = opening(part, v)  # whoever likes a new pair better asks for that alone
        used = flow.used
        flow = Flow(used, flow.mentee_filled, flow.mentor_filled, u, v)
        if _holds(flow.mentee_filled, mentees, u) and _holds(flow.mentor_filled, mentors, v):
            break
    return replace(part, mentees=mentees, mentors=mentors), flow


def _gentle(places: Places, part: Network) -> Places:
    """The same places with prizes of a few times the range of scores. While lists are short, full prizes would send
    prices far up and down again; almost always everybody finds a place for less."""
    most = GENTLE * (int(np.abs(part.value).max(initial=0)) + 1)
    return Places(places.start, np.minimum(places.prize, most))


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
    order = np.argsort(row * cols + col)
    return Network(row[order], col[order], value[order], mentees, mentors), marked[order]
