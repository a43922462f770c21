"""A scorer seen otherwise: without what pins and limits have taken out, above a floor, as a policy values it, or only
where pairs have no slack. Each is a scorer again, so that all of them are swept and solved alike."""

from collections.abc import Callable
from copy import copy

import numpy as np

from .blocks import FORBIDDEN, Blocks, OfKinds, Priced
from .policies import FULL, POWERS, shortfall
from .reading import Ints
from .sweeping import Blocks as Swept
from .sweeping import Scores

ROWS = 256
"""Mentees scored in one go where nothing else sets the size."""
HUNDRED = 10_000
"""A hundred points in hundredths."""


class Open:
    """A scorer without the pairs that pins and limits have taken out."""

    floor = FORBIDDEN // 2

    def __init__(self, scorer: Blocks, pinned: Ints, slots: Ints, capacity: Ints) -> None:
        self.rows, self.cols, self._scorer = scorer.rows, scorer.cols, scorer
        self._pinned = pinned  # row, column
        self._shut_rows, self._shut_cols = slots == 0, capacity == 0

    def block(self, low: int, high: int) -> Scores:
        scores = self._scorer.block(low, high)
        scores[self._shut_rows[low:high]] = FORBIDDEN
        scores[:, np.flatnonzero(self._shut_cols)] = FORBIDDEN
        mine = self._pinned[(self._pinned[:, 0] >= low) & (self._pinned[:, 0] < high)]
        scores[mine[:, 0] - low, mine[:, 1]] = FORBIDDEN
        return scores

    def part(self, rows: Ints, cols: Ints) -> Scores:
        scores = self._scorer.part(rows, cols)
        scores[np.flatnonzero(self._shut_rows[rows])] = FORBIDDEN
        scores[:, np.flatnonzero(self._shut_cols[cols])] = FORBIDDEN
        if len(self._pinned) == 0:
            return scores
        row_at, col_at = np.full(self.rows, -1), np.full(self.cols, -1)
        row_at[rows], col_at[cols] = np.arange(len(rows)), np.arange(len(cols))
        row, col = row_at[self._pinned[:, 0]], col_at[self._pinned[:, 1]]
        inside = (row >= 0) & (col >= 0)
        scores[row[inside], col[inside]] = FORBIDDEN
        return scores

    def kinds(self) -> tuple[Ints, Ints, Scores] | None:
        """The scorer's own: whoever is taken out is still of a kind."""
        return self._scorer.kinds() if isinstance(self._scorer, OfKinds) else None

    def less(self, paid: Ints) -> "Open | None":
        """The same after these prices of the mentors; None where the scorer cannot take them off."""
        scorer = self._scorer.less(paid) if isinstance(self._scorer, Priced) else None
        if scorer is None:
            return None
        priced = copy(self)
        priced._scorer = scorer
        return priced


class Changed:
    """A scorer whose every block of scores goes through `change`."""

    floor = FORBIDDEN // 2

    def __init__(self, blocks: Swept, change: Callable[[Scores], Scores]) -> None:
        self.rows, self.cols, self._blocks, self._change = blocks.rows, blocks.cols, blocks, change

    def block(self, low: int, high: int) -> Scores:
        return self._change(self._blocks.block(low, high))

    def part(self, rows: Ints, cols: Ints) -> Scores:
        return self._change(self._blocks.part(rows, cols))


class Marked:
    """A scorer with more points for some pairs (row, column), where they are allowed; `only` those count, or the score
    as well."""

    floor = FORBIDDEN // 2

    def __init__(self, blocks: Swept | Blocks, pairs: Ints, points: int, *, only: bool) -> None:
        self.rows, self.cols, self.span = blocks.rows, blocks.cols, getattr(blocks, "span", 0) + points
        self._blocks, self._points, self._only = blocks, points, only
        self._pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]

    def block(self, low: int, high: int) -> Scores:
        return self._marked(self._blocks.block(low, high), np.arange(low, high), np.arange(self.cols))

    def part(self, rows: Ints, cols: Ints) -> Scores:
        return self._marked(self._blocks.part(rows, cols), rows, cols)

    def _marked(self, scores: Scores, rows: Ints, cols: Ints) -> Scores:
        allowed = scores > FORBIDDEN / 2
        if self._only:
            scores = np.where(allowed, np.float32(0), np.float32(FORBIDDEN))
        row_at, col_at = np.full(self.rows, -1), np.full(self.cols, -1)
        row_at[rows], col_at[cols] = np.arange(len(rows)), np.arange(len(cols))
        row, col = row_at[self._pairs[:, 0]], col_at[self._pairs[:, 1]]
        inside = (row >= 0) & (col >= 0)
        row, col = row[inside], col[inside]
        scores[row, col] += self._points * allowed[row, col]
        return scores


def above(blocks: Swept, floor: int) -> Changed:
    """Only the pairs that score at least `floor`."""

    def cut(scores: Scores) -> Scores:
        scores[scores < floor] = FORBIDDEN
        return scores

    return Changed(blocks, cut)


def by_shortfall(blocks: Swept, policy: str, least: int, most: int) -> Changed:
    """A policy's worth of each score (see `policies`), where all lie from `least` to `most`."""
    low, high = min(0, least), max(HUNDRED, most)
    worth = [shortfall(high - one, high - low, POWERS[policy]) for one in range(least, most + 1)]
    table = np.array([FORBIDDEN, *(FULL - each for each in worth)], dtype=np.float32)

    def valued(scores: Scores) -> Scores:
        valued: Scores = table[np.maximum(scores - np.float32(least - 1), 0).astype(np.int32)]
        return valued

    return Changed(blocks, valued)


class Face:
    """Only the pairs worth exactly their two prices, valued by the next aim: `valued(rows, columns)`, one a pair."""

    floor = 0

    def __init__(self, blocks: Swept, u: Ints, v: Ints, valued: Callable[[Ints, Ints], Ints], lift: int) -> None:
        self.rows, self.cols, self._blocks = blocks.rows, blocks.cols, blocks
        self._u, self._v, self._valued, self._lift = u.astype(np.float64), v.astype(np.float64), valued, lift

    def block(self, low: int, high: int) -> Scores:
        return self._seen(self._blocks.block(low, high), np.arange(low, high), np.arange(self.cols))

    def part(self, rows: Ints, cols: Ints) -> Scores:
        return self._seen(self._blocks.part(rows, cols), rows, cols)

    def _seen(self, scores: Scores, rows: Ints, cols: Ints) -> Scores:
        equal = (scores > self._blocks.floor) & (scores - self._v[cols] == self._u[rows, None])
        seen = np.zeros(scores.shape, dtype=np.float32)
        row, col = np.nonzero(equal)
        seen[row, col] = self._valued(rows[row], cols[col]) + self._lift
        return seen


def scores_of(blocks: Swept | Blocks, row: Ints, col: Ints) -> Ints:
    """The scores of some pairs, rows rising: a block for some rows with the columns they name."""
    found = np.zeros(len(row), dtype=np.int64)
    for low in range(0, len(row), ROWS):
        some = slice(low, low + ROWS)
        rows, at = np.unique(row[some], return_inverse=True)
        cols, to = np.unique(col[some], return_inverse=True)
        found[some] = blocks.part(rows, cols)[at, to]
    return found


def range_of(blocks: Blocks) -> tuple[int, int]:
    """The smallest and the largest score of any allowed pair; (0, 0) where there is none."""
    least, most = [], []
    for low in range(0, blocks.rows, ROWS):
        scores = blocks.block(low, min(blocks.rows, low + ROWS))
        allowed = scores > FORBIDDEN / 2
        if allowed.any():
            least.append(int(scores.min(where=allowed, initial=2**24)))
            most.append(int(scores.max(where=allowed, initial=-(2**24))))
    return min(least, default=0), max(most, default=0)
