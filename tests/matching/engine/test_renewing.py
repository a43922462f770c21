"""Matching again at any size changes what it changes in the bare layer."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from matching.engine import BadProblem, Infeasible, rematch, settling
from matching.engine.rematching import MODES
from matching.engine.renewing import rematch_all
from matching.engine.scoring import scored

from .test_national import bare, with_limits


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("few", [0, 100_000])
def test_every_mode_equals_the_bare_layer(monkeypatch, mode, few):
    """Whether the pairs without slack are listed or swept."""
    monkeypatch.setattr(settling, "FEW", few)
    monkeypatch.setattr(settling, "TIGHT", few)
    changes = {"kept": 0, "moved": 0, "new": 0, "ruled_out": 0}
    for seed in range(14):
        problem = replace(with_limits(seed), objective="most_matched_then_total")
        if seed % 4 == 3:
            problem = replace(problem, slots=problem.slots + 1, pinned=[pair[:2] for pair in bare(problem).pairs[:1]],
                              capacity=problem.capacity + 1)  # fmt: skip
        dice = Random(seed)
        could = [(i, j) for i in problem.mentees.ids for j in problem.mentors.ids]
        allowed = [(i, j) for i, j, _ in bare(problem).pairs]
        published = dice.sample(allowed, min(6, len(allowed))) if seed % 5 else []
        published += dice.sample(sorted(set(could) - set(published)), 3)
        published.append(("gone", problem.mentors.ids[0]))
        gain = 2.5 if mode == "worth_it" else 0
        policy = "weakest" if seed % 2 and mode != "worth_it" else "best_overall"
        try:
            expected = rematch(replace(bare(problem), policy=policy), published, mode=mode, gain=gain)
        except Infeasible:
            continue
        found = rematch_all(scored(problem, policy), published, mode=mode, gain=gain)
        assert found.solution.pairs == expected.solution.pairs, seed
        assert found.solution.total == expected.solution.total
        for name in ("kept", "moved", "released", "new", "ruled_out", "freer"):
            assert getattr(found, name) == getattr(expected, name), (seed, name)
        for name in changes:
            changes[name] += len(getattr(found, name))
    assert min(changes.values()) > 5


def test_what_cannot_be_is_refused():
    problem = with_limits(1)
    for wrong in ({"gain": "0.001", "mode": "worth_it"}, {"mode": "best"}, {"gain": 10**6, "mode": "worth_it"}):
        with pytest.raises(BadProblem):
            rematch_all(problem, [], **wrong)
    with pytest.raises(BadProblem, match="needs the objective"):
        rematch_all(replace(problem, objective="total", slots=np.ones(20, dtype=np.int64)), [], mode="fewest")
