"""The plan is the best there is, aim by aim, and the same whatever the order of input."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from matching.engine import Assignment, Cancelled, Infeasible, Mentee, Mentor, growing, solve
from matching.engine.assignment import POLICIES

from .oracle import best, random_problem

pytestmark = pytest.mark.usefixtures("both_masters")


@pytest.mark.parametrize("policy", POLICIES)
def test_tiny_problems_equal_the_best_of_all_plans(policy):
    seen = {"solved": 0, "impossible": 0}
    together = set()
    for seed in range(150):
        problem = random_problem(seed, policy=policy)
        together.add(features(problem))
        expected = best(problem)
        if expected.pairs is None:
            with pytest.raises(Infeasible):
                solve(problem)
            seen["impossible"] += 1
            continue
        solution = solve(problem)
        assert [(i, j) for i, j, _ in solution.pairs] == expected.pairs, seed
        assert solution.total == solution.bound == expected.total, seed
        seen["solved"] += 1
    assert min(seen.values()) > 10
    assert len(together) == 2**4


def features(problem: Assignment) -> tuple[bool, ...]:
    """Several slots, waits, minimums and pins: whether each is there."""
    return (
        any(one.slots > 1 for one in problem.mentees),
        any(one.waited for one in problem.mentees),
        any(one.minimum for one in problem.mentors),
        bool(problem.pinned),
    )


def test_the_auction_and_short_lists_change_nothing(monkeypatch):
    plain = [random_problem(seed, policy=POLICIES[seed % 4]) for seed in range(60)]
    expected = [solved(problem) for problem in plain]
    monkeypatch.setattr(growing, "WORTH_BIDDING", 0)
    monkeypatch.setattr(growing, "FIRST", 1)
    monkeypatch.setattr(growing, "MORE", 1)
    assert [solved(problem) for problem in plain] == expected


def solved(problem):
    """The answer but for the time it took and the prices: other prices may prove it as well."""
    try:
        return replace(solve(problem), seconds=0, prices=())
    except Infeasible as reason:
        return str(reason).split(":")[0]


@pytest.mark.parametrize("seed", range(6))
def test_middle_sizes_equal_scipys_dense_assignment(seed):
    dice = np.random.default_rng(seed)
    rows, cols = int(dice.integers(40, 200)), int(dice.integers(40, 120))
    capacity = dice.integers(1, 4, cols)
    score = dice.integers(0, (101, 6)[seed % 2], (rows, cols))
    solution = solve(dense(score, capacity))
    seats = np.repeat(np.arange(cols), capacity)
    i, j = linear_sum_assignment(score[:, seats], maximize=True)
    assert solution.filled == len(i)
    assert solution.total == int(score[:, seats][i, j].sum())


@pytest.mark.parametrize("policy", POLICIES[1:])
@pytest.mark.parametrize("seed", range(3))
def test_middle_sizes_equal_scipys_dense_assignment_under_every_policy(policy, seed):
    """Each policy in one dense table: a million less the shortfall, beside it the score; or only scores above a floor,
    which is as high as it can be while everybody still finds a place."""
    dice = np.random.default_rng(seed)
    rows, cols = int(dice.integers(60, 120)), int(dice.integers(40, 70))
    capacity = dice.integers(1, 4, cols)
    score = dice.integers(0, 101, (rows, cols))
    seats = np.repeat(np.arange(cols), capacity)
    solution = solve(replace(dense(score, capacity), policy=policy))
    total = [int(value) for _, _, value in solution.pairs]
    if policy == "raise_floor":
        found = {floor: dense_best(np.where(score >= floor, score, -(10**6))[:, seats]) for floor in range(101)}
        floor = max(floor for floor, worth in found.items() if worth >= 0)
        assert (min(total) >= floor, sum(total)) == (True, found[floor])
        return
    power = {"even": 2, "weakest": 4}[policy]
    table = 10**6 - np.array([round(Fraction(10**6 * (100 - one) ** power, 100**power)) for one in range(101)])
    both = table[score] * 2**20 + score
    worth = sum(int(table[one]) for one in total) * 2**20 + sum(total)
    assert worth == dense_best(both[:, seats])


def dense_best(worth: np.ndarray) -> int:
    i, j = linear_sum_assignment(worth, maximize=True)
    return int(worth[i, j].sum())


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_input_changes_nothing(seed):
    dice = Random(seed)
    for number in range(20):
        problem = random_problem(1000 * seed + number, policy=dice.choice(POLICIES))
        shuffled = replace(
            problem,
            **{
                name: dice.sample(list(getattr(problem, name)), len(getattr(problem, name)))
                for name in ("mentees", "mentors", "pairs", "pinned")
            },
        )
        try:
            expected = replace(solve(problem), seconds=0)
        except Infeasible as reason:
            with pytest.raises(Infeasible, match=str(reason).split(":")[0]):
                solve(shuffled)
            continue
        assert replace(solve(shuffled), seconds=0) == expected


def test_scores_are_decimals():
    problem = Assignment([Mentee("a"), Mentee("b")], [Mentor("X", 2)], [("a", "X", 0.1), ("b", "X", 0.2)])
    assert str(solve(problem).total) == "0.3"


def test_scores_too_large_for_one_sum_are_solved_in_stages():
    pairs = [(f"e{i}", f"o{j}", Decimal(6 * 10**13 + 997 * i * j + 1) / 10**4) for i in range(5) for j in range(4)]
    problem = Assignment([Mentee(f"e{i}", 2, i) for i in range(5)], [Mentor(f"o{j}") for j in range(4)], pairs)
    solution = solve(problem)
    assert [(i, j) for i, j, _ in solution.pairs] == best(problem).pairs
    assert len(solution.prices) == 2


def test_progress_tells_true_counts_and_cancelling_stops():
    score = np.random.default_rng(1).integers(0, 100, (60, 30))
    told = []
    solve(dense(score, np.full(30, 2)), progress=lambda *call: told.append(call))
    assert {stage for stage, _, _ in told} >= {"Placing people"}
    assert all(0 <= done <= of for _, done, of in told)
    calls = []
    with pytest.raises(Cancelled):
        solve(dense(score, np.full(30, 2)), cancelled=lambda: bool(calls.append(1)) or len(calls) == 1)
    assert len(calls) == 1


def test_nobody_at_all():
    solution = solve(Assignment([], [], []))
    assert (solution.pairs, solution.total, solution.optimal) == ((), 0, True)


def test_monotone_in_places():
    for seed in range(60):
        problem = random_problem(seed)
        more = replace(problem, mentors=[replace(mentor, capacity=mentor.capacity + 1) for mentor in problem.mentors])
        try:
            before = solve(problem)
        except Infeasible:
            continue
        if problem.objective == "most_matched_then_total":
            assert solve(more).filled >= before.filled
            free = replace(problem, mentors=[replace(mentor, minimum=0) for mentor in problem.mentors])
            assert (solve(free).filled, solve(free).matched) == (before.filled, before.matched)


def dense(score: np.ndarray, capacity: np.ndarray) -> Assignment:
    return Assignment(
        [Mentee(f"e{i:04}") for i in range(score.shape[0])],
        [Mentor(f"o{j:04}", int(capacity[j])) for j in range(score.shape[1])],
        [(f"e{i:04}", f"o{j:04}", int(score[i, j])) for i in range(score.shape[0]) for j in range(score.shape[1])],
    )
