"""The guess at the prices follows who is wanted. Only speed hangs on it, so no answer of the engine would show it."""

import numpy as np
import pytest

from matching.engine.blocks import FORBIDDEN
from matching.engine.estimating import ASKED, estimated_prices, prices_of_kinds, sample


def prices(table, capacity, rows=None, **more) -> list[float]:
    scores = np.array(table, dtype=np.float32)
    found, _ = estimated_prices(scores, FORBIDDEN // 2, np.array(capacity), rows or len(scores), **more)
    return found.tolist()


def test_who_is_wanted_by_more_than_they_have_places_for_is_dear():
    wish = [[1000, 400, 0]] * 4
    dear, less, nothing = prices(wish, [1, 2, 4], steps=160)
    assert dear > less > nothing == 0
    assert dear - less == pytest.approx(600, abs=50)  # as much dearer as it is better, so that both are wanted alike


def test_with_places_for_all_who_want_them_nobody_is_dear():
    assert prices([[1000, 400], [900, 100], [0, 800]], [2, 1]) == [0, 0]


def test_prices_of_kinds_make_what_is_scarce_as_dear_as_it_is_better():
    scores = np.array([[1000, 400, 0], [700, 650, 0]], dtype=np.float32)
    found = prices_of_kinds(scores, FORBIDDEN // 2, np.array([10, 10, 50]), np.array([30, 5])).tolist()
    # The many have some of all three, so the first two are as dear as they like them better than the third.
    assert found == pytest.approx([1000, 400, 0], abs=2)


def test_kinds_that_may_have_nobody_make_nobody_dear():
    shut = np.full((2, 2), FORBIDDEN, dtype=np.float32)
    assert prices_of_kinds(shut, FORBIDDEN // 2, np.array([1, 1]), np.array([3, 3])).tolist() == [0, 0]


def test_a_sample_stands_for_all():
    wish = [[1000, 400], [900, 800], [700, 690]]
    assert prices(wish, [1, 2]) == prices(wish, [10, 20], rows=30)
    assert prices(wish, [1, 2])[0] > 0


def test_nobody_is_dear_to_those_who_may_have_none():
    shut = [[FORBIDDEN, FORBIDDEN]] * 3
    assert prices(shut, [1, 1]) == [0, 0]
    assert prices([*shut, [500, 100]], [1, 1]) == [0, 0]


def test_prices_are_whole_and_warmth_follows_the_range_of_scores():
    scores = np.array([[1000, 0], [990, 10], [970, 500]], dtype=np.float32)
    found, warmth = estimated_prices(scores, FORBIDDEN // 2, np.array([1, 2]), 3)
    assert np.array_equal(found, np.rint(found))
    assert warmth == 10
    assert estimated_prices(scores / 1000, FORBIDDEN // 2, np.array([1, 2]), 3)[1] == 1


@pytest.mark.parametrize("rows", [0, 1, ASKED - 1, ASKED, 2 * ASKED - 1, 2 * ASKED, 50_000])
def test_the_sample_is_everybody_or_at_least_256_evenly_spread(rows):
    asked = sample(rows)
    assert min(rows, ASKED) <= len(asked) < 2 * ASKED
    assert len(set(np.diff(asked).tolist())) <= 1
    assert all(0 <= one < rows for one in asked.tolist())
