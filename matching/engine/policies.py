"""Fairness policies: what counts as the best score once everybody who can be placed is placed.

`even` and `weakest` score each pair by how far it falls short of the best possible, squared or to the fourth power, in
a fixed table of whole numbers; `raise_floor` forbids the weakest pairs as far as that costs no place.
"""

from collections.abc import Callable

import numpy as np

from .numbers import UNIT
from .reading import Ints

POWERS = {"even": 2, "weakest": 4}
FULL = 10**6


def shortfall_table(value: Ints, policy: str) -> Ints:
    """A million less the shortfall to the policy's power. The scale runs from nought (or the smallest score, if that
    is negative) to a hundred (or the largest)."""
    distinct, where = np.unique(value, return_inverse=True)
    low = min(0, int(distinct.min(initial=0)))
    high = max(100 * UNIT, int(distinct.max(initial=0)))
    worth = [FULL - shortfall(high - int(one), high - low, POWERS[policy]) for one in distinct]
    return np.array(worth, dtype=np.int64)[where]


def shortfall(short: int, scale: int, power: int) -> int:
    """(short / scale) to this power, in millionths, rounded half to even."""
    most = int(scale**power)
    whole, rest = divmod(FULL * int(short**power), most)
    return whole + (2 * rest > most or (2 * rest == most and whole % 2 == 1))


def steepest(policy: str, unit: int, scale: tuple[int, int], weakest: int, by: int) -> int:
    """What it costs, in the policy's measure, that the weakest score falls `by` so much; `unit` is one point, `scale`
    the least and the most of all scores."""
    low, high = min(0, scale[0]), max(100 * unit, scale[1])
    power = POWERS[policy]
    return shortfall(high - weakest + by, high - low, power) - shortfall(high - weakest, high - low, power)


def highest_floor(value: Ints, costs_nothing: Callable[[int], bool]) -> int:
    """The highest of these scores that can be made the least allowed; `costs_nothing(floor)` tries one."""
    floors = np.unique(value)
    low, high = 0, len(floors) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if costs_nothing(int(floors[middle])):
            low = middle
        else:
            high = middle - 1
    return int(floors[low])
