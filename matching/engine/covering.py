"""What one look at every pair leaves behind: the pairs worth noting, and how far prices may fall before some others
must be looked at again.

Every pair that is not noted scores less than `least[row] + paid[col]`. So at prices u and v none of them can be above
or even at its prices where `least[row] + paid[col] - v[col] <= u[row]`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .pairs import Pairs, joined
from .reading import Ints


@dataclass
class Cover:
    """The noted pairs (none twice), and what all others are below."""

    pairs: Pairs
    least: Ints
    paid: Ints

    def gaps(self, u: Ints, v: Ints) -> tuple[Ints, Ints]:
        """Rows and columns that together hold every pair not noted that may reach its prices: columns whose price fell
        far, rows whose price fell or whose notes were cut short; where to draw the line between them is a guess at
        the least work."""
        room, fall = u - self.least, np.maximum(self.paid - v, 0)
        if not fall.any():
            return np.flatnonzero(room < 0), np.zeros(0, dtype=np.int64)
        best, work = int(fall.max(initial=0)), np.inf
        for line in sorted({0, *np.quantile(fall, [0.5, 0.9, 0.99, 1.0]).astype(int).tolist()} if len(fall) else {0}):
            cost = float((room < line).mean()) + float((fall > line).mean())
            if cost < work:
                best, work = line, cost
        return np.flatnonzero(room < best), np.flatnonzero(fall > best)

    def add(self, found: Sequence[Pairs]) -> None:
        """Note more pairs."""
        self.pairs = joined([self.pairs, *found], len(self.paid))
