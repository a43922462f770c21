"""Judgements on a plan are counted plainly here and compared."""

from dataclasses import replace

import numpy as np
import pytest

from matching.engine import Assignment, Infeasible, Mentee, Mentor, solve
from matching.engine.judging import compare, openings
from matching.engine.nearing import close_calls
from matching.engine.reading import read
from matching.engine.refusing import ask
from matching.engine.solving import find_plan

from .oracle import random_problem
from .test_solving import dense


def test_policies_side_by_side_keep_their_promises():
    dice = np.random.default_rng(3)
    best, floor, even, weakest = compare(dense(dice.integers(20, 100, (40, 25)), np.full(25, 2)))
    assert [one.policy for one in (best, floor, even, weakest)] == ["best_overall", "raise_floor", "even", "weakest"]
    assert best.solution.total == max(one.solution.total for one in (best, floor, even, weakest))
    assert floor.lowest == max(one.lowest for one in (best, floor, even, weakest))

    def shortfall(one, power):
        return sum((100 - score) ** power for _, _, score in one.solution.pairs)

    assert shortfall(even, 2) == min(shortfall(one, 2) for one in (best, floor, even, weakest))
    # The fourth powers are rounded to millionths, so a hair either way is allowed.
    assert shortfall(weakest, 4) <= min(shortfall(one, 4) for one in (best, floor, even)) + 100 * 40
    assert best.lowest <= best.weakest_twentieth <= best.mean


def test_blocking_pairs_are_those_who_both_would_rather():
    counted = 0
    for seed in range(60):
        problem = random_problem(seed)
        if problem.objective == "total":
            continue
        try:
            (figures, *_) = compare(problem)
        except Infeasible:
            continue
        plan = {(i, j): s for i, j, s in figures.solution.pairs}

        def rather(side, person, room, score, plan=plan):
            held = [value for pair, value in plan.items() if pair[side] == person.id]
            return len(held) < room or (held and score > min(held))

        people = {one.id: one for one in (*problem.mentees, *problem.mentors)}
        blocking = [
            (i, j)
            for i, j, score in problem.pairs
            if (i, j) not in plan
            and rather(0, people[i], people[i].slots, score)
            and rather(1, people[j], people[j].capacity, score)
        ]
        assert figures.stability.pairs == len(blocking), seed
        assert figures.stability.mentees == len({i for i, _ in blocking})
        counted += len(blocking)
    assert counted > 5


def test_close_calls_are_the_mentees_cheapest_other_choice():
    found = 0
    for seed in range(120):
        problem = random_problem(seed)
        if problem.objective != "total":
            continue
        try:
            plan = find_plan(read(problem))
        except Infeasible:
            continue
        close = {one.mentee: one for one in close_calls(plan, within=40)}
        pairs = {(i, j) for i, j, _ in solve(problem).pairs}
        for mentee in {i for i, _ in pairs - set(problem.pinned)}:
            asked = [ask(plan, mentee, j.id) for j in problem.mentors if (mentee, j.id) not in pairs]
            least = min((one.loss for one in asked if one.allowed), default=99)
            if least <= 40 and not any(one.loses_a_place for one in asked):
                assert close[mentee].loss == least, seed
                found += 1
            elif least > 40:
                assert mentee not in close
    assert found > 5


def test_openings_promise_only_what_solving_again_shows():
    problem = Assignment(
        [Mentee("a"), Mentee("b"), Mentee("c")],
        [Mentor("X"), Mentor("Y")],
        [("a", "X", 9), ("b", "X", 8), ("c", "Y", 5)],
    )
    found = openings(problem, "b", {"same region": [("b", "Y", 7)], "band": [("a", "Y", 1), ("c", "X", 1)], "free": []})
    assert [(one.rule, one.mentors, one.more, one.placed) for one in found] == [
        ("same region", 1, 0, True),  # another would be left out instead
        ("band", 0, 0, False),
        ("free", 0, 0, False),
    ]
    roomier = replace(problem, mentors=[Mentor("X"), Mentor("Y", 2)])
    assert openings(roomier, "b", {"same region": [("b", "Y", 7)]})[0].more == 1


def test_nothing_to_judge():
    (only,) = compare(Assignment([], [], [], objective="total"))
    assert (only.lowest, only.mean, only.stability.pairs) == (None, None, 0)
    with pytest.raises(Infeasible):
        compare(Assignment([], [Mentor("X", 1, 1)], []))
