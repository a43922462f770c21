"""All pairs of a scorer, block by block: promising pairs to begin with, then those that the prices do not cover.

No table of scores is ever held whole. One pass notes every pair that comes near its two prices; while prices fall by
less than that margin, all others stay covered and need not be looked at again (see `covering`). Threads only share out
the blocks; results are joined in order.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
import numpy.typing as npt

from .covering import Cover
from .estimating import LEAST, STEPS_IN_A_CROWD, estimated_prices, sample
from .pairs import Pairs, best_of_each, beyond, no_pairs
from .reading import Ints

Scores = npt.NDArray[np.float32]

FIRST = 24
"""Promising pairs of each mentee to begin with."""
ROWS = 64
THREADS = 2
SAMPLE = 512
CROWD = 64
"""Of more hits than this in one row only the best are noted."""
NEAR = 4
"""A pair is near its prices within the usual range of one mentee's promising pairs divided by this."""
FAR = 2**22
"""Prices within this are compared in float32, exactly; larger ones in float64."""
NOISE = 2**16
NEVER = np.iinfo(np.int64).max // 4
"""Notes of a row that were cut short cover nothing."""


class Blocks(Protocol):
    """Scores of mentees with mentors, whole numbers below 2**24; a forbidden pair is at most `floor`."""

    rows: int
    cols: int
    floor: int

    def block(self, low: int, high: int) -> Scores:
        """These mentees with every mentor."""
        ...

    def part(self, rows: Ints, cols: Ints) -> Scores:
        """Some mentees with some mentors."""
        ...


class Sweep:
    """A source of pairs (see `growing`) over every pair of a scorer. `check(done, of)` counts mentees; it may raise."""

    def __init__(self, blocks: Blocks, capacity: Ints, check: Callable[[int, int], None]) -> None:
        self._blocks = blocks
        self._capacity = capacity
        self._check = check
        self._cover: Cover | None = None
        self._near = 0

    @property
    def blocks(self) -> Blocks:
        """The scorer that is swept."""
        return self._blocks

    def everything(self) -> Pairs:
        """All allowed pairs, after which nothing is left to look at."""
        scores = self._blocks.block(0, self._blocks.rows)
        row, col = np.nonzero(scores > self._blocks.floor)
        pairs = _pairs(row, col, scores[row, col])
        self._cover = Cover(pairs, np.full(self._blocks.rows, -NEVER), np.zeros(self._blocks.cols, dtype=np.int64))
        return pairs

    def first(self) -> tuple[Pairs, Ints, bool]:
        """About the best pairs of each mentee after paying what mentors will probably cost. Where these still crowd on
        too few mentors, chance spreads them."""
        rows, places = self._blocks.rows, int(self._capacity.sum())
        if rows == 0 or places == 0:
            return no_pairs(), np.zeros(self._blocks.cols, dtype=np.int64), False
        asked = self._blocks.part(sample(rows), np.arange(self._blocks.cols))
        prices, warmth = estimated_prices(asked, self._blocks.floor, self._capacity, rows)
        pairs = self._promising(prices, 0)
        listed = np.minimum(self._capacity, np.bincount(pairs.col, minlength=self._blocks.cols)).sum()
        crowded = bool(places < rows or 4 * listed < 3 * min(rows, places))
        if crowded:
            few = asked[:: max(1, len(asked) // LEAST)]
            prices, warmth = estimated_prices(few, self._blocks.floor, self._capacity, rows, STEPS_IN_A_CROWD)
            pairs = self._promising(prices, warmth)
        guess = prices.astype(np.int64)
        if len(pairs.value):
            self._near = _spread(pairs, pairs.value - guess[pairs.col]) // NEAR
        return pairs, guess, crowded

    def _promising(self, prices: Scores, warmth: float) -> Pairs:
        """The best pairs of each mentee after these prices, by a threshold from a sample of mentors. Gumbel's noise at
        this warmth draws each mentor as often as the estimate gives them to the mentee."""
        cols = self._blocks.cols
        some = np.sort(np.random.default_rng(0).permutation(cols)[: max(SAMPLE, cols // 32)])
        rank = min(len(some), int(1.3 * FIRST * len(some) / cols) + 2)
        noise = np.zeros(0, dtype=np.float32)
        if warmth:
            draw = np.random.default_rng(0).random(NOISE + self._blocks.cols, dtype=np.float32)
            noise = np.float32(-warmth) * np.log(-np.log(np.clip(draw, 1e-6, 1 - 1e-6)))

        def best(low: int, scores: Scores) -> Pairs:
            net = np.subtract(scores, prices, out=None if warmth else scores)
            if warmth:
                for line, at in enumerate(np.random.default_rng(low).integers(0, NOISE, len(net)).tolist()):
                    net[line] += noise[at : at + net.shape[1]]
            least = np.partition(net[:, some], -rank, axis=1)[:, -rank]
            row, col = _where(net, least)
            value = scores[row, col] if warmth else net[row, col] + prices[col]
            allowed = value > self._blocks.floor
            row, col, value = row[allowed], col[allowed], value[allowed]
            keep = best_of_each(row, net[row, col].astype(np.int64), FIRST)
            return Pairs(row[keep] + low, col[keep], value[keep].astype(np.int64))

        return self._over_all(best)

    def beyond(self, u: Ints, v: Ints, inside: Ints, many: int) -> Pairs:
        """The worst pairs of each mentee that are worth more than their prices, without those inside."""
        if self._cover is None:
            self._cover = self._noted(u, v)
        else:
            rows, cols = self._cover.gaps(u, v)
            if self._few(rows, cols):
                self._again(self._cover, rows, cols, u, v)
            else:
                self._cover = self._noted(u, v)
        return beyond(self._cover.pairs, u, v, inside, many)

    def tight(self, u: Ints, v: Ints, most: int) -> Pairs | None:
        """Every pair worth exactly its two prices, but perhaps without some that were `inside` before; None where
        there are more than `most`. The prices must be those of the last time that nothing was beyond."""
        if self._cover is not None:
            rows, cols = self._cover.gaps(u, v)
            if self._few(rows, cols):
                self._even(self._cover, rows, cols, u, v)
                noted = self._cover.pairs
                return noted.some(noted.value == u[noted.row] + v[noted.col])
        found = 0

        def equal(low: int, scores: Scores) -> Pairs:
            nonlocal found
            net = self._net(scores, v, u[low : low + len(scores)])
            row, col = np.nonzero(net == u[low : low + len(scores), None].astype(net.dtype))
            found += len(row)
            return Pairs(row + low, col, u[row + low] + v[col]) if found <= most else no_pairs()

        pairs = self._over_all(equal)
        return pairs if found <= most else None

    def _noted(self, u: Ints, v: Ints) -> Cover:
        """Look at every pair and note those near their prices."""
        least = u - self._near

        def near(low: int, scores: Scores) -> Pairs:
            rows = np.arange(low, low + len(scores))
            pairs, cut, worst = self._hits(rows, scores, u[rows] - self._near, v, v)
            least[rows[cut]] = worst
            return pairs

        return Cover(self._over_all(near), least, v.copy())

    def _again(self, cover: Cover, rows: Ints, cols: Ints, u: Ints, v: Ints) -> None:
        """Look at some rows and columns only."""
        found = []
        everybody = np.arange(self._blocks.cols)
        for at in range(0, len(rows), ROWS):
            some = rows[at : at + ROWS]
            pairs, cut, worst = self._hits(some, self._blocks.part(some, everybody), u[some] - self._near, v, v)
            cover.least[some] = u[some] - self._near
            cover.least[some[cut]] = worst
            found.append(pairs)
            self._check(at, len(rows))
        if len(cols):
            cover.least = np.maximum(cover.least, u - self._near)
            covered = np.flatnonzero(cover.least < NEVER)
            step = max(1, ROWS * self._blocks.cols // len(cols))
            for low in range(0, len(covered), step):
                some = covered[low : low + step]
                net = self._net(self._blocks.part(some, cols), v[cols], cover.least[some])
                row, col = _where(net, cover.least[some])
                value = net[row, col] + v[cols[col]]
                found.append(_pairs(some[row], cols[col], value).some(value > self._blocks.floor))
                self._check(low, len(covered))
            cover.paid[cols] = v[cols]
        cover.paid = np.maximum(cover.paid, v)  # dearer is covered as well, and says how far prices may fall from now
        cover.add(found)

    def _even(self, cover: Cover, rows: Ints, cols: Ints, u: Ints, v: Ints) -> None:
        """Note the pairs of some rows and columns that are worth exactly their prices."""
        parts = [(rows[at : at + ROWS], np.arange(self._blocks.cols)) for at in range(0, len(rows), ROWS)]
        if len(cols):
            step = max(1, ROWS * self._blocks.cols // len(cols))
            parts += [
                (np.arange(low, min(self._blocks.rows, low + step)), cols) for low in range(0, self._blocks.rows, step)
            ]
        found = []
        for mine, theirs in parts:
            scores = self._blocks.part(mine, theirs)
            row, col = np.nonzero(self._net(scores, v[theirs], u[mine]) == u[mine, None])
            found.append(Pairs(mine[row], theirs[col], u[mine[row]] + v[theirs[col]]))
        cover.add(found)

    def _few(self, rows: Ints, cols: Ints) -> bool:
        """Whether looking at these alone is less work than looking at everything."""
        return len(rows) / max(1, self._blocks.rows) + len(cols) / max(1, self._blocks.cols) < 0.6

    def _hits(self, rows: Ints, scores: Scores, limit: Ints, v: Ints, lower: Ints) -> tuple[Pairs, Ints, Ints]:
        """Pairs of some rows worth at least the limit after the `lower` prices. Where that is a crowd, those worth most
        after the prices v: which rows those are, and what each pair they left out is worth less than."""
        net = self._net(scores, lower, limit)
        row, col = _where(net, limit)
        cut = np.flatnonzero(np.bincount(row, minlength=len(rows)) > CROWD)
        worst = np.zeros(len(cut), dtype=np.int64)
        if len(cut):
            kept = ~np.isin(row, cut)
            row, col = row[kept], col[kept]
            crowd, dice = net[cut], np.random.default_rng(int(rows[0]))
            more, least = _largest(crowd, CROWD, dice)
            worst = least + 1
            # So many worth more than their prices: chance spreads what is noted, for others may have the same wishes.
            blurred = np.flatnonzero(worst > limit[cut] + self._near + 1)
            if len(blurred):
                u = limit[cut[blurred]] + self._near
                over = crowd[blurred] + (lower - v) - u[:, None]
                spread = np.where(over > 0, -over * dice.uniform(0.2, 1, over.shape), -over)
                more[blurred] = np.argpartition(spread, CROWD, axis=1)[:, :CROWD]
                worst[blurred] = NEVER
            row, col = np.concatenate([row, np.repeat(cut, CROWD)]), np.concatenate([col, more.ravel()])
        value = net[row, col] + lower[col]
        return _pairs(rows[row], col, value).some(value > self._blocks.floor), cut, worst

    def _net(self, scores: Scores, v: Ints, limit: Ints) -> np.ndarray:
        """Scores less the mentors' prices, exactly, in their place where they fit; a forbidden pair stays below every
        limit."""
        low = np.flatnonzero(limit + v.min(initial=0) <= self._blocks.floor)
        if len(low):
            scores[low] = np.where(scores[low] > self._blocks.floor, scores[low], -np.inf)
        if max(np.abs(v).max(initial=0), np.abs(limit).max(initial=0)) < FAR:
            return np.subtract(scores, v.astype(np.float32), out=scores)
        return scores - v.astype(np.float64)

    def _over_all(self, look: Callable[[int, Scores], Pairs]) -> Pairs:
        rows, cols = self._blocks.rows, self._blocks.cols
        if rows == 0 or cols == 0:
            return no_pairs()
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
        return Pairs(*(np.concatenate([getattr(one, name) for one in found]) for name in ("row", "col", "value")))


def _spread(pairs: Pairs, worth: Ints) -> int:
    """By how much the best and the worst of the promising pairs differ, for the mentee in the middle."""
    begins = np.flatnonzero(np.diff(pairs.row, prepend=-1))
    return int(np.median(np.maximum.reduceat(worth, begins) - np.minimum.reduceat(worth, begins)))


def _largest(net: np.ndarray, count: int, dice: np.random.Generator) -> tuple[Ints, Ints]:
    """Columns of the `count` largest whole numbers of each row, and the least of them. Chance picks among equals, which
    may be very many: the partition would be slow on them."""
    drawn = dice.random(net.shape)
    drawn += net
    np.negative(drawn, out=drawn)
    cols = np.argpartition(drawn, count - 1, axis=1)[:, :count]
    return cols, np.floor(-np.take_along_axis(drawn, cols, axis=1).max(axis=1)).astype(np.int64)


def _where(net: np.ndarray, limit: np.ndarray) -> tuple[Ints, Ints]:
    """Row and column of everything at or above its row's limit."""
    row, col = np.divmod(np.flatnonzero(net >= limit.astype(net.dtype)[:, None]), net.shape[1])
    return row, col


def _pairs(row: Ints, col: Ints, scores: np.ndarray) -> Pairs:
    return Pairs(row, col, scores.astype(np.int64))
