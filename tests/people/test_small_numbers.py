"""Small counts of people are held back, and nobody can work them out from what is told beside them."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from people.small_numbers import Told, held_back, total_in_words

COUNTS = st.lists(st.integers(0, 12), min_size=1, max_size=3)


@given(COUNTS, st.sampled_from([3, 5, 8]))
def test_every_small_number_stays_possible_for_whoever_reads_all_that_is_told(counts, floor):
    """Also for a reader who knows the rule: they try every set of counts and keep those that would read the same."""
    counts = dict(enumerate(counts))
    told = held_back(counts, floor=floor)
    assert not [count for count in (*told.cells.values(), told.total) if count is not None and 0 < count < floor]
    hidden = [key for key, count in told.cells.items() if count is None]
    possible = {key: set() for key in hidden}
    for guess in product(range(floor + 2), repeat=len(hidden)):
        if held_back(counts | dict(zip(hidden, guess, strict=True)), floor=floor) == told:
            for key, count in zip(hidden, guess, strict=True):
                possible[key].add(count)
    assert all(found == set(range(1, floor)) for found in possible.values())


@given(COUNTS)
def test_what_is_told_is_right_and_all_is_told_where_nothing_is_small(counts):
    counts = dict(enumerate(counts))
    told = held_back(counts)
    assert all(told.cells[key] in (None, count) for key, count in counts.items())
    assert told.total in (None, sum(counts.values()))
    if all(not count or count >= 5 for count in counts.values()):
        assert told == Told(counts, sum(counts.values()))


def test_total_in_words():
    assert [total_in_words(held_back(counts)) for counts in ({1: 6, 2: 2}, {1: 6, 2: 7}, {})] == [
        "not shown",
        "13",
        "none",
    ]
