"""A problem as facts: who people are, what is ruled out, what is preferred. All plain data with names and labels.

`scoring` compiles it to blocks of scores, `describing` reads the same data pair by pair; tests hold the two equal.
Scores are whole hundredths of a point.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .reading import Ints

Codes = npt.NDArray[np.integer]
STRENGTHS = ("must", "should", "prefer")


@dataclass(frozen=True)
class People:
    """One side, a row a person. `codes` hold categories (organisation, band, domain): 0, 1, 2..., -1 unknown. `traits`
    hold answers from 0 to 8, -1 unanswered. `sets` hold up to 63 things a person has or can, as bits."""

    ids: Sequence[str]
    codes: Mapping[str, Codes] = field(default_factory=dict)
    traits: Mapping[str, Codes] = field(default_factory=dict)
    sets: Mapping[str, Codes] = field(default_factory=dict)


@dataclass(frozen=True)
class InTable:
    """True where `table[mentee's code, mentor's code]` is; false for whoever's code is unknown."""

    mentee: str
    mentor: str
    table: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Same:
    """True where both have the same known code."""

    code: str


@dataclass(frozen=True)
class Share:
    """True where the two sets have something in common."""

    set: str


@dataclass(frozen=True)
class Managed:
    """True where either manages the other: directly (depth 1), at most `depth` steps up, or at any depth (None)."""

    depth: int | None = None


@dataclass(frozen=True)
class Listed:
    """True for the listed (mentee id, mentor id)."""

    pairs: frozenset[tuple[str, str]]


Condition = InTable | Same | Share | Managed | Listed


@dataclass(frozen=True)
class Rule:
    """A condition that is wanted (or not). `must` forbids the pair otherwise, `should` does too unless the pair is in
    `overridden`, `prefer` gives `points` where it is as wanted."""

    name: str
    label: str
    condition: Condition
    wanted: bool = True
    strength: str = "must"
    points: int = 0
    overridden: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Affinity:
    """Points from a table of two codes; nothing where either is unknown."""

    name: str
    label: str
    mentee: str
    mentor: str
    table: Ints


@dataclass(frozen=True)
class Likeness:
    """Points for answers that lie close: weight x (most - squared distance), where `most` is 64 a trait.

    The weight is the mentee's own (`weights` names a code; negative: prefers unlike; 0: does not mind). An unanswered
    trait counts as the middle, so silence neither gains nor loses much.
    """

    name: str
    label: str
    traits: tuple[str, ...]
    weights: str


Preference = Affinity | Likeness

MIDDLE = 4
MOST = 64


@dataclass(frozen=True)
class Problem:
    """Facts, rules and preferences, with the same limits as the bare layer. `managers` are (person, manager) by id;
    a mentee and a mentor with the same id are the same person and never paired."""

    mentees: People
    mentors: People
    slots: Ints
    waited: Ints
    capacity: Ints
    minimum: Ints
    rules: Sequence[Rule] = ()
    preferences: Sequence[Preference] = ()
    managers: Sequence[tuple[str, str]] = ()
    pinned: Sequence[tuple[str, str]] = ()
    objective: str = "most_matched_then_total"
