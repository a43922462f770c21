"""Each way of seeing a scorer says of every pair what its rule says, in blocks and in parts alike."""

import numpy as np
import pytest

from matching.engine.blocks import FORBIDDEN
from matching.engine.lenses import Face, Marked, Open, above, by_shortfall, range_of, scores_of

from .plain import Plain

ROWS, COLS = 7, 6


def table(seed: int) -> tuple[Plain, np.random.Generator]:
    dice = np.random.default_rng(seed)
    return Plain(
        [[int(dice.integers(-2, 4)) if dice.random() < 0.7 else None for _ in range(COLS)] for _ in range(ROWS)]
    ), dice


def seen_alike(lens, expected: np.ndarray, dice) -> None:
    """The lens shows this table, whichever of its pairs are asked for."""
    assert (lens.rows, lens.cols) == expected.shape
    for low in range(ROWS):
        for high in range(low + 1, ROWS + 1):
            assert np.array_equal(lens.block(low, high), expected[low:high])
    for _ in range(20):
        rows = np.sort(dice.choice(ROWS, dice.integers(1, ROWS + 1), replace=False))
        cols = np.sort(dice.choice(COLS, dice.integers(1, COLS + 1), replace=False))
        assert np.array_equal(lens.part(rows, cols), expected[rows][:, cols])


@pytest.mark.parametrize("seed", range(4))
def test_pins_and_people_without_places_are_shut(seed):
    plain, dice = table(seed)
    pinned = np.array([[0, 0], [3, 2], [6, 5]])
    slots, capacity = dice.integers(0, 3, ROWS), dice.integers(0, 3, COLS)
    expected = plain.values.copy()
    expected[slots == 0], expected[:, capacity == 0] = FORBIDDEN, FORBIDDEN
    expected[pinned[:, 0], pinned[:, 1]] = FORBIDDEN
    seen_alike(Open(plain, pinned, slots, capacity), expected, dice)


@pytest.mark.parametrize("only", [True, False])
def test_marked_pairs_have_more_points_where_they_are_allowed(only):
    for seed in range(4):
        plain, dice = table(seed)
        pairs = np.array([[5, 1], [0, 0], [0, 3], [6, 5], [2, 2], [4, 0]])
        allowed = plain.values > FORBIDDEN / 2
        expected = np.where(allowed, 0 if only else plain.values, FORBIDDEN)
        expected[pairs[:, 0], pairs[:, 1]] += 7 * allowed[pairs[:, 0], pairs[:, 1]]
        marked = Marked(plain, pairs, 7, only=only)
        seen_alike(marked, expected, dice)
        assert marked.span == plain.span + 7


def test_above_a_floor_and_a_policys_worth():
    plain, dice = table(1)
    values = plain.values
    seen_alike(above(plain, 1), np.where(values >= 1, values, FORBIDDEN), dice)
    worth = 10**6 - np.rint(10**6 * ((10_000 - values.astype(np.float64)) / 10_002) ** 2)
    seen_alike(by_shortfall(plain, "even", -2, 3), np.where(values > FORBIDDEN / 2, worth, FORBIDDEN), dice)


def test_a_face_shows_only_pairs_worth_their_prices_and_a_face_of_it_too():
    """A pair that the first face does not show is nought to the second: no pair at all, whatever the prices."""
    plain, dice = table(2)
    u, v = dice.integers(-1, 3, ROWS), dice.integers(-1, 2, COLS)
    tight = (plain.values > FORBIDDEN / 2) & (plain.values == u[:, None] + v)
    worth = dice.integers(0, 3, (ROWS, COLS))
    face = Face(Open(plain, np.zeros((0, 2), dtype=np.int64), u + 9, v + 9), u, v, lambda i, j: worth[i, j], 1)
    assert 5 < tight.sum() < ROWS * COLS
    seen_alike(face, np.where(tight, worth + 1, 0), dice)
    none, following = np.zeros(ROWS, dtype=np.int64), np.ones((ROWS, COLS), dtype=np.int64)
    within = Face(face, none, np.zeros(COLS, dtype=np.int64), lambda i, j: following[i, j], 0)
    seen_alike(within, np.zeros((ROWS, COLS)), dice)
    ones = Face(face, none + 1, np.zeros(COLS, dtype=np.int64), lambda i, j: following[i, j], 0)
    seen_alike(ones, np.where(tight & (worth == 0), 1, 0), dice)


def test_scores_and_their_range():
    plain, _ = table(3)
    row, col = np.nonzero(plain.values > FORBIDDEN / 2)
    assert scores_of(plain, row, col).tolist() == plain.values[row, col].tolist()
    assert range_of(plain) == (plain.values[row, col].min(), plain.values[row, col].max())
    assert range_of(Plain([[None, None]])) == (0, 0)
    assert range_of(Plain([[None], [-3]])) == (-3, -3)
