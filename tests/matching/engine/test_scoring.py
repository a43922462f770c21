"""The blockwise scorer gives what the plain description of each pair gives."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from matching.engine.describing import describe
from matching.engine.errors import BadProblem
from matching.engine.facts import (
    Affinity,
    InTable,
    Likeness,
    Listed,
    Managed,
    People,
    Problem,
    Rule,
    Same,
    Share,
)
from matching.engine.lines import above, by_person, cycles
from matching.engine.scoring import FORBIDDEN, Scorer


def people(dice: np.random.Generator, names: list[str]) -> People:
    size = len(names)
    return People(
        names,
        codes={
            "team": dice.integers(-1, 90, size),
            "band": dice.integers(-1, 4, size),
            "weight": dice.integers(-6, 7, size),
            "region": dice.integers(0, 3, size),
        },
        traits={"calm": dice.integers(-1, 9, size), "open": dice.integers(-1, 9, size)},
        sets={"languages": dice.integers(0, 8, size)},
    )


def random_facts(seed: int, rows: int = 20, cols: int = 15) -> Problem:
    dice, chance = np.random.default_rng(seed), Random(seed)
    names = [f"p{at}" for at in range(30)]
    mentees, mentors = chance.sample(names, rows), chance.sample(names, cols)
    pairs = frozenset((chance.choice(mentees), chance.choice(mentors)) for _ in range(20))
    few = frozenset(chance.sample(sorted(pairs), 6))
    conditions = [
        InTable("band", "band", dice.random((4, 4)) < 0.7),
        Same("team"),
        Same("region"),
        Share("languages"),
        Managed(chance.choice([1, 2, None])),
        Listed(pairs),
    ]
    rules = [
        Rule(
            f"r{at}",
            f"Rule {at}",
            chance.choice(conditions),
            wanted=chance.random() < 0.4,
            strength=chance.choice(["must", "should", "prefer", "prefer"]),
            points=chance.randint(-900, 900),
            overridden=chance.choice([frozenset(), few]),
        )
        for at in range(chance.randint(0, 7))
    ]
    preferences = [
        Affinity("a", "Domain", "band", "region", dice.integers(-500, 1500, (4, 3))),
        Likeness("l", "Alike", ("calm", "open"), "weight"),
    ]
    managers = [(chance.choice(names), chance.choice(names)) for _ in range(chance.randint(0, 30))]
    one, zero = np.ones(rows, dtype=np.int64), np.zeros(cols, dtype=np.int64)
    return Problem(
        people(dice, mentees), people(dice, mentors), one, 0 * one, zero + 2, zero, rules, preferences, managers
    )


@pytest.mark.parametrize("seed", range(40))
def test_blocks_equal_plain_descriptions(seed):
    problem = random_facts(seed)
    scorer = Scorer(problem)
    scores = np.concatenate([scorer.block(0, 7), scorer.block(7, 20)])
    for i in range(20):
        for j in range(15):
            said = describe(problem, i, j)
            if said.forbidden:
                assert scores[i, j] < FORBIDDEN / 2
            else:
                assert scores[i, j] == said.score
                assert abs(said.score) <= scorer.span


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_some_rows_and_columns_equal_the_whole(seed):
    scorer, dice = Scorer(random_facts(seed)), np.random.default_rng(seed)
    rows, cols = np.sort(dice.choice(20, 9, replace=False)), np.sort(dice.choice(15, 6, replace=False))
    assert np.array_equal(scorer.part(rows, cols), scorer.block(0, 20)[np.ix_(rows, cols)])


@pytest.mark.parametrize("seed", range(10))
def test_prices_taken_off_equal_prices_subtracted(seed):
    scorer, dice = Scorer(random_facts(seed)), np.random.default_rng(seed)
    paid = dice.integers(0, 2000, scorer.cols)
    rows, cols = np.array([1, 4, 19]), np.array([0, 3, 4, 14])
    priced = scorer.less(paid)
    assert np.array_equal(priced.part(rows, cols), scorer.part(rows, cols) - paid[cols])
    assert np.array_equal(priced.block(2, 9), scorer.block(2, 9) - paid)


def test_prices_too_large_to_be_exact_are_not_taken_off():
    scorer = Scorer(random_facts(0))
    assert scorer.less(np.full(scorer.cols, 2**24)) is None


def test_those_of_a_kind_score_alike():
    problem = random_facts(3)
    apart = Rule("team", "Not in one team", Same("team"), wanted=False)
    scorer = Scorer(replace(problem, rules=[apart], preferences=problem.preferences[:1]))
    mentee, mentor, scores = scorer.kinds()
    assert len(set(mentee.tolist())) < 20
    assert scores.shape == (1 + mentee.max(), 1 + mentor.max())
    found = scorer.block(0, 20)
    allowed = found > FORBIDDEN / 2
    assert allowed.any()
    assert np.array_equal(found[allowed], scores[mentee][:, mentor][allowed])


def test_where_hardly_anybody_is_like_another_there_are_no_kinds():
    assert Scorer(random_facts(3)).kinds() is None


def test_every_rule_that_forbids_is_named():
    problem = random_facts(1)
    rules = [Rule("one", "One", Same("region"), wanted=False), Rule("two", "Two", Share("languages"), wanted=False)]
    problem = Problem(problem.mentees, problem.mentors, problem.slots, problem.waited, problem.capacity,
                      problem.minimum, rules)  # fmt: skip
    named = {describe(problem, i, j).forbidden for i in range(20) for j in range(15)}
    assert {(), ("One",), ("Two",), ("One", "Two")} <= named


def test_points_too_large_to_be_exact_are_refused():
    problem = random_facts(1)
    with pytest.raises(BadProblem, match="add up to more than can be scored exactly"):
        Scorer(Problem(problem.mentees, problem.mentors, problem.slots, problem.waited, problem.capacity,
                       problem.minimum, [Rule("r", "R", Same("band"), strength="prefer", points=2**18)]))  # fmt: skip


def test_lines_of_management_climb_through_several_managers_and_cycles():
    edges = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "e"), ("e", "d"), ("f", "f")]
    managers = by_person(edges)
    assert above(managers, "a", 1) == {"b", "c"}
    assert above(managers, "a", 2) == {"b", "c", "d"}
    assert above(managers, "a", None) == {"b", "c", "d", "e"}
    assert above(managers, "e", None) == {"d"}
    assert cycles(edges) == [["d", "e"], ["f"]]
    assert cycles([]) == []
