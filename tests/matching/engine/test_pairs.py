"""What is done with pairs again and again."""

import numpy as np
import pytest

from matching.engine.bidding import _by_mentor
from matching.engine.pairs import Pairs, joined, no_pairs, with_more


def some(dice: np.random.Generator, count: int) -> Pairs:
    row, col = dice.integers(0, 9, count), dice.integers(0, 7, count)
    return Pairs(row, col, 10 * row + col)


@pytest.mark.parametrize("seed", range(20))
def test_more_pairs_are_joined_as_all_would_be(seed):
    dice = np.random.default_rng(seed)
    before = joined([some(dice, seed)], 7) if seed else no_pairs()
    more = [some(dice, 8), no_pairs(), some(dice, 12)]
    found, whole = with_more(before, more, 7), joined([before, *more], 7)
    for name in ("row", "col", "value"):
        assert np.array_equal(getattr(found, name), getattr(whole, name))


@pytest.mark.parametrize("largest", [5, 2**58])
def test_bids_are_ordered_alike_whether_or_not_they_can_be_packed(largest):
    dice = np.random.default_rng(1)
    mentor, amount = dice.integers(0, 6, 300), dice.integers(0, 5, 300)
    amount[7] = largest  # too wide to be packed into one number with the rest, or not
    assert np.array_equal(_by_mentor(mentor, amount), np.lexsort((-amount, mentor)))
