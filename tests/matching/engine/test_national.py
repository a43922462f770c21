"""A problem of facts has the same answer as the bare layer given every pair of it."""

from dataclasses import replace
from threading import active_count

import numpy as np
import pytest

from matching.engine import (
    Assignment,
    BadProblem,
    Cancelled,
    Infeasible,
    Mentee,
    Mentor,
    bidding,
    covering,
    growing,
    settling,
    solve,
    sweeping,
)
from matching.engine.assignment import POLICIES
from matching.engine.describing import describe
from matching.engine.facts import Affinity, People, Problem, Rule, Same
from matching.engine.national import solve_problem
from matching.engine.scoring import scored

from .test_scoring import random_facts

pytestmark = pytest.mark.usefixtures("both_masters")


def with_limits(seed: int, rows: int = 20, cols: int = 15) -> Problem:
    dice = np.random.default_rng(seed)
    problem = random_facts(seed, rows, cols)
    capacity = dice.integers(0, 4, cols)
    return replace(
        problem,
        slots=dice.integers(0, 3, rows) if seed % 2 else np.ones(rows, dtype=np.int64),
        waited=dice.integers(0, 3, rows) if seed % 3 else np.zeros(rows, dtype=np.int64),
        capacity=capacity,
        minimum=np.minimum(capacity, dice.integers(0, 2, cols)) if seed % 4 == 0 else np.zeros(cols, dtype=np.int64),
        objective="total" if seed % 5 == 0 else "most_matched_then_total",
    )


def bare(problem: Problem) -> Assignment:
    mentees, mentors = problem.mentees.ids, problem.mentors.ids
    pairs = []
    for i, mentee in enumerate(mentees):
        for j, mentor in enumerate(mentors):
            said = describe(problem, i, j)
            if not said.forbidden:
                pairs.append((mentee, mentor, said.score / 100))
    return Assignment(
        [Mentee(*each) for each in zip(mentees, problem.slots.tolist(), problem.waited.tolist(), strict=True)],
        [Mentor(*each) for each in zip(mentors, problem.capacity.tolist(), problem.minimum.tolist(), strict=True)],
        pairs,
        problem.pinned,
        problem.objective,
    )


def same(problem: Problem, policy: str = "best_overall") -> bool:
    try:
        expected = solve(replace(bare(problem), policy=policy))
    except Infeasible as reason:
        with pytest.raises(Infeasible, match=str(reason).split(":")[0]):
            solve_problem(scored(problem, policy))
        return False
    found = solve_problem(scored(problem, policy))
    assert found.pairs == expected.pairs
    assert (found.total, found.filled, found.matched) == (expected.total, expected.filled, expected.matched)
    for one, other in zip(found.unmatched, expected.unmatched, strict=True):
        assert (one.mentee, one.reason, one.mentors) == (other.mentee, other.reason, other.mentors)
        assert set(one.competitors) - {one.mentee} == set(other.competitors)
    return True


@pytest.mark.parametrize("seed", range(40))
def test_small_problems_equal_the_bare_layer(seed):
    same(with_limits(seed))


@pytest.mark.parametrize("seed", range(20))
def test_people_of_few_kinds_have_the_answer_of_the_bare_layer(seed):
    problem = with_limits(seed)
    team = next((rule for rule in problem.rules if rule.condition == Same("team")), None)
    for side in (problem.mentees, problem.mentors):
        side.codes["band"][:], side.codes["region"][:] = side.codes["band"] % 2, side.codes["region"] % 2
    problem = replace(
        problem,
        capacity=problem.capacity + 1 + seed % 3,
        rules=[team] if team else [],
        preferences=problem.preferences[:1],
        managers=(),
    )
    assert scored(problem).blocks.kinds() is not None
    same(problem)


@pytest.mark.parametrize("policy", POLICIES[1:])
def test_every_policy_equals_the_bare_layer(policy):
    solved = 0
    for seed in range(40):
        problem = replace(with_limits(seed), objective="most_matched_then_total")
        if seed % 3 == 0:  # few scores, many equals
            problem = replace(problem, rules=problem.rules[:2], preferences=())
        solved += same(problem, policy)
    assert solved > 25


@pytest.mark.parametrize("seed", range(40))
def test_every_setting_gives_the_same_answer(monkeypatch, seed):
    problem = with_limits(seed)
    settings = {
        growing: {"FIRST": 2, "MORE": 1, "KEPT": 1, "WORTH_BIDDING": 0, "WORTH_TWO": 0, "MANY": 10**6},
        sweeping: {"FIRST": 2, "NOTED": 3, "CROWD": 3, "NEAR": (1, 1000)[seed % 2], "THREADS": 1},
        covering: {"SIZE": 30, "TALL": 4, "WIDE": 7},
        bidding: {"FINE": 1, "FEW": (0, 100)[seed % 2]},
        settling: {"TIGHT": (0, 20)[seed % 3 == 0]},
    }
    for module, values in settings.items():
        for name, value in values.items():
            monkeypatch.setattr(module, name, value)
    same(problem)


def test_pins_are_kept():
    problem = with_limits(7)
    plain = solve_problem(problem)
    taken = {(i, j) for i, j, _ in plain.pairs}
    pair = next(
        (i, j) for i, j, _ in bare(problem).pairs
        if (i, j) not in taken and i in {one for one, _ in taken} and j in {one for _, one in taken}
    )  # fmt: skip
    pinned = replace(problem, pinned=[pair])
    assert pair in {(i, j) for i, j, _ in solve_problem(pinned).pairs}
    same(pinned)


def test_everybody_alike_still_has_one_answer():
    """No answers, no preferences: every plan is equally good, and the tie-break alone decides."""
    rows, cols = 300, 120
    ids = [f"e{at}" for at in range(rows)], [f"o{at}" for at in range(cols)]
    code = {"team": np.zeros(rows, dtype=np.int64)}, {"team": np.zeros(cols, dtype=np.int64)}
    problem = Problem(
        People(ids[0], code[0]), People(ids[1], code[1]), np.ones(rows, dtype=np.int64),
        np.zeros(rows, dtype=np.int64), np.full(cols, 2), np.zeros(cols, dtype=np.int64),
        [Rule("team", "Same team", Same("team"))],
    )  # fmt: skip
    assert same(problem)


def test_clashing_minimums_name_everybody_who_clashes():
    """Mentees of team 0 can go to three mentors who need four between them; team 1 is well off."""
    team = {"team": np.array([0, 0, 0, 1, 1])}, {"team": np.array([0, 0, 0, 1])}
    problem = Problem(
        People(list("abcde"), team[0]), People(list("WXYZ"), team[1]), np.ones(5, dtype=np.int64),
        np.zeros(5, dtype=np.int64), np.array([2, 2, 2, 2]), np.array([2, 1, 1, 2]),
        [Rule("team", "Same team", Same("team"))],
    )  # fmt: skip
    sentence = (
        "The minimums cannot be met: mentors W, X and Y must have 4 mentees in all, "
        "but only 3 of the places can be filled by the 3 mentees they may have."
    )
    for one in (lambda: solve_problem(problem), lambda: solve(bare(problem))):
        with pytest.raises(Infeasible) as reason:
            one()
        assert str(reason.value) == sentence


def test_progress_and_cancelling():
    problem = with_limits(1)
    told = []
    solve_problem(problem, progress=lambda *call: told.append(call))
    assert {stage for stage, _, _ in told} >= {"Comparing all pairs", "Placing people"}
    assert all(0 <= done <= of for _, done, of in told)
    with pytest.raises(Cancelled):
        solve_problem(problem, cancelled=lambda: True)


def test_cancelling_at_any_moment_leaves_nothing_behind():
    problem = with_limits(3, rows=24)
    expected = replace(solve_problem(problem), seconds=0)
    calls = []
    solve_problem(problem, cancelled=lambda: bool(calls.append(1)))
    threads = active_count()
    for moment in range(len(calls)):
        left = [moment]

        def stop(left=left) -> bool:
            left[0] -= 1
            return left[0] < 0

        with pytest.raises(Cancelled):
            solve_problem(problem, cancelled=stop)
    assert active_count() == threads
    assert replace(solve_problem(problem), seconds=0) == expected


def test_bad_facts_are_refused():
    problem = with_limits(1)
    for wrong, sentence in (
        ({"pinned": [("p0", "nobody")]}, "names somebody"),
        ({"pinned": [(problem.mentees.ids[0], problem.mentees.ids[0])]}, "names somebody|not an allowed pair"),
        ({"capacity": problem.capacity - 5}, "never negative"),
        ({"mentees": replace(problem.mentees, ids=["p0"] * 20)}, "same id"),
        ({"preferences": [Affinity("a", "A", "band", "band", np.zeros((1, 1), dtype=np.int64))]}, "smaller than"),
        ({"rules": [Rule("r", "R", Same("team"), strength="perhaps")]}, "strength"),
    ):
        with pytest.raises(BadProblem, match=sentence):
            solve_problem(replace(problem, **wrong))
