"""What looks at pairs leave behind: the pairs worth noting, and which others must be looked at once prices have fallen.

Every pair that is not noted is worth less than `least[row] + paid[col]`. So at prices u and v it cannot be above, or
even at, its prices where `paid[col] - v[col] <= u[row] - least[row]`: the mentor's price has fallen by no more than the
mentee has room for. With mentors in the order of how far they fell, what each mentee must look at is the first so many
of them: a staircase, of which usually little is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .pairs import Pairs, no_pairs, with_more
from .reading import Ints

NEVER = np.iinfo(np.int64).max // 4
"""Where nothing is covered."""
SIZE = 2**20
"""Pairs that are looked at in one go: so many that a go costs little beside its scores, and so few that these stay near
the processor."""
TALL, WIDE = 1024, 2**12
"""Of so many mentees and mentors at most."""


@dataclass(frozen=True)
class Part:
    """These mentees must look at these mentors, rising; mentors that they need not look at fell by `rest` at most."""

    rows: Ints
    cols: Ints
    rest: int


@dataclass
class Cover:
    """The noted pairs (none twice), and what all others are below."""

    pairs: Pairs
    least: Ints
    paid: Ints

    @classmethod
    def nothing(cls, rows: int, cols: int) -> "Cover":
        """Nobody has looked at anything."""
        return cls(no_pairs(), np.full(rows, NEVER), np.zeros(cols, dtype=np.int64))

    def uncovered(self, u: Ints, v: Ints, margin: int) -> Iterator[Part]:
        """What together holds every pair not noted that may come within the margin of its prices."""
        fall = self.paid - v
        if (self.least + (margin + int(fall.max(initial=-NEVER))) <= u).all():
            return
        by_fall = np.argsort(-fall, kind="stable")
        falls = fall[by_fall]
        need = np.searchsorted(-falls, self.least + margin - u)
        order = np.argsort(-need, kind="stable")
        need, at, cols = need[order], 0, by_fall[:0]
        while at < len(order) and need[at] > 0:
            wide = int(need[at])
            rows = order[at : at + min(TALL, max(1, SIZE // min(WIDE, wide)))]
            rows = np.sort(rows[: np.searchsorted(-need[at : at + len(rows)], 0)])
            at += len(rows)
            cols = cols if len(cols) == wide else np.sort(by_fall[:wide])
            rest = int(falls[wide]) if wide < len(falls) else -NEVER
            for low in range(0, wide, WIDE):
                yield Part(rows, cols[low : low + WIDE], rest)

    def looked(self, parts: Sequence[Part], found: Sequence[Pairs], least: Sequence[Ints], v: Ints) -> None:
        """Note what was found in these parts of `uncovered`, where all else is worth less than this `least` and v."""
        bound = self.least + int((self.paid - v).max(initial=-NEVER))
        for part in parts:
            bound[part.rows] = self.least[part.rows] + part.rest
        for part, mine in zip(parts, least, strict=True):
            bound[part.rows] = np.maximum(mine, bound[part.rows])
        self.least, self.paid = bound, v.copy()
        self.add(found)

    def add(self, found: Sequence[Pairs]) -> None:
        """Note more pairs."""
        if found:
            self.pairs = with_more(self.pairs, found, len(self.paid))
