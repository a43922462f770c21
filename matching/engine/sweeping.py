"""All pairs of a scorer, block by block: promising pairs to begin with, then those that the prices do not cover.

No table of scores is ever held whole. One pass notes every pair that comes near its two prices; while prices fall by
less than that margin, all others stay covered and need not be looked at again (see `covering`). Threads only share out
the blocks; results are joined in order.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from .blocks import OfKinds, Priced
from .covering import NEVER, TALL, Cover, Part
from .estimating import STEPS_IN_A_CROWD, estimated_prices, prices_of_kinds, sample
from .pairs import Pairs, beyond, no_pairs, ranks
from .reading import Ints

Scores = npt.NDArray[np.float32]
Seen = TypeVar("Seen")

FIRST = 24
"""Promising pairs of each mentee to begin with."""
NOTED = 40
"""Promising pairs of each mentee that are noted, so that all others need not be looked at again for long."""
THREADS = 2
SAMPLE = 512
CROWD = 64
"""Of more hits than this in one row only the best are noted."""
NEAR = 4
"""A pair is near its prices within the usual range of one mentee's promising pairs divided by this."""
LATER = 2
"""After the first look at real prices, the margin is this many times less: little of it is used up."""
ALIKE = 4.0
"""Hundredths of a point by which chance varies what those of one kind look at first."""
FAR = 2**22
"""Prices within this are compared in float32, exactly; larger ones in float64."""
NOISE = 2**16


class Blocks(Protocol):
    """Scores of mentees with mentors, whole numbers below 2**24; a forbidden pair is at most `floor`."""

    rows: int
    cols: int
    floor: int

    def block(self, low: int, high: int) -> Scores:
        """These mentees with every mentor."""
        ...

    def part(self, rows: Ints, cols: Ints) -> Scores:
        """Some mentees with some mentors, by their rising numbers."""
        ...


class Sweep:
    """A source of pairs (see `growing`) over every pair of a scorer. `check(done, of)` counts mentees; it may raise."""

    def __init__(self, blocks: Blocks, capacity: Ints, check: Callable[[int, int], None]) -> None:
        self._blocks = blocks
        self._capacity = capacity
        self._check = check
        self._cover: Cover | None = None
        self._near = self._margin = 0

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
        prices = self._prices_of_kinds() if places >= rows else None
        if prices is not None:
            pairs, crowded = self._promising(prices, ALIKE), True
        else:
            asked = self._blocks.part(sample(rows), np.arange(self._blocks.cols))
            prices, warmth = estimated_prices(asked, self._blocks.floor, self._capacity, rows)
            pairs = self._promising(prices, 0)
            listed = np.minimum(self._capacity, np.bincount(pairs.col, minlength=self._blocks.cols)).sum()
            crowded = bool(places < rows or 4 * listed < 3 * min(rows, places))
            if crowded:
                prices, warmth = estimated_prices(asked, self._blocks.floor, self._capacity, rows, STEPS_IN_A_CROWD)
                pairs = self._promising(prices, warmth)
        guess = prices.astype(np.int64)
        if len(pairs.value):
            self._near = self._margin = max(1, _spread(pairs, pairs.value - guess[pairs.col]) // NEAR)
        return pairs, guess, crowded

    def _prices_of_kinds(self) -> Scores | None:
        """The mentors' prices where people are of few kinds; None where they are not."""
        kinds = self._blocks.kinds() if isinstance(self._blocks, OfKinds) else None
        if kinds is None:
            return None
        mine, theirs, scores = kinds
        capacity = np.bincount(theirs, weights=self._capacity, minlength=scores.shape[1])
        count = np.bincount(mine, minlength=scores.shape[0])
        prices: Scores = prices_of_kinds(scores, self._blocks.floor, capacity, count)[theirs]
        return prices

    def _promising(self, prices: Scores, warmth: float) -> Pairs:
        """The best pairs of each mentee after these prices, by a threshold from a sample of mentors. Gumbel's noise at
        this warmth draws each mentor as often as the estimate gives them to the mentee."""
        rows, cols = self._blocks.rows, self._blocks.cols
        some = np.sort(np.random.default_rng(0).permutation(cols)[: max(SAMPLE, cols // 24)])
        rank = min(len(some), int(1.3 * FIRST * len(some) / cols) + 2)
        noise = np.zeros(1, dtype=np.float32)
        if warmth:
            draw = np.random.default_rng(0).random(NOISE + cols, dtype=np.float32)
            noise = np.float32(-warmth) * np.log(-np.log(np.clip(draw, 1e-6, 1 - 1e-6)))

        after = self._after(prices.astype(np.int64))

        def net(part: Part) -> tuple[Scores, Scores]:
            calm = warm = after(part, least[part.rows])
            if warmth:
                warm = calm.copy()
                dice = np.random.default_rng((int(part.rows[0]), int(part.cols[0])))
                for line, at in enumerate(dice.integers(0, NOISE, len(warm)).tolist()):
                    warm[line] += noise[at : at + len(part.cols)]
            return calm, warm

        def threshold(part: Part) -> Scores:
            worth = net(part)[1]
            worth.partition(-rank, axis=1)
            return worth[:, -rank].copy()

        def best(part: Part) -> tuple[Ints, Ints, Scores, Scores]:
            calm, warm = net(part)
            row, col = _where(warm, least[part.rows])
            value, worth = calm[row, col] + prices[part.cols[col]], warm[row, col]
            allowed = value > self._blocks.floor
            return part.rows[row[allowed]], part.cols[col[allowed]], value[allowed], worth[allowed]

        lows = range(0, rows, TALL)
        sampled = [Part(np.arange(low, min(rows, low + TALL)), some, 0) for low in lows]
        least = np.zeros(rows, dtype=np.float32)
        least = np.concatenate(self._look(sampled, threshold))
        nothing = Cover.nothing(rows, cols)
        seen = self._look(list(nothing.uncovered(0 * nothing.least, nothing.paid, 0)), best)
        row, col, value, worth = (np.concatenate(one) for one in zip(*seen, strict=True))
        place = ranks(row, worth.astype(np.int64))
        last = place == NOTED - 1
        least[row[last]] = worth[last] + 1
        pairs = _pairs(row, col, value)
        self._cover = Cover(no_pairs(), np.ceil(least - noise.min()).astype(np.int64), prices.astype(np.int64))
        self._cover.add([pairs.some(place < NOTED)])
        return pairs.some(place < FIRST)

    def near(self, u: Ints, v: Ints, many: int) -> Pairs:
        """The best pairs of each mentee within the margin of their prices."""
        noted, margin = self._looked(u, v), self._margin
        over = noted.value - u[noted.row] - v[noted.col]
        close = np.flatnonzero(over > -margin)
        return noted.some(close).best(over[close], many)

    def beyond(self, u: Ints, v: Ints, inside: Ints, many: int) -> Pairs:
        """The worst pairs of each mentee that are worth more than their prices, without those inside."""
        return beyond(self._looked(u, v), u, v, inside, many)

    def _looked(self, u: Ints, v: Ints) -> Pairs:
        """All noted pairs, among them every one that may be beyond these prices."""
        cover = self._noted()
        parts = list(cover.uncovered(u, v, self._margin))

        after = self._after(v)

        def near(part: Part) -> tuple[Pairs, Ints]:
            limit = u[part.rows] - self._margin
            pairs, cut, worst = self._hits(part, after(part, limit), limit, v[part.cols])
            limit[cut] = worst
            return pairs, limit

        found = self._look(parts, near)
        cover.looked(parts, [pairs for pairs, _ in found], [least for _, least in found], v)
        self._margin //= LATER
        return cover.pairs

    def tight(self, u: Ints, v: Ints, most: int) -> Pairs | None:
        """Every pair worth exactly its two prices, but perhaps without some that were `inside` before; None where
        more than `most` were not noted. The prices must be those of the last time that nothing was beyond."""
        cover, found, after = self._noted(), 0, self._after(v)

        def equal(part: Part) -> Pairs:
            nonlocal found
            mine, theirs = u[part.rows], v[part.cols]
            net = after(part, mine)
            row, col = np.nonzero(net == mine[:, None].astype(net.dtype))
            found += len(row)
            return Pairs(part.rows[row], part.cols[col], mine[row] + theirs[col]) if found <= most else no_pairs()

        parts = list(cover.uncovered(u, v, 0))
        pairs = self._look(parts, equal)
        if found > most:
            return None
        if parts:
            cover.add(pairs)
        noted = cover.pairs
        return noted.some(noted.value == u[noted.row] + v[noted.col])

    def _noted(self) -> Cover:
        if self._cover is None:
            self._cover = Cover.nothing(self._blocks.rows, self._blocks.cols)
        return self._cover

    def _hits(self, part: Part, net: np.ndarray, limit: Ints, v: Ints) -> tuple[Pairs, Ints, Ints]:
        """Pairs worth at least the limit after the prices v. Where that is a crowd, those worth most: which rows of the
        part those are, and what each pair they left out is worth less than."""
        row, col = _where(net, limit)
        cut = np.flatnonzero(np.bincount(row, minlength=len(limit)) > CROWD)
        worst = np.zeros(len(cut), dtype=np.int64)
        if len(cut):
            kept = ~np.isin(row, cut)
            row, col = row[kept], col[kept]
            crowd, dice = net[cut], np.random.default_rng(int(part.rows[0]))
            more, least = _largest(crowd, CROWD, dice)
            worst = least + 1
            # So many worth more than their prices: chance spreads what is noted, for others may have the same wishes.
            blurred = np.flatnonzero(worst > limit[cut] + self._margin + 1)
            if len(blurred):
                over = crowd[blurred] - (limit[cut[blurred]] + self._margin)[:, None]
                spread = np.where(over > 0, -over * dice.uniform(0.2, 1, over.shape), -over)
                more[blurred] = np.argpartition(spread, CROWD, axis=1)[:, :CROWD]
                worst[blurred] = NEVER
            row, col = np.concatenate([row, np.repeat(cut, CROWD)]), np.concatenate([col, more.ravel()])
        value = net[row, col] + v[col]
        return _pairs(part.rows[row], part.cols[col], value).some(value > self._blocks.floor), cut, worst

    def _after(self, paid: Ints) -> Callable[[Part, np.ndarray], np.ndarray]:
        """What a part's scores are less the mentors' prices, exactly, where they are compared with a limit a row; a
        forbidden pair stays below every limit."""
        least, floor = min(0, int(paid.min(initial=0))), self._blocks.floor
        near = int(np.abs(paid).max(initial=0)) < FAR
        priced = self._blocks.less(paid) if near and isinstance(self._blocks, Priced) else None
        single = paid.astype(np.float32)

        def after(part: Part, limit: np.ndarray) -> np.ndarray:
            fits = near and np.abs(limit).max(initial=0) < FAR
            if fits and priced is not None and limit.min(initial=0) + least > floor:
                return priced.part(part.rows, part.cols)
            scores, theirs = self._blocks.part(part.rows, part.cols), paid[part.cols]
            low = np.flatnonzero(limit + theirs.min(initial=0) <= floor)
            if len(low):
                scores[low] = np.where(scores[low] > floor, scores[low], -np.inf)
            if fits:
                return np.subtract(scores, single[part.cols], out=scores)
            return scores - theirs.astype(np.float64)

        return after

    def _look(self, parts: Sequence[Part], see: Callable[[Part], Seen]) -> list[Seen]:
        """What is seen in each part, in their order."""
        if not parts:
            return []
        rows = self._blocks.rows
        pairs, done, seen = sum(len(part.rows) * len(part.cols) for part in parts), 0, []

        with ThreadPoolExecutor(THREADS) as pool:
            found = pool.map(see, parts)
            for part, one in zip(parts, found, strict=True):
                seen.append(one)
                done += len(part.rows) * len(part.cols)
                try:
                    self._check(rows * done // pairs, rows)
                except BaseException:
                    pool.shutdown(cancel_futures=True)
                    raise
        return seen


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
