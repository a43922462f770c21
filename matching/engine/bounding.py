"""What no plan of groups with two mentors can exceed, where not every two mentors were tried together.

Forget that people sit in groups: let each mentee take a seat with two different mentors (one of them external, where
that is asked), and let each mentor have as many seats as the largest groups they may lead. Every plan of groups is such
a seating, and the best seating is an assignment with two slots, which the engine solves exactly.
"""

from dataclasses import replace

import numpy as np

from .reading import Flags, Ints, Table
from .solving import find_plan


def at_most(table: Table, largest: int, external: Flags, placed: int) -> tuple[int, int]:
    """The most mentees that groups of at most the `largest` size can place, and the highest sum of both mentors' scores
    where `placed` are. `external` marks such mentors, none where a group needs no external one."""
    sides = [external, ~external] if external.any() else [np.ones(len(external), dtype=bool)]
    slots = 2 // len(sides)
    has = [np.bincount(table.row[side[table.col]], minlength=len(table.mentees)) >= slots for side in sides]
    could = np.logical_and.reduce(has) & (table.slots > 0)
    places, total = int(could.sum()), 0
    exact = True
    for side in sides:
        seating = _seating(table, side[table.col] & could[table.row], could * slots, largest)
        places = min(places, seating[0] // slots)
        exact &= seating[0] == placed * slots
        total += seating[1]
    return places, total if exact else _best_of_all(table, sides, slots, could, placed)


def _seating(table: Table, some: Flags, slots: Ints, largest: int) -> tuple[int, int]:
    """The most seats taken over some pairs, and the highest total of so many."""
    none = np.zeros(int(some.sum()), dtype=bool)
    seats = replace(
        table, row=table.row[some], col=table.col[some], value=table.value[some], pinned=none, kept=none,
        slots=slots, capacity=np.minimum(table.capacity, len(slots)) * min(largest, len(slots)),
    )  # fmt: skip
    chosen = find_plan(seats).chosen
    return int(chosen.sum()), int(seats.value[chosen].sum())


def _best_of_all(table: Table, sides: list[Flags], slots: int, could: Flags, placed: int) -> int:
    """The sum of what so many mentees would have with the mentors best for each, as if alone."""
    best = np.zeros(len(table.mentees), dtype=np.int64)
    for side in sides:
        mine = np.flatnonzero(side[table.col] & could[table.row])
        order = mine[np.lexsort((-table.value[mine], table.row[mine]))]
        rank = np.arange(len(order)) - np.searchsorted(table.row[order], table.row[order])
        first = order[rank < slots]
        np.add.at(best, table.row[first], table.value[first])
    return int(np.sort(best[could])[::-1][:placed].sum())
