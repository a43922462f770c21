"""Lines of management that are no tree: several managers, cycles, and lines from one organisation to another. The fast
scorer is held against a walk by hand, pair by pair."""

from itertools import product
from random import Random

import numpy as np
import pytest

from matching.engine.describing import describe
from matching.engine.facts import Managed, People, Problem, Rule, Same
from matching.engine.lines import above, by_person, cycles
from matching.engine.national import solve_problem
from matching.engine.scoring import FORBIDDEN, Scorer


def barred(edges, mentees, mentors, depth=None, organisation=None, **rule):
    """The pairs that the rule forbids, by the scorer; the plain description must say the same."""
    one, nothing = np.ones(len(mentees), dtype=np.int64), np.zeros(len(mentors), dtype=np.int64)
    codes = [{"organisation": np.array([(organisation or {}).get(p, 0) for p in side])} for side in (mentees, mentors)]
    problem = Problem(
        People(mentees, codes[0]), People(mentors, codes[1]), one, 0 * one, nothing + 1, nothing,
        [Rule("line", "No line manager", Managed(depth), wanted=False, **rule)], managers=edges,
    )  # fmt: skip
    scores = Scorer(problem).block(0, len(mentees))
    found = set()
    for (i, mentee), (j, mentor) in product(enumerate(mentees), enumerate(mentors)):
        assert (scores[i, j] <= FORBIDDEN / 2) == bool(describe(problem, i, j).forbidden), (mentee, mentor)
        if scores[i, j] <= FORBIDDEN / 2 and mentee != mentor:
            found.add((mentee, mentor))
    return found


def test_every_manager_counts_however_many_there_are():
    edges = [("ann", "bea"), ("ann", "cat"), ("bea", "dot"), ("cat", "dot"), ("cat", "eve")]
    everybody = ["ann", "bea", "cat", "dot", "eve"]
    assert barred(edges, ["ann"], everybody) == {("ann", one) for one in ("bea", "cat", "dot", "eve")}
    assert barred(edges, ["ann"], everybody, depth=1) == {("ann", "bea"), ("ann", "cat")}
    # Both ways: nobody is mentored by somebody whom they manage either.
    assert barred(edges, ["eve"], everybody, depth=1) == {("eve", "cat")}
    assert barred(edges, ["eve"], everybody, depth=2) == {("eve", "cat"), ("eve", "ann")}
    # Two who share a manager are not in line.
    assert ("bea", "cat") not in barred(edges, ["bea"], everybody)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_in_a_cycle_everybody_manages_everybody(size):
    ring = [f"r{at}" for at in range(size)]
    edges = [(one, ring[(at + 1) % size]) for at, one in enumerate(ring)]
    edges += [("low", "r0"), (ring[-1], "high")]
    everybody = [*ring, "low", "high", "apart"]
    found = barred(edges, everybody, everybody)
    line = {(a, b) for a, b in product(ring, ring) if a != b}
    line |= {pair for one in [*ring, "high"] for pair in (("low", one), (one, "low"))}
    line |= {pair for one in ring for pair in (("high", one), (one, "high"))}
    assert found == line
    assert cycles(edges) == [sorted(ring)]


def test_two_cycles_joined_by_a_line_are_two():
    edges = [("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"), ("a", "c")]
    assert cycles(edges) == [["a", "b"], ["c", "d"]]
    managers = by_person(edges)
    assert above(managers, "b", None) == {"a", "c", "d"}
    assert above(managers, "d", None) == {"c"}


def test_lines_reach_across_organisations():
    """A pharmacist of one trust is managed from another; being in one organisation has nothing to do with it."""
    edges = [("ann", "bea"), ("bea", "cat")]
    organisation = {"ann": 0, "bea": 1, "cat": 0, "dot": 1}
    everybody = ["ann", "bea", "cat", "dot"]
    assert barred(edges, ["ann"], everybody, organisation=organisation) == {("ann", "bea"), ("ann", "cat")}
    one, nothing = np.ones(2, dtype=np.int64), np.zeros(3, dtype=np.int64)
    problem = Problem(
        People(["ann", "eve"], {"organisation": np.array([0, 1])}),
        People(["bea", "cat", "dot"], {"organisation": np.array([1, 0, 1])}), one, 0 * one, nothing + 1, nothing,
        [
            Rule("line", "No line manager", Managed(), wanted=False),
            Rule("other", "Another organisation", Same("organisation"), wanted=False),
        ],
        managers=[*edges, ("eve", "dot"), ("dot", "eve")],
    )  # fmt: skip
    assert {pair[:2] for pair in solve_problem(problem).pairs} == {("ann", "dot"), ("eve", "cat")}


def test_only_named_pairs_are_overridden_and_only_where_a_rule_should():
    edges = [("ann", "bea"), ("ann", "cat")]
    aside = {"overridden": frozenset({("ann", "bea")})}
    assert barred(edges, ["ann"], ["bea", "cat"], strength="should", **aside) == {("ann", "cat")}
    assert barred(edges, ["ann"], ["bea", "cat"], strength="must", **aside) == {("ann", "bea"), ("ann", "cat")}


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("depth", [1, 2, 3, None])
def test_random_lines_equal_a_walk_by_hand(seed, depth):
    dice = Random(seed)
    people = [f"p{at}" for at in range(14)]
    edges = [(dice.choice(people), dice.choice(people)) for _ in range(dice.randint(5, 25))]
    mentees, mentors = dice.sample(people, 9), dice.sample(people, 9)

    steps = depth or len(people)
    expected = {
        (a, b)
        for a, b in product(mentees, mentors)
        if a != b and (_reaches(edges, a, b, steps) or _reaches(edges, b, a, steps))
    }
    assert barred(edges, mentees, mentors, depth) == expected


def _reaches(edges, person, manager, steps):
    level = {person}
    for _ in range(steps):
        level = {high for low, high in edges if low in level}
        if manager in level:
            return True
    return False
