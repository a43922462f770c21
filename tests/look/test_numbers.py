"""Whole numbers in what is sent: figures and nothing else, and never more of them than int() reads."""

import pytest

from look.numbers import LONGEST, whole


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("9" * LONGEST, int("9" * LONGEST))])
def test_whole_reads_figures(text, number):
    assert whole(text) == number


@pytest.mark.parametrize(
    "text", [None, "", " ", "-1", "+1", "1.5", "1_000", "1e3", " 1", "x", "٣", "²", "½", "9" * 19, "9" * 5_000, "1\n"]
)
def test_whole_is_nothing_else(text):
    assert whole(text) is None
