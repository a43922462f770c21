"""All pairs of a scorer, block by block: promising pairs to begin with, then those that the prices do not cover.

No table of scores is ever held whole. Threads only share out the blocks; results are joined in order.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
import numpy.typing as npt

from .estimating import MENTEES, estimated_prices
from .growing import FIRST, MORE, Pairs
from .reading import Flags, Ints

Scores = npt.NDArray[np.float32]

ROWS = 256
THREADS = 2
SAMPLE = 512
CROWD = 64
"""More hits than this in each row of a block are thinned out row by row."""
FAR = 2**22
"""Prices within this are compared in float32, exactly; larger ones in float64."""


class Blocks(Protocol):
    """Scores of some mentees with all mentors, whole numbers below 2**24; a forbidden pair is at most `floor`."""

    rows: int
    cols: int
    floor: int

    def block(self, low: int, high: int) -> Scores: ...


class Sweep:
    """A source of pairs (see `growing`) over every pair of a scorer. `check(done, of)` counts mentees; it may raise."""

    def __init__(self, blocks: Blocks, capacity: Ints, check: Callable[[int, int], None]) -> None:
        self._blocks = blocks
        self._capacity = capacity
        self._check = check
        dice = np.random.default_rng(0)  # only speed hangs on it
        self._sample = np.sort(dice.permutation(blocks.cols)[: max(SAMPLE, blocks.cols // 32)])

    def first(self) -> Pairs:
        """About the best pairs of each mentee. Where these crowd on too few mentors, the best after paying them."""
        pairs = self._promising(np.zeros(self._blocks.cols, dtype=np.float32), 0)
        listed = np.minimum(self._capacity, np.bincount(pairs.col, minlength=self._blocks.cols)).sum()
        places = int(self._capacity.sum())
        if places >= self._blocks.rows and 4 * listed >= 3 * min(self._blocks.rows, places):
            return pairs
        if places == 0 or len(pairs.row) == 0:
            return pairs
        chosen = range(0, self._blocks.rows, max(1, self._blocks.rows // MENTEES))
        sample = np.concatenate([self._blocks.block(one, one + 1) for one in chosen])
        return self._promising(*estimated_prices(sample, self._blocks.floor, self._capacity, self._blocks.rows))

    def _promising(self, prices: Scores, warmth: float) -> Pairs:
        """The best pairs of each mentee after these prices, by a threshold from a sample of mentors. Gumbel's noise at
        this warmth draws each mentor as often as the estimate gives them to the mentee."""
        share = len(self._sample) / max(1, self._blocks.cols)
        rank = min(len(self._sample), int(1.3 * FIRST * share) + 2)

        def best(low: int, scores: Scores) -> Pairs:
            net = np.where(scores > self._blocks.floor, scores - prices, -np.inf)
            chance = np.random.default_rng(low)
            if warmth:
                draw = chance.random(net.shape, dtype=np.float32)
                net -= np.float32(warmth) * np.log(-np.log(np.clip(draw, 1e-6, 1 - 1e-6)))
            least = np.partition(net[:, self._sample], -rank, axis=1)[:, -rank]
            return _hits(low, scores, np.isfinite(net) & (net >= least[:, None]), FIRST, chance, net)

        return self._over_all(best)

    def beyond(self, u: Ints, v: Ints, inside: Ints) -> Pairs:
        """The worst pairs of each mentee that are worth more than their prices, without those inside."""

        def over(low: int, scores: Scores) -> Pairs:
            high, cols = low + len(scores), self._blocks.cols
            known = inside[slice(*np.searchsorted(inside, [low * cols, high * cols]))]
            scores[known // cols - low, known % cols] = -np.inf
            net, limit = self._net(scores, u[low:high], v)
            return _hits(low, scores, net > limit, MORE, None, net)

        return self._over_all(over)

    def tight(self, u: Ints, v: Ints, most: int) -> Pairs | None:
        """Every pair worth exactly its two prices; None where there are more than `most`."""
        found = 0

        def equal(low: int, scores: Scores) -> Pairs:
            nonlocal found
            net, limit = self._net(scores, u[low : low + len(scores)], v)
            row, col = np.nonzero(net == limit)
            found += len(row)
            return _pairs(low, row, col, scores) if found <= most else _none()

        pairs = self._over_all(equal)
        return pairs if found <= most else None

    def _net(self, scores: Scores, u: Ints, v: Ints) -> tuple[np.ndarray, np.ndarray]:
        """Scores less the mentors' prices, and the mentees' prices to hold against them: exact either way."""
        scores[scores <= self._blocks.floor] = -np.inf
        if max(np.abs(v).max(initial=0), u.max(initial=0)) < FAR:
            # Somebody priced far below everything may have any pair: a nearer limit says the same.
            return np.subtract(scores, v.astype(np.float32)), np.maximum(u, -3 * FAR).astype(np.float32)[:, None]
        return scores - v.astype(np.float64), u.astype(np.float64)[:, None]

    def _over_all(self, look: Callable[[int, Scores], Pairs]) -> Pairs:
        rows, cols = self._blocks.rows, self._blocks.cols
        if rows == 0 or cols == 0:
            return _none()
        lows = range(0, rows, ROWS)
        found = []
        with ThreadPoolExecutor(THREADS) as pool:
            for number, part in enumerate(
                pool.map(lambda low: look(low, self._blocks.block(low, min(rows, low + ROWS))), lows)
            ):
                found.append(part)
                try:
                    self._check(min(rows, (number + 1) * ROWS), rows)
                except BaseException:
                    pool.shutdown(cancel_futures=True)
                    raise
        return Pairs(
            np.concatenate([one.row for one in found]),
            np.concatenate([one.col for one in found]),
            np.concatenate([one.value for one in found]),
        )


def _hits(
    low: int,
    scores: Scores,
    hit: Flags,
    count: int,
    chance: np.random.Generator | None,
    worth: np.ndarray | None = None,
) -> Pairs:
    """The best `count` hits of each row of a block, by `worth` (the score itself where not given)."""
    worth = scores if worth is None else worth
    crowded = np.zeros(len(scores), dtype=bool)
    if np.count_nonzero(hit) > CROWD * len(scores):
        crowded = np.count_nonzero(hit, axis=1) > CROWD
    row, col = np.divmod(np.flatnonzero(hit if not crowded.any() else hit & ~crowded[:, None]), scores.shape[1])
    order = np.lexsort((-worth[row, col], row))
    row, col = row[order], col[order]
    keep = np.arange(len(row)) - np.searchsorted(row, row) < count
    row, col = row[keep], col[keep]
    for one in np.flatnonzero(crowded).tolist():
        at = np.flatnonzero(hit[one])
        mine = worth[one, at].astype(np.float64)
        if chance is not None:
            mine += chance.random(len(at))
        best = at[np.argpartition(-mine, count)[:count]]
        row, col = np.concatenate([row, np.full(count, one)]), np.concatenate([col, best])
    return _pairs(low, row, col, scores)


def _pairs(low: int, row: Ints, col: Ints, scores: Scores) -> Pairs:
    return Pairs(row + low, col, scores[row, col].astype(np.int64))


def _none() -> Pairs:
    empty = np.zeros(0, dtype=np.int64)
    return Pairs(empty, empty, empty)
