"""The bare problem and its answer, as plain data: people, allowed pairs with scores, and what was decided.

Nothing is computed here. `reading` checks an Assignment, `solving` answers it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

Score = int | float | Decimal | str
"""A finite number with at most four decimals. A float counts as the decimal that Python prints for it."""

OBJECTIVES = ("most_matched_then_total", "total")
POLICIES = ("best_overall", "raise_floor", "even", "weakest")


@dataclass(frozen=True, slots=True)
class Mentee:
    """Wants up to `slots` different mentors; `waited` is any count (weeks, cohorts): only its order matters."""

    id: str
    slots: int = 1
    waited: int = 0


@dataclass(frozen=True, slots=True)
class Mentor:
    """Takes at most `capacity` mentees and, where `minimum` is set, no fewer than that."""

    id: str
    capacity: int = 1
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class Assignment:
    """A bare matching problem. A pair that is absent from `pairs` is forbidden."""

    mentees: Sequence[Mentee]
    mentors: Sequence[Mentor]
    pairs: Iterable[tuple[str, str, Score]]
    pinned: Sequence[tuple[str, str]] = ()
    objective: str = "most_matched_then_total"
    policy: str = "best_overall"


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A mentee without any mentor: the reason in a sentence, the mentors in question and who competes for them."""

    mentee: str
    reason: str
    competitors: tuple[str, ...] = ()
    mentors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prices:
    """The proof of one aim: whole-number prices for which no pair is worth more than its two prices together.

    `unit` is the size of one step in scores (a ten-thousandth times `scale`); the places' prizes are in the same unit.
    """

    aim: str
    mentees: dict[str, int]
    mentors: dict[str, int]


@dataclass(frozen=True, slots=True)
class Solution:
    """A proven optimum. `bound` is the highest total of any plan that is equal on every higher aim."""

    pairs: tuple[tuple[str, str, Decimal], ...]
    matched: int
    filled: int
    total: Decimal
    bound: Decimal
    optimal: bool
    unmatched: tuple[Unmatched, ...]
    seconds: float
    prices: tuple[Prices, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Why:
    """What it would take to pair these two.

    `rule` says why they may not be paired, None where they may. `loss` is the exact fall of the total score;
    `loses_a_place` is true where somebody would have fewer mentors than now. `then` lists every new pair, the
    asked one included; a mentee who would end with none appears with None.
    """

    allowed: bool
    rule: str | None
    loss: Decimal
    loses_a_place: bool
    then: tuple[tuple[str, str | None], ...]
