"""Some pairs and their values, as three arrays, and what is done with them again and again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .reading import Flags, Ints


@dataclass(frozen=True)
class Pairs:
    """Some pairs and their values, in any order."""

    row: Ints
    col: Ints
    value: Ints

    def some(self, which: Flags | Ints) -> "Pairs":
        """These of them."""
        return Pairs(self.row[which], self.col[which], self.value[which])

    def best(self, worth: Ints, count: int) -> "Pairs":
        """The `count` pairs of each row that are worth most."""
        return self.some(best_of_each(self.row, worth, count))


def no_pairs() -> Pairs:
    """None at all."""
    empty = np.zeros(0, dtype=np.int64)
    return Pairs(empty, empty, empty)


def best_of_each(row: Ints, worth: Ints, count: int) -> Ints:
    """Where the `count` of each row that are worth most stand, by row. Worths far below the best count as equal."""
    order, place = _by_worth(row, worth)
    return order[place < count]


def ranks(row: Ints, worth: Ints) -> Ints:
    """Which of its row each is by worth, the best being number 0."""
    order, place = _by_worth(row, worth)
    found = np.empty_like(place)
    found[order] = place
    return found


def _by_worth(row: Ints, worth: Ints) -> tuple[Ints, Ints]:
    """The order by row and falling worth, and the place of each in its row."""
    if len(row) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    below = np.minimum(worth.max() - worth, 2**31 - 1).astype(np.int64)
    order = np.argsort((row << 31) | below)
    begins = np.flatnonzero(np.diff(row[order], prepend=-1))
    return order, np.arange(len(row)) - np.repeat(begins, np.diff(begins, append=len(row)))


def joined(parts: Sequence[Pairs], cols: int) -> Pairs:
    """All of these, each pair once, by row and column."""
    row, col, value = (np.concatenate([getattr(part, name) for part in parts]) for name in ("row", "col", "value"))
    _, first = np.unique(row * cols + col, return_index=True)
    return Pairs(row[first], col[first], value[first])


def with_more(pairs: Pairs, more: Sequence[Pairs], cols: int) -> Pairs:
    """What `joined` gives of pairs that it gave before and some more: quick where these are few."""
    new = joined(more, cols)
    key, new_key = pairs.row * cols + pairs.col, new.row * cols + new.col
    at = np.searchsorted(key, new_key)
    if len(key):
        fresh = np.flatnonzero(key[np.minimum(at, len(key) - 1)] != new_key)
        at, new = at[fresh], new.some(fresh)
    return Pairs(
        np.insert(pairs.row, at, new.row), np.insert(pairs.col, at, new.col), np.insert(pairs.value, at, new.value)
    )


def beyond(pairs: Pairs, u: Ints, v: Ints, inside: Ints, many: int) -> Pairs:
    """Those worth more than their two prices, `many` of each row, without those `inside` already (rising row x columns
    + column): the worst as a rule, but chance has a say, for rows may be alike."""
    over = pairs.value - u[pairs.row] - v[pairs.col]
    at = np.flatnonzero(over > 0)
    if len(inside):
        key = pairs.row[at] * len(v) + pairs.col[at]
        at = at[inside[np.minimum(np.searchsorted(inside, key), len(inside) - 1)] != key]
    some = over[at] * np.random.default_rng(len(inside)).uniform(0.2, 1, len(at))
    return pairs.some(at).best(some.astype(np.int64), many)
