"""Counts of people by what they are, told to whoever must not recognise anybody: small ones are held back (R5).

The second rule: nor can a small one be had by taking away. Where one of several
counts is held back, their total is not told beside them.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from people.counting import FEW, unless_few


@dataclass(frozen=True)
class Told:
    """``cells`` and ``total`` as they are told; None where it is held back."""

    cells: dict[Hashable, int | None]
    total: int | None

    def in_words(self, few: int = FEW) -> list[str]:
        """Each of the counts, in their order."""
        return [f"fewer than {few}" if count is None else unless_few(count, few) for count in self.cells.values()]


def held_back(counts: Mapping[Hashable, int], *, floor: int = FEW) -> Told:
    """Counts that make a total, as they may be told. That there is nobody is told."""
    cells = {key: None if 0 < count < floor else count for key, count in counts.items()}
    total = sum(counts.values())
    return Told(cells, None if None in cells.values() or 0 < total < floor else total)


def nothing_small(counts: Iterable[int], *, floor: int = FEW) -> bool:
    """Whether counts can be told as they are, also to somebody who knows their total."""
    return not any(0 < count < floor for count in counts)


NOT_SHOWN = "not shown"


def total_in_words(told: Told, few: int = FEW) -> str:
    """The total, or why there is none."""
    return NOT_SHOWN if told.total is None else unless_few(told.total, few)


def part_in_words(count: int, of: int, few: int = FEW) -> str:
    """How many of how many, "9 of 14"; nothing of the two where those who are, or those who are not, are few."""
    told = held_back({True: count, False: of - count}, floor=few)
    return NOT_SHOWN if told.total is None else f"{count} of {of}"
