"""How alike two people are: figures, grades, and that no figure shows in words."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programmes.facts import Facts
from programmes.rules.preferences import Style
from programmes.rules.style import WHOLE, closeness, weigh_many

TRAIT = st.none() | st.integers(0, 8)
FIVE = st.tuples(TRAIT, TRAIT, TRAIT, TRAIT, TRAIT)


def person(number, *, style="", lead=None, own=None):
    styles = {key: traits for key, traits in (("lead", lead), ("own", own)) if traits}
    return Facts(number, "Given", "Given Family", texts={"style": style} if style else {}, styles=styles)


def weigh(one, other, whose="lead"):
    return Style(whose=whose).weigh(one, other)


def test_nothing_known_of_one_earns_half():
    assert weigh(person(1, lead=(1, 2, 3, 4, 5)), person(2)) == (1, 2, "unknown", {})
    assert (
        weigh(person(1, lead=(1, None, None, None, None)), person(2, lead=(None, 2, None, None, None)))[2] == "unknown"
    )


def test_traits_count_by_the_square_of_their_distance():
    same = weigh(person(1, lead=(4, 4, 4, 4, 4)), person(2, lead=(4, 4, 4, 4, 4)))
    assert same == (WHOLE, WHOLE, "alike", {})
    apart = weigh(person(1, lead=(0, 0, 0, 0, 0)), person(2, lead=(8, 8, 8, 8, 8)))
    assert apart == (0, WHOLE, "different", {})
    assert closeness((4, 4, 4, 4, None), (2, 4, 4, 4, 4)) == WHOLE - 4 - 32


def test_the_leads_view_counts_where_both_are_on_record_unless_the_model_says_otherwise():
    one = person(1, lead=(0, 0, 0, 0, 0), own=(8, 8, 8, 8, 8))
    other = person(2, own=(8, 8, 8, 8, 8))
    assert weigh(one, other)[2] == "different"
    assert weigh(one, other, whose="own")[2] == "alike"


def test_words_and_traits_count_the_same():
    one = person(1, style="quiet, patient", lead=(4, 4, 4, 4, 4))
    other = person(2, style="Patient, quiet", lead=(4, 4, 4, 4, 4))
    part, whole, answer, _ = weigh(one, other)
    assert part == whole
    assert answer == "alike"
    part, whole, answer, _ = weigh(one, person(2, style="quiet, loud", lead=(4, 4, 4, 4, 4)))
    assert (8 * part, answer) == (7 * whole, "partly")  # three quarters of the words, all of the traits


def test_ordinary_words_of_a_lead_count_for_those_who_share_them_and_against_nobody():
    harpreet = person(1, style="quiet; needs someone patient")
    assert weigh(harpreet, person(2, style="very patient, calm"))[:3] == (3, 4, "partly")
    assert weigh(harpreet, person(2, style="Patient and quiet")) == (4, 4, "alike", {})
    # Free words that differ say nothing of two people: no less than of those of whom nothing is known.
    assert weigh(harpreet, person(2, style="organised")) == (1, 2, "unknown", {})
    assert weigh(harpreet, person(2, style="needs someone very")) == (1, 2, "unknown", {})


WORDS = st.lists(st.sampled_from(["quiet", "patient", "calm", "loud", "needs", "very"]), max_size=4).map(", ".join)
SIDE = st.lists(st.tuples(WORDS, FIVE), min_size=1, max_size=4)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(SIDE, SIDE)
def test_many_are_weighed_as_two_are(ours, theirs):
    mentees, mentors = (
        [person(number, style=words, lead=traits) for number, (words, traits) in enumerate(side)]
        for side in (ours, theirs)
    )
    rows, cols = np.arange(len(mentees)), np.arange(len(mentors))
    part, whole = np.broadcast_arrays(*weigh_many(mentees, mentors, whose="lead")(rows, cols))
    for row, one in enumerate(mentees):
        for col, other in enumerate(mentors):
            a, b, _, _ = weigh(one, other)
            assert a * whole[row, col] == b * part[row, col]


@pytest.mark.parametrize("whose", ["lead", "own"])
@given(FIVE, FIVE)
def test_it_is_the_same_seen_from_both_sides_and_never_over_the_whole(whose, ours, theirs):
    one, other = person(1, lead=ours), person(2, lead=theirs)
    assert weigh(one, other, whose) == weigh(other, one, whose)
    part, whole, _, _ = weigh(one, other, whose)
    assert 0 <= part <= whole
