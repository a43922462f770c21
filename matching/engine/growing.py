"""Solve on few pairs, prove on all: most pairs of a full table can never be used, so they stay out until the prices
say otherwise. Exact, because it stops only when no pair left out is worth more than its two prices together."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .circulation import Flow, Network, best_flow
from .proving import smallest_prices
from .reading import Flags, Ints
from .starting import opening

FIRST = 24
"""Pairs of each mentee that the first round looks at."""
MORE = 8
"""Pairs of each mentee that a later round may add."""


def solve(network: Network, check: Callable[[int, int], None]) -> Flow:
    """The optimum of the whole network with its smallest prices."""
    inside = _best(network.row, network.value, np.ones(len(network.row), dtype=bool), FIRST)
    used = np.zeros(len(network.row), dtype=bool)
    part = _part(network, inside)
    u, v = opening(part)
    while True:
        flow = best_flow(part, u, v, used[inside], check)
        u, v = smallest_prices(part, flow)
        used[inside] = flow.used
        over = network.value - u[network.row] - v[network.col]
        missing = ~inside & (over > 0)
        if not missing.any():
            return Flow(used, flow.mentee_filled, flow.mentor_filled, u, v)
        inside |= _best(network.row, over, missing, MORE)
        part = _part(network, inside)


def _part(network: Network, inside: Flags) -> Network:
    return replace(network, row=network.row[inside], col=network.col[inside], value=network.value[inside])


def _best(row: Ints, worth: Ints, among: Flags, count: int) -> Flags:
    """The `count` best pairs of each row among those given."""
    at = np.flatnonzero(among)
    at = at[np.lexsort((-worth[at], row[at]))]
    rank = np.arange(len(at)) - np.searchsorted(row[at], row[at])
    best = np.zeros(len(row), dtype=bool)
    best[at[rank < count]] = True
    return best
