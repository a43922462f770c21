"""The places of a problem and their prizes: who is served first, without any weight to choose.

Aims 2 to 4 (minimums, most slots with first mentors before second ones, longest wait) only rank the places. Each rank
is worth one step, a step is more than any change of score, and a minimum is worth more than any rank. Only the order
of ranks counts, because the sets of mentees that can be served together form a polymatroid (see docs/ENGINE.md).

Where pairs are to be kept if possible (re-matching with fewest changes), a kept pair is worth more than any wait and
less than a filled slot, so levels get a step of their own above it.
"""

from dataclasses import dataclass

import numpy as np

from .circulation import LARGEST_EXACT, Network, Places, stays_exact
from .reading import Flags, Ints, Table


@dataclass(frozen=True)
class Ground:
    """What is left to decide once the pins are taken out. `index` says where each pair stands in the table."""

    index: Ints
    row: Ints
    col: Ints
    value: Ints
    slots: Ints
    capacity: Ints
    minimum: Ints
    rank_start: Ints
    rank: Ints
    level: Ints
    kept: Flags

    def sides(self, span: int) -> tuple[Places, Places, int] | None:
        """Both sides' places where scores differ by at most `span`, and what a kept pair is worth beside its score;
        None where sums could not stay exact."""
        turns = min(len(self.slots), len(self.capacity)) + 1  # no ring of changes has more new pairs
        step = 1 + turns * span
        top = (int(self.rank.max(initial=0)) + 2) * step
        bonus = level_step = 0
        if self.kept.any():
            bonus = top
            level_step = (turns + 1) * bonus
            top = (int(self.level.max(initial=0)) + 2) * level_step
        if top + turns * (span + bonus) >= LARGEST_EXACT // 4:
            return None
        start = np.concatenate([[0], np.cumsum(self.capacity)])
        seat = np.arange(start[-1]) - np.repeat(start[:-1], self.capacity)
        mentors = Places(start, np.where(seat < np.repeat(self.minimum, self.capacity), top, 0))
        return Places(self.rank_start, self.rank * step + self.level * level_step), mentors, bonus

    def network(self, value: Ints, allowed: Flags) -> Network | None:
        """Places and these values over the allowed pairs in one network; None where sums could not stay exact."""
        span = max(0, int(value[allowed].max(initial=0))) - min(0, int(value[allowed].min(initial=0)))
        sides = self.sides(span)
        if sides is None:
            return None
        mentees, mentors, bonus = sides
        worth = value + bonus * self.kept
        network = Network(self.row[allowed], self.col[allowed], worth[allowed], mentees, mentors)
        return network if stays_exact(network) else None


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
    ranks = ranked_places(slots, pins_row, table.waited, table.most_matched)
    return Ground(index, row, col, table.value[index], slots, capacity, minimum, *ranks, table.kept[index])


def ranked_places(slots: Ints, pinned: Ints, waited: Ints, most_matched: bool) -> tuple[Ints, Ints, Ints]:
    """Where each mentee's places begin, the rank of every place and its level (higher for a first mentor)."""
    start = np.concatenate([[0], np.cumsum(slots)])
    none = np.zeros(int(start[-1]), dtype=np.int64)
    if not most_matched:
        return start, none, none
    owner = np.repeat(np.arange(len(slots)), slots)
    behind = np.arange(start[-1]) - start[owner] + pinned[owner]  # 0 for a first mentor
    level = behind.max(initial=0) + 1 - behind
    return start, _ranked(level, waited[owner]), level


def _ranked(level: Ints, waited: Ints) -> Ints:
    """1 for the last place to fill, rising by level, then by wait; equals share a rank."""
    order = np.lexsort((waited, level))
    higher = np.zeros(len(order), dtype=np.int64)
    higher[1:] = (np.diff(level[order]) != 0) | (np.diff(waited[order]) != 0)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = 1 + np.cumsum(higher)
    return rank
