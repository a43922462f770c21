"""Which groups to open and who joins which: a mixed-integer programme for HiGHS, through SciPy.

Columns: one for each mentee who could join a host (0 to 1), one for each host (open or not), one for the number of
each kind in each host. Only the latter two must be declared whole: with them fixed, the rest is a transport problem,
whose corners are whole. For two kinds, an even size and a difference of at most 1, bounds on each kind say the same as
bounds on the sum, and the counts need not be declared either, which is much quicker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, gcd, inf

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from .reading import Flags, Ints

WHOLE = 1e-5
"""How far from whole a number of the solver's may be; every rule is checked again afterwards."""


@dataclass(frozen=True)
class Hosts:
    """Groups that could be opened: who leads each, and one entry for each mentee who could join (`mentee`, `host`,
    `value`, and whether that would keep the pin). `held` are the mentees with a pin; `capacity` is of mentors."""

    mentors: Sequence[tuple[int, ...]]
    mentee: Ints
    host: Ints
    value: Ints
    pinned: Flags
    held: Ints
    capacity: Ints
    mentees: int


class Rows:
    """Rows of a linear programme, gathered one kind after the other."""

    def __init__(self) -> None:
        self._row: list[Ints] = []
        self._col: list[Ints] = []
        self._factor: list[npt.NDArray[np.float64]] = []
        self._least: list[npt.NDArray[np.float64]] = []
        self._most: list[npt.NDArray[np.float64]] = []
        self.count = 0

    def add(self, rows: int, entries: Sequence[tuple[Ints, Ints, float]], least: float, most: float) -> None:
        """`rows` more rows with the same limits; each entry gives rows (from 0), columns and one factor."""
        for row, col, factor in entries:
            self._row.append(row + self.count)
            self._col.append(col)
            self._factor.append(np.full(len(col), factor))
        self._least.append(np.full(rows, least))
        self._most.append(np.full(rows, most))
        self.count += rows

    def constraint(self, columns: int) -> LinearConstraint:
        matrix = csr_array(
            (np.concatenate(self._factor), (np.concatenate(self._row), np.concatenate(self._col))),
            shape=(self.count, columns),
        )
        return LinearConstraint(matrix, np.concatenate(self._least), np.concatenate(self._most))


def pack(hosts: Hosts, kind: Ints, size: tuple[int, int], max_difference: int | None) -> tuple[Flags, int, bool] | None:
    """Who joins where, most mentees first, then the highest sum of values; the proven bound of that sum, and whether
    the solver proved both aims to the last unit. None where the pins cannot be kept."""
    entries, count = len(hosts.mentee), len(hosts.mentors)
    if entries == 0:
        return None if len(hosts.held) else (np.zeros(0, dtype=bool), 0, True)
    kinds = int(kind.max(initial=0)) + 1
    low, high = size
    even = kinds == 2 and low % 2 == 0 and high % 2 == 0 and max_difference in (0, 1)
    join, opened = np.arange(entries), entries + np.arange(count)
    number = (entries + count + np.arange(count * kinds)).reshape(count, kinds)
    columns = entries + count + count * kinds
    rows = Rows()
    rows.add(hosts.mentees, [(hosts.mentee, join, 1.0)], -inf, 1)
    each = np.arange(count * kinds).reshape(count, kinds)
    rows.add(
        count * kinds,
        [(each[hosts.host, kind[hosts.mentee]], join, 1.0), (each.ravel(), number.ravel(), -1.0)], 0, 0,
    )  # fmt: skip
    every = np.repeat(np.arange(count), kinds)
    if even:
        flat = each.ravel()
        rows.add(count * kinds, [(flat, number.ravel(), 1.0), (flat, opened[every], -low / 2)], 0, inf)
        rows.add(count * kinds, [(flat, number.ravel(), 1.0), (flat, opened[every], -high / 2)], -inf, 0)
    else:
        here = np.arange(count)
        rows.add(count, [(every, number.ravel(), 1.0), (here, opened, -float(low))], 0, inf)
        rows.add(count, [(every, number.ravel(), 1.0), (here, opened, -float(high))], -inf, 0)
    if max_difference is not None:
        here = np.arange(count)
        for a in range(kinds):
            for b in range(a):
                pair = [(here, number[:, a], 1.0), (here, number[:, b], -1.0)]
                rows.add(count, pair, -max_difference, max_difference)
    leads = [(mentor, at) for at, pair in enumerate(hosts.mentors) for mentor in pair]
    leader, led = np.array([mentor for mentor, _ in leads]), np.array([at for _, at in leads])
    for mentor in np.unique(leader).tolist():
        mine = led[leader == mentor]
        rows.add(1, [(np.zeros(len(mine), dtype=np.int64), opened[mine], 1.0)], -inf, float(hosts.capacity[mentor]))
    for mentee in hosts.held.tolist():
        keeps = join[hosts.pinned & (hosts.mentee == mentee)]
        if len(keeps) == 0:
            return None
        rows.add(1, [(np.zeros(len(keeps), dtype=np.int64), keeps, 1.0)], 1, 1)

    whole = np.zeros(columns)
    whole[opened] = 1
    if not even:
        whole[number.ravel()] = 1
    most = np.ones(columns)
    most[number.ravel()] = high
    unit = np.zeros(columns)
    unit[join] = 1
    first = _best(unit, rows, whole, most)
    if first is None:
        return None
    placed, _, proven = first
    rows.add(1, [(np.zeros(entries, dtype=np.int64), join, 1.0)], round(float(placed[join].sum())), inf)
    divisor = gcd(*np.unique(np.abs(hosts.value)).tolist()) or 1
    worth = np.zeros(columns)
    worth[join] = hosts.value // divisor
    second = _best(worth, rows, whole, most)
    if second is None:
        return None
    seated, bound, also = second
    return np.round(seated[join]).astype(bool), bound * divisor, proven and also


def _best(
    worth: npt.NDArray[np.float64], rows: Rows, whole: npt.NDArray[np.float64], most: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], int, bool] | None:
    """A plan of the highest worth, the whole-number bound of that, and whether the plan reaches it."""
    for declared in (whole, np.ones(len(whole))):
        found = milp(
            -worth, constraints=rows.constraint(len(worth)), bounds=Bounds(0, most), integrality=declared,
            options={"mip_rel_gap": 0},
        )  # fmt: skip
        if found.x is None:
            return None
        if np.abs(found.x - np.round(found.x)).max(initial=0) <= WHOLE:
            break
    plan = np.round(found.x)
    reached = int(worth.astype(np.int64) @ plan.astype(np.int64))
    # The worth is whole, so its bound may be rounded down, but for the solver's own rounding.
    limit = -float(found.mip_dual_bound) if found.mip_dual_bound is not None else inf
    bound = floor(limit + 1e-6 + 1e-9 * abs(limit)) if limit < inf else reached
    return plan, max(reached, bound), bool(found.status == 0 and bound <= reached)
