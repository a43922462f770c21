"""Why not: the loss, the place and the changes equal those of solving again with the pair pinned."""

from dataclasses import replace

import numpy as np
import pytest

from matching.engine import Infeasible, Mentee, Mentor, solve
from matching.engine.assignment import POLICIES, Assignment
from matching.engine.reading import read
from matching.engine.refusing import ask
from matching.engine.solving import find_plan

from .oracle import random_problem
from .test_solving import dense


@pytest.mark.parametrize("policy", ["best_overall", "even", "weakest"])
def test_every_pair_of_tiny_problems_equals_a_new_solution(policy):
    lost = asked = 0
    for seed in range(120):
        problem = random_problem(seed, policy=policy)
        try:
            plan = find_plan(read(problem))
        except Infeasible:
            continue
        before = {(i, j) for i, j, _ in solve(problem).pairs}
        for mentee in problem.mentees:
            for mentor in problem.mentors:
                answer = ask(plan, mentee.id, mentor.id)
                lost += answer.loses_a_place
                asked += _equals_a_new_solution(problem, before, mentee.id, mentor.id, answer)
    assert asked > 100
    assert lost > 10


def test_middle_size_equals_a_new_solution():
    dice = np.random.default_rng(5)
    problem = dense(dice.integers(0, 10_000, (90, 40)), dice.integers(1, 3, 40))
    problem = replace(problem, mentees=[replace(one, waited=int(dice.integers(0, 3))) for one in problem.mentees])
    plan = find_plan(read(problem))
    before = {(i, j) for i, j, _ in solve(problem).pairs}
    lost = 0
    for _ in range(12):
        i, j = f"e{dice.integers(90):04}", f"o{dice.integers(40):04}"
        answer = ask(plan, i, j)
        lost += answer.loses_a_place
        _equals_a_new_solution(problem, before, i, j, answer)
    assert lost > 0


def test_five_hundred_random_pairs_equal_new_solutions():
    """Fifty of each of ten problems of middle size, some with too few places, several slots or waits."""
    asked = lost = 0
    for seed in range(10):
        dice = np.random.default_rng(100 + seed)
        rows, cols = int(dice.integers(20, 40)), int(dice.integers(10, 20))
        problem = dense(dice.integers(0, (10_000, 40)[seed % 2], (rows, cols)), dice.integers(1, 3, cols))
        mentees = [
            replace(one, slots=1 + int(seed % 3 == 0 and dice.random() < 0.3), waited=int(dice.integers(0, 3)))
            for one in problem.mentees
        ]
        problem = replace(problem, mentees=mentees)
        plan = find_plan(read(problem))
        before = {(i, j) for i, j, _ in solve(problem).pairs}
        others = [(i, j) for i, j, _ in problem.pairs if (i, j) not in before]
        for at in dice.choice(len(others), 50, replace=False):
            answer = ask(plan, *others[at])
            assert answer.allowed
            asked += _equals_a_new_solution(problem, before, *others[at], answer)
            lost += answer.loses_a_place
    assert asked == 500
    assert lost >= 50


def test_a_pair_in_the_plan_costs_nothing():
    problem = Assignment([Mentee("a")], [Mentor("X")], [("a", "X", 5)])
    answer = ask(find_plan(read(problem)), "a", "X")
    assert (answer.allowed, answer.rule, answer.loss, answer.then) == (True, None, 0, ())


@pytest.mark.parametrize(
    ("problem", "rule"),
    [
        (Assignment([Mentee("a")], [Mentor("X")], []), "This pair is not among the allowed pairs."),
        (
            Assignment([Mentee("a"), Mentee("b")], [Mentor("X")], [("a", "X", 1), ("b", "X", 1)], [("b", "X")]),
            "Every place of this mentor holds a pinned pair.",
        ),
        (
            Assignment([Mentee("a")], [Mentor("X"), Mentor("Y", 1, 1)], [("a", "X", 1), ("a", "Y", 1)]),
            "Mentor Y would fall below the minimum.",
        ),
        (
            Assignment([Mentee("a")], [Mentor("X"), Mentor("Y")], [("a", "X", 1), ("a", "Y", 1)], [("a", "Y")]),
            "Every slot of this mentee holds a pinned pair.",
        ),
        (
            Assignment(
                [Mentee("a"), Mentee("b")],
                [Mentor("X"), Mentor("Y")],
                [("a", "X", 1), ("a", "Y", 9), ("b", "X", 9), ("b", "Y", 9)],
                policy="raise_floor",
            ),
            "This pair is below the floor that the policy found for everybody.",
        ),
    ],
)
def test_pairs_that_are_not_allowed_name_the_rule(problem, rule):
    answer = ask(find_plan(read(problem)), "a", "X")
    assert (answer.allowed, answer.rule, answer.then) == (False, rule, ())


def test_no_policy_is_forgotten_here():
    assert set(POLICIES) == {"best_overall", "raise_floor", "even", "weakest"}


def _equals_a_new_solution(problem: Assignment, before: set, i: str, j: str, answer) -> bool:
    if (i, j) in before:
        assert (answer.allowed, answer.loss, answer.then) == (True, 0, ())
        return False
    if not answer.allowed:
        if answer.rule.endswith("below the minimum."):
            with pytest.raises(Infeasible):
                solve(replace(problem, pinned=[*problem.pinned, (i, j)]))
        return False
    again = solve(replace(problem, pinned=[*problem.pinned, (i, j)]))
    after = {(a, b) for a, b, _ in again.pairs}
    out = {a for a, _ in before} - {a for a, _ in after}
    assert answer.loss == solve(problem).total - again.total
    assert set(answer.then) == (after - before) | {(one, None) for one in out}
    assert answer.loses_a_place == any(
        sum(a == one.id for a, _ in after) < sum(a == one.id for a, _ in before) for one in problem.mentees
    )
    return True
