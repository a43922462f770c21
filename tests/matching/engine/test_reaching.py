"""Why not, at any size, is what the bare layer says with every pair at hand, and what solving again shows."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.engine_problems import problem as believable
from matching.engine import BadProblem, Infeasible, reaching
from matching.engine.assignment import POLICIES
from matching.engine.national import find, solve_problem
from matching.engine.reaching import ask
from matching.engine.reading import read
from matching.engine.refusing import ask as ask_bare
from matching.engine.scoring import scored
from matching.engine.solving import find_plan

from .test_national import bare, with_limits


@pytest.mark.parametrize("policy", POLICIES)
def test_every_answer_equals_the_bare_layers(policy, monkeypatch):
    """Every other problem is searched mentee by mentee, as one of thousands is searched in parts."""
    kinds = {"lost": 0, "cost": 0, "refused": 0}
    for seed in range(8):
        monkeypatch.setattr(reaching, "TOGETHER", (64, 1)[seed % 2])
        problem = with_limits(seed, rows=14, cols=9)
        if policy != "best_overall":
            problem = replace(problem, objective="most_matched_then_total")
        if seed % 4 == 1:
            problem = replace(problem, pinned=[(i, j) for i, j, _ in solve_problem(problem).pairs[:1]])
        if seed % 3 == 0:  # few scores, many equals
            problem = replace(problem, rules=problem.rules[:2], preferences=())
        try:
            plan = find_plan(read(replace(bare(problem), policy=policy)))
        except Infeasible:
            continue
        found = find(scored(problem, policy))
        for mentee in problem.mentees.ids:
            for mentor in problem.mentors.ids:
                answer = ask(found, mentee, mentor)
                assert answer == ask_bare(plan, mentee, mentor), (seed, mentee, mentor)
                kinds["lost"] += answer.loses_a_place
                kinds["cost"] += answer.loss > 0
                kinds["refused"] += not answer.allowed
    assert min(kinds.values()) > 10


@pytest.mark.parametrize(
    ("shape", "size", "pairs", "least"),
    [("plain", 80, 150, 50), ("shortage", 100, 200, 100), ("no answers", 60, 80, 8), ("identical wishes", 60, 70, 10)],
)
def test_random_pairs_equal_new_solutions(shape, size, pairs, least):
    """Five hundred in all. Some mentees have waited longer, and with too few places somebody loses one: how many at
    least."""
    dice = np.random.default_rng(size)
    problem = believable(size, size // 2, 5, shape)
    problem = replace(problem, waited=dice.integers(0, 3, size))
    found, base = find(problem), solve_problem(problem)
    before = {(i, j) for i, j, _ in base.pairs}
    lost = asked = 0
    while asked < pairs:
        i, j = problem.mentees.ids[dice.integers(size)], problem.mentors.ids[dice.integers(size // 2)]
        answer = ask(found, i, j)
        if not answer.allowed or (i, j) in before:
            continue
        again = solve_problem(replace(problem, pinned=[(i, j)]))
        after = {(a, b) for a, b, _ in again.pairs}
        out = {a for a, _ in before} - {a for a, _ in after}
        assert answer.loss == base.total - again.total
        assert set(answer.then) == (after - before) | {(one, None) for one in out}
        assert answer.loses_a_place == bool(out)
        lost += answer.loses_a_place
        asked += 1
    assert lost >= least


def test_ways_that_cost_the_same_are_all_found_however_late(monkeypatch):
    """Few scores, many equals, and mentees looked at one by one: the last of several cheapest ways may be the one."""
    monkeypatch.setattr(reaching, "TOGETHER", 1)
    problem = with_limits(39, rows=14, cols=9)
    problem = replace(problem, objective="most_matched_then_total", rules=problem.rules[:2], preferences=())
    plan, found = find_plan(read(bare(problem))), find(problem)
    for mentee in problem.mentees.ids:
        for mentor in problem.mentors.ids:
            assert ask(found, mentee, mentor) == ask_bare(plan, mentee, mentor)


def test_nobody_unknown_is_asked_for():
    found = find(with_limits(1))
    with pytest.raises(BadProblem, match="no mentor with the id nobody"):
        ask(found, found.problem.mentees[0], "nobody")
