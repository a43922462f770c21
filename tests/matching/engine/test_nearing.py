"""Close calls at any size are those of the bare layer, whichever way their rings are found."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.engine_problems import problem as believable
from matching.engine import Cancelled, Infeasible, nearing
from matching.engine.assignment import POLICIES
from matching.engine.national import find
from matching.engine.nearing import close_calls, close_calls_of
from matching.engine.reaching import ask
from matching.engine.reading import read
from matching.engine.scoring import scored
from matching.engine.solving import find_plan

from .test_national import bare, with_limits


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("at_once", [0, 2, 40])
def test_close_calls_equal_the_bare_layers(monkeypatch, policy, at_once):
    """With none held at once every ring but the free ones is looked for alone, with 40 none is."""
    monkeypatch.setattr(nearing, "AT_ONCE", at_once)
    calls = 0
    for seed in range(9):
        problem = replace(with_limits(seed), objective="most_matched_then_total")
        if seed % 3 == 0:  # few scores, many equals
            problem = replace(problem, rules=problem.rules[:2])
        try:
            plan = find_plan(read(replace(bare(problem), policy=policy)))
        except Infeasible:
            continue
        found = {(one.mentee, one.loss) for one in close_calls_of(find(scored(problem, policy)))}
        assert found == {(one.mentee, one.loss) for one in close_calls(plan)}, seed
        calls += len(found)
    assert calls > 10


@pytest.mark.parametrize("at_once", [0, 40])
def test_a_call_is_close_only_where_nobody_loses_a_place(monkeypatch, at_once):
    """With too few places most choices push somebody out. Every other mentor of every mentee is asked for."""
    monkeypatch.setattr(nearing, "AT_ONCE", at_once)
    outcomes = {"close": 0, "loses": 0}
    for seed in range(4):
        problem = believable(26, 14, seed, "shortage")
        found = find(replace(problem, capacity=np.minimum(problem.capacity + (np.arange(14) % 3 == 0), 2)))
        calls = {one.mentee: one for one in close_calls_of(found)}
        for row, col in zip(found.row.tolist(), found.col.tolist(), strict=True):
            mentee = problem.mentees.ids[row]
            asked = [ask(found, mentee, other) for at, other in enumerate(problem.mentors.ids) if at != col]
            least = min((one.loss for one in asked if one.allowed), default=99)
            lost = {one.loses_a_place for one in asked if one.allowed and one.loss == least}
            if lost == {False} and least <= 5:
                assert calls[mentee].loss == least
                outcomes["close"] += 1
            elif lost == {True} or least > 5:
                assert mentee not in calls
                outcomes["loses"] += lost == {True} and least <= 5
    assert min(outcomes.values()) > 3


@pytest.mark.parametrize("at_once", [0, 40])
def test_a_call_that_costs_just_as_much_as_the_limit_is_close(monkeypatch, at_once):
    monkeypatch.setattr(nearing, "AT_ONCE", at_once)
    limits = 0
    for seed in range(4):
        problem = with_limits(seed)
        found = find(replace(problem, minimum=0 * problem.minimum))
        for limit in sorted({one.loss for one in close_calls_of(found, within=40)} - {0})[:4]:
            at_most = {one.mentee for one in close_calls_of(found, within=40) if one.loss <= limit}
            assert {one.mentee for one in close_calls_of(found, within=limit)} == at_most, (seed, limit)
            limits += 1
    assert limits > 8


@pytest.mark.parametrize("policy", ["best_overall", "even", "weakest"])
def test_the_mentor_named_is_the_weakest_of_several_and_nobody_loses_a_place(policy):
    several = 0
    for seed in range(8):
        problem = with_limits(seed)
        problem = replace(problem, slots=np.full(20, 2), minimum=0 * problem.minimum)
        found = find(replace(scored(problem, policy), objective="most_matched_then_total"))
        score = {(i, j): s for i, j, s in zip(found.row.tolist(), found.col.tolist(), found.score, strict=True)}
        mentees, mentors = list(found.problem.mentees), list(found.problem.mentors)
        for call in close_calls_of(found, within=20):
            held = {j: s for (i, j), s in score.items() if i == mentees.index(call.mentee)}
            assert held[mentors.index(call.mentor)] == min(held.values())
            answer = ask(found, call.mentee, call.runner_up)
            assert (answer.allowed, answer.loses_a_place) == (True, False)
            several += len(held) > 1
    assert several > 3


def test_some_mentees_alone_and_cancelling():
    found = find(with_limits(2))
    everybody = close_calls_of(found, within=20)
    some = {one.mentee for one in everybody[:2]}
    assert len(everybody) > len(some) > 0
    assert {one.mentee for one in close_calls_of(found, within=20, mentees=sorted(some))} == some

    def stop() -> bool:
        return True

    with pytest.raises(Cancelled):
        close_calls_of(found, cancelled=stop)
    told = []
    close_calls_of(found, progress=lambda *call: told.append(call))
    assert {stage for stage, _, _ in told} == {"Looking for close calls"}
    assert all(0 <= done <= of for _, done, of in told)
    assert np.array_equal(find(with_limits(2)).row, found.row)
