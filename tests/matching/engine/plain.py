"""Scores that stand in one plain table, and what can be said of a plan by looking at every pair of it."""

import numpy as np

from matching.engine.blocks import FORBIDDEN, Scored


class Plain:
    """A scorer (matching.engine.blocks) of a table: hundredths of a point, None where a pair is forbidden."""

    def __init__(self, table: list[list[int | None]]) -> None:
        self.values = np.array(
            [[FORBIDDEN if one is None else one for one in row] for row in table], dtype=np.float32
        ).reshape(len(table), -1)
        self.rows, self.cols = self.values.shape
        allowed = self.values[self.values > FORBIDDEN / 2]
        self.span = int(allowed.max() - allowed.min()) if len(allowed) else 0

    def block(self, low, high):
        return self.values[low:high].copy()

    def part(self, rows, cols):
        return self.values[rows][:, cols].copy()


def scored(table, *, slots=None, capacity=None, pinned=(), **more) -> Scored:
    """A problem of that table, its mentees e0, e1 and so on, its mentors o0, o1; a place each where none are given."""
    blocks = Plain(table)
    slots = np.ones(blocks.rows, dtype=np.int64) if slots is None else np.array(slots)
    capacity = np.ones(blocks.cols, dtype=np.int64) if capacity is None else np.array(capacity)
    return Scored(
        [f"e{at}" for at in range(blocks.rows)], [f"o{at}" for at in range(blocks.cols)], blocks,
        slots, np.zeros_like(slots), capacity, np.zeros_like(capacity), pinned, **more,
    )  # fmt: skip


def random_scored(seed: int, rows: int = 9, cols: int = 6) -> Scored:
    """Few scores, so that very many are equal; some pairs forbidden, some places none or several, a pin here and
    there; every other seed counts the total alone, where scores below nought are not taken."""
    dice = np.random.default_rng(seed)
    scores = [-200, -100, 0, 100, 200] if seed % 2 else [0, 100, 200]
    table = [[int(dice.choice(scores)) if dice.random() < 0.8 else None for _ in range(cols)] for _ in range(rows)]
    slots, capacity = dice.integers(0, 3, rows), dice.integers(0, 4, cols)
    held = [
        (f"e{i}", f"o{j}")
        for i in range(rows)
        for j in range(cols)
        if table[i][j] is not None and slots[i] and capacity[j]
    ]
    pinned = [held[dice.integers(len(held))]] if held and seed % 3 == 0 else []
    objective = "total" if seed % 2 else "most_matched_then_total"
    return scored(table, slots=slots, capacity=capacity, pinned=pinned, objective=objective)
