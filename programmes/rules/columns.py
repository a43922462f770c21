"""People as columns of numbers, from which the kinds of rule and of preference judge whole blocks of pairs.

Whoever asks names people by their number on their side: ``rows`` are mentees, ``cols`` mentors. An answer has one
cell a pair, or a single row or column where only one side matters: it broadcasts to the block.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from programmes.rules.facts import Facts

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Verdicts = npt.NDArray[np.int8]
Judge = Callable[[Numbers, Numbers], Verdicts]
# How much of a preference's share each pair earns: a part of a whole, as whole numbers.
Weigh = Callable[[Numbers, Numbers], tuple[Numbers, Numbers | int]]

MET, BROKEN, UNKNOWN = 0, 1, 2  # UNKNOWN: a fact is not yet known, which bars as well


def numbered(people: Sequence[Facts]) -> dict[int, int]:
    """Everybody's number on their side, by person id."""
    return {facts.person_id: number for number, facts in enumerate(people)}


def coded(ours: Iterable[Hashable], theirs: Iterable[Hashable]) -> tuple[Numbers, Numbers]:
    """One number for each different value on either side; -1 for a value that is empty or None."""
    codes: dict[Hashable, int] = {}

    def column(values: Iterable[Hashable]) -> Numbers:
        known = (codes.setdefault(one, len(codes)) if one or one == 0 else -1 for one in values)
        return np.fromiter(known, dtype=np.int64)

    return column(ours), column(theirs)


def memberships(
    ours: Sequence[frozenset], theirs: Sequence[frozenset]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Who has which of the things that both sides have, as 0 and 1: the product of two rows counts what they share."""
    both = frozenset().union(*ours) & frozenset().union(*theirs)
    at = {one: number for number, one in enumerate(sorted(both))}

    def table(sets: Sequence[frozenset]) -> npt.NDArray[np.float32]:
        has = np.zeros((len(sets), len(at)), dtype=np.float32)
        for number, some in enumerate(sets):
            has[number, [at[one] for one in some & both]] = 1
        return has

    return table(ours), table(theirs)


class Cells:
    """Some pairs, few among all: a rule that bars just these."""

    def __init__(self, pairs: Iterable[tuple[int, int]], rows: int, cols: int):
        cells = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)
        self._start = np.searchsorted(cells[:, 0], np.arange(rows + 1))
        self._col = cells[:, 1]
        self._cols = cols

    def judge(self, rows: Numbers, cols: Numbers) -> Verdicts:
        """BROKEN for these pairs, MET for all others."""
        count = self._start[rows + 1] - self._start[rows]
        ends = np.cumsum(count)
        mine = np.arange(ends[-1] if len(ends) else 0) + np.repeat(self._start[rows] - ends + count, count)
        column_at = np.full(self._cols, -1)
        column_at[cols] = np.arange(len(cols))
        row, col = np.repeat(np.arange(len(rows)), count), column_at[self._col[mine]]
        found = np.zeros((len(rows), len(cols)), dtype=np.int8)
        found[row[col >= 0], col[col >= 0]] = BROKEN
        return found
