"""The highest floor that costs no place, at any size: how far the weakest pair can be lifted.

Whether a floor costs a place is a question about places alone, so every allowed pair counts the same here, and few
pairs are enough to answer it: if they fill as much as all could without a floor, nothing more need be asked. If they do
not, their prices say which pairs could help; these are looked for among all and added, until as much is filled or no
pair is left that could help, which proves that the floor costs a place. Pairs found for one floor serve the next.
"""

from collections.abc import Callable

import numpy as np

from .circulation import Flow, Network, Places, best_flow
from .lenses import ROWS
from .pairs import Pairs, joined, no_pairs
from .proving import certify, smallest_prices
from .reading import Flags, Ints
from .starting import opening
from .sweeping import Blocks

FIRST = 16
"""The best pairs of each mentee to begin with."""
MORE = 16
"""Pairs of each mentee that a look at all of them may add."""


def highest(
    blocks: Blocks, mentees: Places, mentors: Places, level: Ints, check: Callable[[int, int], None]
) -> int | None:
    """The highest score that every pair of a plan can reach which fills as many and as good places as any; None where
    no place can be filled. `level` ranks the mentees' places: higher for a first mentor."""
    trial = Trial(blocks, mentees, mentors, check)
    worth, low, filled = trial.placed(blocks.floor + 1)
    if low is None:
        return None
    trial.most = worth
    # At each level so many mentees have a pair in any such plan, so no floor is above what so many could reach at best.
    seat = np.arange(len(level)) - mentees.start[mentees.owner]
    count = int(np.bincount(level[seat < filled[mentees.owner]], minlength=1).max())
    floor = high = int(-np.partition(-trial.best, count - 1)[count - 1])
    while low < high:
        found, weakest, _ = trial.placed(floor)
        if found == worth and weakest is not None:
            low = max(floor, weakest)
        else:
            high = floor - 1
        floor = (low + high + 1) // 2
    return low


class Trial:
    """The pairs that have mattered so far, by row and column, and the `best` score of each mentee's pairs. `most` is
    what the places could be worth at best, once that is known."""

    def __init__(self, blocks: Blocks, mentees: Places, mentors: Places, check: Callable[[int, int], None]) -> None:
        self._blocks, self._mentees, self._mentors, self._check = blocks, mentees, mentors, check
        self.most: int | None = None
        self.best = np.full(blocks.rows, blocks.floor, dtype=np.int64)
        self._pairs = no_pairs()
        self._add([self._first(low) for low in range(0, blocks.rows, ROWS)])

    def placed(self, floor: int) -> tuple[int, int | None, Ints]:
        """What can be filled by pairs of at least this score: what it is worth, the weakest of these pairs, and how
        many places of each mentee."""
        while True:
            some = self._pairs.some(self._pairs.value >= floor)
            network = Network(some.row, some.col, np.zeros_like(some.value), self._mentees, self._mentors)
            v, nobody = np.zeros(network.cols, dtype=np.int64), np.zeros(len(some.row), dtype=bool)
            flow = best_flow(network, opening(network, v), v, nobody, self._check)
            worth = certify(network, flow)
            if worth != self.most and len((more := self._helpful(floor, network, flow)).row):
                self._add([more])
                continue
            return worth, int(some.value[flow.used].min()) if flow.used.any() else None, flow.mentee_filled

    def _add(self, more: list[Pairs]) -> None:
        self._pairs = joined([self._pairs, *more], self._blocks.cols)

    def _first(self, low: int) -> Pairs:
        scores = self._blocks.block(low, min(self._blocks.rows, low + ROWS))
        self.best[low : low + len(scores)] = scores.max(axis=1, initial=self._blocks.floor)
        few = min(FIRST, scores.shape[1])
        cols = np.argpartition(scores, scores.shape[1] - few, axis=1)[:, scores.shape[1] - few :]
        return self._picked(low, np.repeat(np.arange(len(scores)), few), cols.ravel(), scores, self._blocks.floor + 1)

    def _helpful(self, floor: int, network: Network, flow: Flow) -> Pairs:
        """Some of the pairs not looked at so far that are above the floor and beyond the prices."""
        u, v = smallest_prices(network, flow)
        dearest, dice = v.min(initial=0), np.random.default_rng(len(network.row))
        found = [no_pairs()]
        for low in range(0, self._blocks.rows, ROWS):
            rows = slice(low, min(self._blocks.rows, low + ROWS))
            if (u[rows] + dearest >= 0).all():
                continue
            scores = self._blocks.block(rows.start, rows.stop)
            hit: Flags = (scores >= floor) & (v < -u[rows, None])
            mine = slice(*np.searchsorted(self._pairs.row, (rows.start, rows.stop)))
            hit[self._pairs.row[mine] - low, self._pairs.col[mine]] = False
            row, col = np.nonzero(hit)
            pairs = self._picked(low, row, col, scores, floor)
            # High scores serve higher floors too; chance spreads them over mentors whom many would name.
            found.append(pairs.best((pairs.value * dice.uniform(0.7, 1, len(row))).astype(np.int64), MORE))
        return joined(found, self._blocks.cols)

    @staticmethod
    def _picked(low: int, row: Ints, col: Ints, scores: np.ndarray, least: int) -> Pairs:
        value = scores[row, col].astype(np.int64)
        return Pairs(row + low, col, value).some(value >= least)
