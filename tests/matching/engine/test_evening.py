"""Mentors who could serve as well are used evenly, at no cost to anything else. That it is the evenest plan of all is
shown by trying every plan (test_solving)."""

from collections import Counter

import numpy as np
import pytest

from matching.engine import Assignment, Mentee, Mentor, settling, solve
from matching.engine.evening import evenness
from matching.engine.facts import People, Problem, Rule, Same
from matching.engine.national import solve_problem
from matching.engine.reading import read
from matching.engine.refusing import ask
from matching.engine.solving import find_plan


def loads(pairs) -> list[int]:
    return sorted(Counter(mentor for _, mentor, _ in pairs).values())


def alike(mentees: int, capacity: list[int], **more) -> Assignment:
    people = [Mentee(f"e{at}") for at in range(mentees)]
    mentors = [Mentor(f"o{at}", room) for at, room in enumerate(capacity)]
    return Assignment(people, mentors, [(i.id, j.id, 50) for i in people for j in mentors], **more)


@pytest.mark.parametrize(
    ("mentees", "capacity", "expected"),
    [(2, [2, 2], [1, 1]), (5, [3, 3, 3], [1, 2, 2]), (6, [1, 5, 5], [1, 2, 3]), (4, [10**12, 10**12], [2, 2])],
)
def test_equal_mentors_have_equally_many(mentees, capacity, expected):
    assert loads(solve(alike(mentees, capacity)).pairs) == expected


def test_agreed_pairs_count_too():
    problem = alike(3, [3, 3], pinned=[("e0", "o0"), ("e1", "o0")])
    assert loads(solve(problem).pairs) == [1, 2]


def test_a_better_score_is_never_given_up():
    problem = Assignment(
        [Mentee("a"), Mentee("b")],
        [Mentor("X", 2), Mentor("Y", 2)],
        [("a", "X", 50), ("b", "X", 50), ("a", "Y", "49.9999"), ("b", "Y", "49.9999")],
    )
    assert loads(solve(problem).pairs) == [2]


@pytest.mark.parametrize("few", [0, 100_000])
def test_a_whole_team_alike_is_spread_at_any_size(monkeypatch, few):
    """Listed or swept, the pairs without slack give the same even plan."""
    monkeypatch.setattr(settling, "FEW", few)
    monkeypatch.setattr(settling, "TIGHT", 0)
    rows, cols = 200, 90
    team = {"team": np.zeros(rows, dtype=np.int64)}, {"team": np.zeros(cols, dtype=np.int64)}
    problem = Problem(
        People([f"e{at}" for at in range(rows)], team[0]), People([f"o{at}" for at in range(cols)], team[1]),
        np.ones(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64), np.full(cols, 4), np.zeros(cols, dtype=np.int64),
        [Rule("team", "Same team", Same("team"))],
    )  # fmt: skip
    assert loads(solve_problem(problem).pairs) == [2] * 70 + [3] * 20


def test_why_not_knows_that_loads_are_even():
    """Moving e0 to the other mentor costs nothing; who moves the other way is the one who keeps loads even."""
    problem = alike(4, [4, 4])
    plan = find_plan(read(problem))
    now = {i: j for i, j, _ in solve(problem).pairs}
    other = {"o0": "o1", "o1": "o0"}[now["e0"]]
    answer = ask(plan, "e0", other)
    assert (answer.loss, answer.loses_a_place, len(answer.then)) == (0, False, 2)


def test_what_places_are_worth_falls_by_one_and_stays_above_nothing():
    assert evenness(np.array([0, 2]), np.array([3, 1]), 100).tolist() == [3, 2, 1, 1]
    assert evenness(np.array([0, 5]), np.array([3, 1]), 2).tolist() == [2, 1, 1, 1]
