"""Matching again changes what it must and no more, and says so truly."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from matching.engine import Assignment, BadProblem, Infeasible, Mentee, Mentor, rematch, solve
from matching.engine.rematching import MODES

from .oracle import all_plans, places, random_problem


def changed(seed: int) -> tuple[Assignment, list[tuple[str, str]]]:
    """A tiny problem, and pairs published when it looked different."""
    dice = Random(seed)
    problem = replace(random_problem(seed), pinned=())
    could = [(i, j) for i, j, _ in problem.pairs]
    published = dice.sample(could, min(len(could), 3))
    kept = [pair for pair in problem.pairs if dice.random() < 0.85]
    return replace(problem, pairs=kept), published


def test_fewest_changes_equals_the_best_of_all_plans():
    solved = 0
    for seed in range(150):
        problem, published = changed(seed)
        plans = all_plans(problem)
        if not plans:
            with pytest.raises(Infeasible):
                rematch(problem, published, mode="fewest")
            continue
        score = {(i, j): s for i, j, s in problem.pairs}

        def aims(plan, problem=problem, published=published, score=score):
            counts, waits = slots_then_waits(problem, plan)
            return (counts, len(set(plan) & set(published)), waits, round(sum(score[pair] for pair in plan), 4))

        result = rematch(problem, published, mode="fewest")
        found = tuple((i, j) for i, j, _ in result.solution.pairs)
        assert aims(found) == max(aims(plan) for plan in plans), seed
        solved += 1
    assert solved > 80


def slots_then_waits(problem, plan):
    most = places(problem, plan)
    return (most[:2], most[2:]) if most else ((), ())


@pytest.mark.parametrize("mode", MODES)
def test_the_report_accounts_for_every_pair(mode):
    for seed in range(60):
        problem, published = changed(seed)
        try:
            result = rematch(problem, published, mode=mode, gain=20 if mode == "worth_it" else 0)
        except Infeasible:
            continue
        now = {(i, j) for i, j, _ in result.solution.pairs}
        gone = [(i, old) for i, old, _ in result.moved] + list(result.released)
        come = [(i, fresh) for i, _, fresh in result.moved] + list(result.new)
        assert sorted(gone + list(result.kept)) == sorted(published)
        assert sorted(come + list(result.kept)) == sorted(now)
        assert set(result.ruled_out) == set(published) - {(i, j) for i, j, _ in problem.pairs}
        score = {(i, j): s for i, j, s in problem.pairs}
        assert float(result.solution.total) == pytest.approx(sum(score[pair] for pair in now))


def test_keep_holds_what_still_fits_and_says_what_freedom_would_bring():
    problem = Assignment(
        [Mentee("a"), Mentee("b")],
        [Mentor("X"), Mentor("Y")],
        [("a", "X", 10), ("a", "Y", 90), ("b", "X", 10)],
    )
    result = rematch(problem, [("a", "X"), ("gone", "Y")])
    assert (result.kept, result.ruled_out, result.freer) == ((("a", "X"),), (("gone", "Y"),), 1)
    freer = rematch(problem, [("a", "X"), ("gone", "Y")], mode="fewest")
    assert (freer.moved, freer.new) == ((("a", "X", "Y"),), (("b", "X"),))


def test_a_fallen_capacity_releases_the_weakest_pair():
    problem = Assignment(
        [Mentee(one) for one in "abc"], [Mentor("X", 2)], [("a", "X", 5), ("b", "X", 1), ("c", "X", 9)]
    )
    result = rematch(problem, [("a", "X"), ("b", "X"), ("c", "X")])
    assert (result.kept, result.released) == ((("a", "X"), ("c", "X")), (("b", "X"),))


@pytest.mark.parametrize(("gain", "mentor"), [("9.9999", "Y"), ("10.0001", "X")])
def test_worth_it_moves_only_for_more_than_the_gain(gain, mentor):
    problem = Assignment([Mentee("a")], [Mentor("X"), Mentor("Y")], [("a", "X", 50), ("a", "Y", 60)])
    result = rematch(problem, [("a", "X")], mode="worth_it", gain=gain)
    assert result.solution.pairs[0][1] == mentor
    assert result.solution.total == {"X": 50, "Y": 60}[mentor]


def test_nothing_published_is_a_plain_solution():
    for seed in range(20):
        problem = random_problem(seed)
        try:
            plain = solve(problem).pairs
        except Infeasible:
            continue
        assert all(rematch(problem, [], mode=mode).solution.pairs == plain for mode in MODES)


@pytest.mark.parametrize("wrong", [{"mode": "best"}, {"gain": 5}, {"mode": "worth_it", "gain": -1}])
def test_wrong_wishes_are_refused(wrong):
    with pytest.raises(BadProblem):
        rematch(Assignment([], [], []), [], **wrong)
    with pytest.raises(BadProblem):
        rematch(Assignment([], [], []), [("a", "b")] * 2)


def test_more_is_never_kept_than_fits():
    for seed in range(40):
        problem, published = changed(seed)
        try:
            result = rematch(problem, published)
        except Infeasible:
            continue
        has = Counter(j for _, j in result.kept)
        assert all(has[mentor.id] <= mentor.capacity for mentor in problem.mentors)
        assert result.freer >= 0
