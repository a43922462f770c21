"""Synthetic problems for the engine's benchmark: believable departments, and shapes that are hard on purpose."""

from dataclasses import replace

import numpy as np

from matching.engine.facts import Affinity, InTable, Likeness, People, Problem, Rule, Same

SHAPES = ("plain", "shortage", "no answers", "identical wishes", "same region", "one team")
TRAITS = tuple(f"trait{number}" for number in range(5))


def problem(rows: int, cols: int, seed: int, shape: str = "plain") -> Problem:
    """`rows` mentees and `cols` mentors with one to three places each."""
    dice = np.random.default_rng(seed)
    organisations = max(2, rows // 200)
    mentees, mentors = (_people(dice, size, organisations, side) for size, side in ((rows, "e"), (cols, "o")))
    capacity = dice.integers(1, 4, cols)
    rules = [
        Rule("team", "Not in the same team", Same("team"), wanted=False),
        Rule("band", "A mentor is no lower in band", InTable("band", "band", np.triu(np.ones((4, 4), dtype=bool)))),
        Rule("region", "In the same region", Same("region"), strength="prefer", points=600),
    ]
    wishes = [
        Affinity("domain", "Domain", "domain", "domain", dice.integers(0, 1500, (12, 12))),
        Likeness("likeness", "Alike in outlook", TRAITS, "weight"),
    ]
    if shape == "shortage":
        capacity = (capacity == 1).astype(np.int64)
    elif shape == "no answers":
        wishes = wishes[:1]
    elif shape == "identical wishes":
        same = {name: np.full(rows, code) for name, code in (("weight", 4), ("domain", 4), ("band", 0), ("region", 4))}
        mentees = replace(mentees, codes=mentees.codes | same, traits=dict.fromkeys(TRAITS, np.full(rows, 6)))
    elif shape == "same region":
        rules.append(Rule("only", "Only in the same region", Same("region")))
    elif shape == "one team":
        one = [replace(side, codes=side.codes | {"team": 0 * side.codes["team"]}) for side in (mentees, mentors)]
        mentees, mentors = one
        rules[0] = replace(rules[0], strength="prefer", points=300)
    nothing = np.zeros(cols, dtype=np.int64)
    ones = np.ones(rows, dtype=np.int64)
    return Problem(mentees, mentors, ones, 0 * ones, capacity, nothing, rules, wishes)


def _people(dice: np.random.Generator, size: int, organisations: int, side: str) -> People:
    organisation = dice.integers(0, organisations, size)
    return People(
        [f"{side}{number:06}" for number in range(size)],
        codes={
            "team": organisation * 8 + dice.integers(0, 8, size),
            "region": organisation % 7,
            "domain": dice.integers(0, 12, size),
            "band": dice.integers(0, 4, size),
            "weight": dice.integers(2, 7, size),
        },
        traits={trait: dice.integers(-1, 9, size) for trait in TRAITS},
    )
