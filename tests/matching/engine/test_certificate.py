"""The proof stands without the engine: from the pairs, the scores and the prices alone, every pair of the problem is
looked at once more and both sides of the equation are added up in whole numbers."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.engine import dense as peer
from benchmarks.engine_problems import SHAPES, problem
from matching.engine import solve
from matching.engine.facts import Problem
from matching.engine.national import solve_problem
from matching.engine.scoring import FORBIDDEN, Scorer

from .test_solving import dense

pytestmark = pytest.mark.usefixtures("both_masters")


def recheck(scores: np.ndarray, allowed: np.ndarray, capacity: np.ndarray, pairs: np.ndarray, u: list, v: list) -> None:
    """For one slot a mentee and no minimums. `scores` and prices in the same unit, `pairs` by number."""
    row, col = pairs[:, 0], pairs[:, 1]
    assert allowed[row, col].all()
    assert len(set(row.tolist())) == len(row)
    assert (np.bincount(col, minlength=len(capacity)) <= capacity).all()
    assert min(v) >= 0
    gap = np.array(u, dtype=object)[:, None] + np.array(v, dtype=object)[None, :] - scores.astype(object)
    assert (gap[allowed & (capacity > 0)] >= 0).all()
    left = sorted(set(range(len(u))) - set(row.tolist()))
    prize = -min((u[one] for one in left), default=min(u))
    if left:  # a place is worth more than all that one chain of changes could bring
        assert {u[one] for one in left} == {-prize}
        assert prize > (min(scores.shape) + 1) * int(scores[allowed].max() - scores[allowed].min())
    assert min(u) >= -prize
    worth = sum(int(scores[i, j]) + prize for i, j in pairs.tolist())
    bound = sum(price + prize for price in u) + sum(int(c) * price for c, price in zip(capacity, v, strict=True))
    assert worth == bound


def recheck_facts(facts: Problem) -> int:
    solution = solve_problem(facts)
    scores = Scorer(facts).block(0, len(facts.mentees.ids)).astype(np.int64)
    mentee_at = {one: at for at, one in enumerate(facts.mentees.ids)}
    mentor_at = {one: at for at, one in enumerate(facts.mentors.ids)}
    pairs = np.array([(mentee_at[i], mentor_at[j]) for i, j, _ in solution.pairs])
    (prices,) = solution.prices
    recheck(
        scores,
        scores > FORBIDDEN // 2,
        facts.capacity,
        pairs,
        [prices.mentees[one] for one in facts.mentees.ids],
        [prices.mentors[one] for one in facts.mentors.ids],
    )
    assert sum(int(scores[i, j]) for i, j in pairs.tolist()) == solution.total * 100
    return len(facts.mentees.ids) - len(pairs)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_facts_is_proven(shape):
    left = recheck_facts(problem(300, 180, 29, shape))
    assert left > 0 or shape != "shortage"


def test_a_large_problem_is_proven():
    assert recheck_facts(problem(1_500, 900, 31)) == 0


def test_the_bare_layer_is_proven():
    dice = np.random.default_rng(8)
    score, capacity = dice.integers(0, 1000, (120, 50)), dice.integers(1, 3, 50)
    solution = solve(dense(score, capacity))
    (prices,) = solution.prices
    pairs = np.array([(int(i[1:]), int(j[1:])) for i, j, _ in solution.pairs])
    u, v = (list(side.values()) for side in (prices.mentees, prices.mentors))
    recheck(score, np.ones(score.shape, dtype=bool), capacity, pairs, u, v)
    worse = pairs.copy()
    worse[[0, 1], 1] = worse[[1, 0], 1]
    with pytest.raises(AssertionError):
        recheck(score, np.ones(score.shape, dtype=bool), capacity, worse, u, v)


@pytest.mark.parametrize("shape", ["plain", "shortage", "no answers"])
def test_facts_equal_scipys_dense_assignment(shape):
    facts = problem(500, 300, 37, shape)
    filled, hundredths = peer(Scorer(facts).block(0, 500), facts.capacity)
    solution = solve_problem(facts)
    assert (solution.filled, solution.total * 100) == (filled, hundredths)


def test_the_order_of_people_changes_nothing():
    facts = problem(200, 120, 41, "no answers")
    dice = np.random.default_rng(2)

    def shuffled(people, order):
        codes, traits, sets = (
            {name: values[order] for name, values in kind.items()}
            for kind in (people.codes, people.traits, people.sets)
        )
        return replace(people, ids=[people.ids[at] for at in order], codes=codes, traits=traits, sets=sets)

    rows, cols = dice.permutation(200), dice.permutation(120)
    other = replace(
        facts,
        mentees=shuffled(facts.mentees, rows),
        mentors=shuffled(facts.mentors, cols),
        capacity=facts.capacity[cols],
    )
    assert replace(solve_problem(other), seconds=0, prices=()) == replace(solve_problem(facts), seconds=0, prices=())
