"""The places of a problem and their prizes: who is served first, without any weight to choose.

Aims 2 to 4 (minimums, most slots with first mentors before second ones, longest wait) only rank the places. Each rank
is worth one `step`, a step is more than any change of score, and a minimum is worth more than any rank. Only the order
of ranks counts, because the sets of mentees that can be served together form a polymatroid (see docs/ENGINE.md).
"""

from dataclasses import dataclass

import numpy as np

from .circulation import Network, Places
from .reading import Flags, Ints, Table


@dataclass(frozen=True)
class Ground:
    """What is left to decide once the pins are taken out. `index` says where each pair stands in the table."""

    index: Ints
    row: Ints
    col: Ints
    value: Ints
    slots: Ints
    served: Ints
    capacity: Ints
    minimum: Ints
    rank_start: Ints
    rank: Ints

    @property
    def ranks(self) -> int:
        """The highest rank, 0 where places carry no prize."""
        return int(self.rank.max(initial=0))

    def network(self, value: Ints, step: int, allowed: Flags) -> Network:
        """The network over the allowed pairs, with `step` between ranks."""
        minimum_prize = (self.ranks + 2) * step
        size = self.capacity
        start = np.concatenate([[0], np.cumsum(size)])
        seat = np.arange(start[-1]) - np.repeat(start[:-1], size)
        mentors = Places(start, np.where(seat < np.repeat(self.minimum, size), minimum_prize, 0))
        mentees = Places(self.rank_start, self.rank * step)
        return Network(self.row[allowed], self.col[allowed], value[allowed], mentees, mentors)


def ground(table: Table) -> Ground:
    """Take the pins out and rank every place that is left."""
    pins_row = np.bincount(table.row[table.pinned], minlength=len(table.mentees))
    pins_col = np.bincount(table.col[table.pinned], minlength=len(table.mentors))
    slots, capacity = table.slots - pins_row, table.capacity - pins_col
    index = np.flatnonzero(~table.pinned & (slots > 0)[table.row] & (capacity > 0)[table.col])
    row, col = table.row[index], table.col[index]
    # One place more than there are pairs keeps "has a free place" true and the network small.
    slots = np.minimum(slots, np.bincount(row, minlength=len(slots)) + 1)
    capacity = np.minimum(capacity, np.bincount(col, minlength=len(capacity)) + 1)
    minimum = np.maximum(table.minimum - pins_col, 0)
    start = np.concatenate([[0], np.cumsum(slots)])
    if table.most_matched:
        owner = np.repeat(np.arange(len(slots)), slots)
        level = np.arange(start[-1]) - start[owner] + pins_row[owner]
        order = np.lexsort((table.waited[owner], -level))
        higher = np.diff(level[order], prepend=level[order[:1]]) != 0
        higher |= np.diff(table.waited[owner][order], prepend=table.waited[owner][order[:1]]) != 0
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = 1 + np.cumsum(higher)
    else:
        rank = np.zeros(int(start[-1]), dtype=np.int64)
    return Ground(index, row, col, table.value[index], slots, pins_row, capacity, minimum, start, rank)
