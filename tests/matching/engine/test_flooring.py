"""The highest floor is found from few pairs, and proven over all of them."""

import numpy as np
import pytest

from matching.engine import flooring
from matching.engine.circulation import Places

from .test_national import same, with_limits


@pytest.mark.parametrize("seed", [seed for seed in range(24) if seed % 5])
def test_from_one_pair_each_the_floor_is_that_of_the_bare_layer(seed, monkeypatch):
    """Every list begins with one pair and grows by one: whatever else it takes must be looked for."""
    monkeypatch.setattr(flooring, "FIRST", 1)
    monkeypatch.setattr(flooring, "MORE", 1)
    same(with_limits(seed), "raise_floor")


class Given:
    """Scores as they stand in a table; below nought is forbidden."""

    floor = -1

    def __init__(self, table):
        self.table = np.array(table, dtype=np.float32)
        self.rows, self.cols = self.table.shape

    def block(self, low, high):
        return self.table[low:high].copy()


def one_place(people: int) -> Places:
    return Places(np.arange(people + 1), np.ones(people, dtype=np.int64))


def floor_of(table) -> int | None:
    blocks = Given(table)
    level = np.ones(blocks.rows, dtype=np.int64)
    return flooring.highest(blocks, one_place(blocks.rows), one_place(blocks.cols), level, lambda done, of: None)


def test_the_floor_is_as_high_as_nobody_loses_a_place_for():
    assert floor_of([[90, 50], [90, 20]]) == 50  # both want the first; only one of the two can have somebody good
    assert floor_of([[90, 10], [80, -5]]) == 10  # the second has nobody else
    assert floor_of([[70, 70], [70, 70]]) == 70
    assert floor_of([[90, 50], [-5, -5]]) == 90  # who can have nobody holds nobody down
    assert floor_of([[-5, -5]]) is None


def test_a_pair_at_the_floor_counts(monkeypatch):
    monkeypatch.setattr(flooring, "FIRST", 1)
    blocks = Given([[95, 90], [96, 10]])
    trial = flooring.Trial(blocks, one_place(2), one_place(2), lambda done, of: None)
    assert trial.placed(90)[:2] == (4, 90)  # the pair at 90 is looked for, and both sides' prizes count
    assert trial.placed(91)[0] == 2


@pytest.mark.parametrize("first", [1, 16])
def test_of_few_scores_the_highest_that_places_everybody(first, monkeypatch):
    """So few different scores that every floor that is tried is also the score of some pair, or next to one."""
    monkeypatch.setattr(flooring, "FIRST", first)
    for seed in range(60):
        dice = np.random.default_rng(seed)
        table = dice.integers(0, 12, (6, 7))
        assert floor_of(table) == max(floor for floor in range(12) if _fills(table, floor)), seed


def test_a_pair_that_no_list_began_with_is_found(monkeypatch):
    """Ten mentees' best pair is with one and the same mentor; nine of them must be placed by pairs looked for later."""
    monkeypatch.setattr(flooring, "FIRST", 1)
    dice = np.random.default_rng(3)
    table = np.concatenate([np.full((10, 1), 99), dice.integers(20, 60, (10, 14))], axis=1)
    assert floor_of(table) == max(floor for floor in range(20, 100) if _fills(table, floor))


def _fills(table: np.ndarray, floor: int) -> bool:
    """Whether each row can have a column of its own at or above the floor: Kuhn's way, on its own."""
    holder: dict[int, int] = {}

    def place(row: int, seen: set[int]) -> bool:
        for col in np.flatnonzero(table[row] >= floor).tolist():
            if col not in seen:
                seen.add(col)
                if col not in holder or place(holder[col], seen):
                    holder[col] = row
                    return True
        return False

    return all(place(row, set()) for row in range(len(table)))
