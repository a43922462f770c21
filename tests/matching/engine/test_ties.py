"""The tie-break's draws: by id alone, and each draw another."""

import numpy as np

from matching.engine.ties import BITS, Ties

PAIRS = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)


def test_a_draw_hangs_on_the_ids_and_not_on_their_order():
    drawn = Ties(list("abcd"), list("xyz")).draw(0, *PAIRS).reshape(4, 3)
    turned = Ties(list("dcba"), list("zyx")).draw(0, *PAIRS).reshape(4, 3)
    assert np.array_equal(drawn, turned[::-1, ::-1])
    assert drawn.min() >= 1
    assert drawn.max() <= 2**BITS


def test_the_next_draw_is_another():
    """Where the first twenty bits leave a choice, the next must be able to decide."""
    ties = Ties(list("abcd"), list("xyz"))
    assert not (ties.draw(0, *PAIRS) == ties.draw(1, *PAIRS)).any()


def test_the_same_id_on_the_other_side_is_somebody_else():
    ties = Ties(["a"], ["a"])
    assert ties.mentees[0] != ties.mentors[0]
