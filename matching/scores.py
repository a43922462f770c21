"""The scores of all pairs of a problem, as the engine asks for them: whole blocks, a forbidden pair far below the rest.

What programmes' rules say of many pairs (``Grid``), with the single pairs for which something else counts: matched
before, kept apart, allowed against a rule. A table of all of them is two bytes a pair; beyond ``MOST_KEPT`` pairs
each block is judged anew whenever it is asked for.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from matching.engine.blocks import FORBIDDEN, as_range
from programmes.rules import TOTAL, Grid
from programmes.rules.columns import Flags, Numbers

ROWS = 256  # mentees judged in one go
MOST_KEPT = 40_000_000
NONE = -1  # the points of a forbidden pair

Points = npt.NDArray[np.int16]  # hundredths of a point, NONE where the pair is forbidden
Settled = Mapping[tuple[int, int], int]  # by mentee's and mentor's number


class Scores:
    """What every form has in common: how the engine asks (``matching.engine.blocks.Blocks``)."""

    span = TOTAL
    rows: int
    cols: int

    def points(self, rows: Numbers, cols: Numbers) -> Points:
        """The points of some mentees with some mentors, by their numbers; NONE where a pair is forbidden."""
        raise NotImplementedError

    def block(self, low: int, high: int) -> npt.NDArray[np.float32]:
        return self.part(np.arange(low, high), np.arange(self.cols))

    def part(self, rows: Numbers, cols: Numbers) -> npt.NDArray[np.float32]:
        points = self.points(rows, cols).astype(np.float32)
        points[points < 0] = FORBIDDEN
        return points

    def blocks(self):
        """All points, some mentees at a time."""
        cols = np.arange(self.cols)
        for low in range(0, self.rows, ROWS):
            yield self.points(np.arange(low, min(self.rows, low + ROWS)), cols)


class Judged(Scores):
    """Judged by the rules whenever they are asked for. ``settled`` pairs have these points whatever the rules say."""

    def __init__(self, grid: Grid, rows: int, cols: int, settled: Settled):
        self.rows, self.cols, self._grid = rows, cols, grid
        pairs = sorted(settled)
        self._settled = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        self._points = np.array([settled[pair] for pair in pairs], dtype=np.int16)

    def points(self, rows: Numbers, cols: Numbers) -> Points:
        points = np.where(self._grid.barred(rows, cols), NONE, self._grid.points(rows, cols)).astype(np.int16)
        if len(self._settled):
            row_at, col_at = np.full(self.rows, -1), np.full(self.cols, -1)
            row_at[rows], col_at[cols] = np.arange(len(rows)), np.arange(len(cols))
            row, col = row_at[self._settled[:, 0]], col_at[self._settled[:, 1]]
            inside = (row >= 0) & (col >= 0)
            points[row[inside], col[inside]] = self._points[inside]
        return points


class Table(Scores):
    """Judged once and kept."""

    def __init__(self, values: Points):
        self.values = values
        self.rows, self.cols = values.shape

    def points(self, rows: Numbers, cols: Numbers) -> Points:
        return self.values[as_range(rows)][:, as_range(cols)].copy()

    def block(self, low: int, high: int) -> npt.NDArray[np.float32]:
        points = self.values[low:high].astype(np.float32)
        points[points < 0] = FORBIDDEN
        return points

    def with_mentor(self, points: Points) -> "Table":
        """One mentor more, with these points for each mentee."""
        return Table(np.column_stack([self.values, points]))

    def with_points(self, which: Flags, points: Points) -> "Table":
        """The same with other points for some pairs."""
        return Table(np.where(which, points, self.values))


def scores_of(grid: Grid, rows: int, cols: int, settled: Settled, step: Callable[[int], None] | None = None) -> Scores:
    """All pairs of so many mentees and mentors, in the form that suits their number. ``step`` hears how many mentees
    are done."""
    judged = Judged(grid, rows, cols, settled)
    if rows * cols > MOST_KEPT:
        return judged
    values = np.empty((rows, cols), dtype=np.int16)
    done = 0
    for points in judged.blocks():
        values[done : done + len(points)] = points
        done += len(points)
        if step:
            step(done)
    return Table(values)
