"""A problem whose pairs are scored block by block, by whatever knows how: the facts of `scoring`, or the rules of
somebody else. No table of all scores need ever exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from .reading import Ints

Block = npt.NDArray[np.float32]
FORBIDDEN = -(2**19)
"""What a forbidden pair scores at most; no allowed one comes near half of it."""


class Blocks(Protocol):
    """Scores in whole hundredths of a point, exact in float32. `span` is no less than the difference of any two of
    allowed pairs; a forbidden pair is below FORBIDDEN / 2. Several threads may ask at once."""

    rows: int
    cols: int
    span: int

    def block(self, low: int, high: int) -> Block:
        """Scores of these mentees with every mentor."""
        ...

    def part(self, rows: Ints, cols: Ints) -> Block:
        """Scores of some mentees with some mentors, by their rising numbers."""
        ...


@runtime_checkable
class Priced(Protocol):
    """A scorer that takes the mentors' prices off at no cost."""

    def less(self, paid: Ints) -> "Blocks | None":
        """The same scorer after these prices, one a mentor; None where its scores might not be exact."""
        ...


@runtime_checkable
class OfKinds(Protocol):
    """A scorer that knows which people it scores alike."""

    def kinds(self) -> tuple[Ints, Ints, Block] | None:
        """The kind of each mentee and of each mentor, and the scores of the kinds with each other, but for rules about
        single pairs, such as lines of management. None where few people are of one kind."""
        ...


@dataclass(frozen=True)
class Scored:
    """Who may have how many, and the scores of all pairs: mentee number i of `mentees` (ids) is row i of `blocks`."""

    mentees: Sequence[str]
    mentors: Sequence[str]
    blocks: Blocks
    slots: Ints
    waited: Ints
    capacity: Ints
    minimum: Ints
    pinned: Sequence[tuple[str, str]] = ()
    objective: str = "most_matched_then_total"
    policy: str = "best_overall"

    def score(self, mentee: int, mentor: int) -> int | None:
        """Hundredths of a point of one pair, by number; None where it is forbidden."""
        found = float(self.blocks.part(np.array([mentee]), np.array([mentor]))[0, 0])
        return int(found) if found > FORBIDDEN / 2 else None


def as_range(numbers: Ints) -> Ints | slice:
    """Rising numbers as a slice where none is left out: what they pick is then looked at in its place, not copied."""
    if len(numbers) and numbers[-1] - numbers[0] == len(numbers) - 1:
        return slice(int(numbers[0]), int(numbers[-1]) + 1)
    return numbers
