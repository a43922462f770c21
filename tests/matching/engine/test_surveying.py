"""Plans judged at any size are judged as in the bare layer, which has every pair at hand."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from matching.engine import Infeasible, surveying
from matching.engine.describing import describe
from matching.engine.facts import People, Problem, Rule, Same
from matching.engine.judging import Opening, Stability, compare, openings
from matching.engine.national import answer, find
from matching.engine.scoring import without
from matching.engine.surveying import compare_all, in_words, openings_of, stability_of

from .plain import random_scored
from .test_national import bare, with_limits


def test_policies_side_by_side_equal_the_bare_layers():
    blocking = 0
    for seed in range(10):
        problem = with_limits(seed)
        if seed % 3 == 0:
            roomier = replace(problem, slots=problem.slots + 1, capacity=problem.capacity + 1)
            problem = replace(roomier, pinned=[pair[:2] for pair in bare(problem).pairs[:1]])
        try:
            expected = compare(bare(problem))
        except Infeasible:
            continue
        for one, other in zip(compare_all(problem), expected, strict=True):
            assert (one.policy, one.lowest, one.weakest_twentieth, one.mean) == (
                other.policy, other.lowest, other.weakest_twentieth, other.mean,
            )  # fmt: skip
            assert one.stability == other.stability, seed
            assert one.solution.pairs == other.solution.pairs
            blocking += one.stability.pairs
    assert blocking > 50


def test_who_would_rather_swap_is_counted_pair_by_pair(monkeypatch):
    """Scores of which very many are equal: whoever holds as much would not rather have another. In several blocks."""
    monkeypatch.setattr(surveying, "ROWS", 4)
    counted = {"most_matched_then_total": 0, "total": 0}
    for seed in range(60):
        problem = random_scored(seed)
        found = find(problem)
        plan = {(int(i[1:]), int(j[1:])): int(s * 100) for i, j, s in answer(found, 0).pairs}
        free = 0 if problem.objective == "total" else -np.inf

        def least(side, number, room, plan=plan, free=free):
            held = [score for pair, score in plan.items() if pair[side] == number]
            return free if len(held) < room else min(held, default=np.inf)

        pairs = [
            (i, j)
            for i in range(len(problem.mentees))
            for j in range(len(problem.mentors))
            if (i, j) not in plan
            and problem.score(i, j) is not None
            and problem.score(i, j) > least(0, i, problem.slots[i])
            and problem.score(i, j) > least(1, j, problem.capacity[j])
        ]
        assert stability_of(found) == Stability(len(pairs), len({i for i, _ in pairs})), seed
        counted[problem.objective] += len(pairs)
    assert min(counted.values()) > 5


def test_openings_equal_the_bare_layers():
    more = opened = 0
    for seed in range(12):
        problem = replace(with_limits(seed), minimum=np.zeros(15, dtype=np.int64))
        problem = replace(problem, rules=[replace(rule, strength="must") for rule in problem.rules[:3]])
        found = find(problem)
        mentee = problem.mentees.ids[0]
        rules = {rule.name: partial(without, problem, rule.name) for rule in problem.rules}
        by_pairs = {name: _opened(problem, name) for name in rules}
        answers = openings_of(found, mentee, rules)
        assert answers == openings(bare(problem), mentee, by_pairs), seed
        more += sum(one.more for one in answers)
        opened += sum(one.mentors for one in answers)
    assert min(more, opened) > 5


def _opened(problem: Problem, name: str) -> list:
    """The pairs that this rule alone forbids."""
    free = replace(problem, rules=[rule for rule in problem.rules if rule.name != name])
    pairs = []
    for i, mentee in enumerate(problem.mentees.ids):
        for j, mentor in enumerate(problem.mentors.ids):
            said = describe(free, i, j)
            if not said.forbidden and describe(problem, i, j).forbidden:
                pairs.append((mentee, mentor, said.score / 100))
    return pairs


def test_the_binding_rule_in_words():
    """Two mentees of one region want its only mentor; the other region has a mentor to spare."""
    region = {"region": np.array([0, 0])}, {"region": np.array([0, 1])}
    one = np.ones(2, dtype=np.int64)
    problem = Problem(
        People(["Ama", "Ben"], region[0]), People(["Xia", "Yan"], region[1]), one, 0 * one, one, 0 * one,
        [Rule("region", "In the same region", Same("region"))],
    )  # fmt: skip
    found = find(problem)
    left = ({"Ama", "Ben"} - {problem.mentees.ids[at] for at in found.row}).pop()
    (opening,) = openings_of(found, left, {"region": partial(without, problem, "region")})
    assert (opening.mentors, opening.more, opening.placed) == (1, 1, True)
    assert in_words(opening, "In the same region") == (
        "Without the rule “In the same region” 1 more mentor would be open to this mentee; "
        "1 more place would be filled, and this mentee would have a mentor."
    )


@pytest.mark.parametrize(
    ("opening", "sentence"),
    [
        (Opening("r", 2, 3, False), "3 more places would be filled, but this mentee would still wait."),
        (Opening("r", 0, 0, False), "no more place would be filled."),
        (Opening("r", 2, 0, True), "no more place would be filled: this mentee would have a mentor, and somebody else"),
    ],
)
def test_words_promise_no_more_than_was_found(opening, sentence):
    assert sentence in in_words(opening, "R")
