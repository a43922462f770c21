"""A person's style as five traits, each on a scale from 0 to 8 between two plain words (R13).

Two views may be on record: the lead's, and the person's own, from a short
questionnaire. They serve matching alone and are never a directory field.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MOST = 8  # the upper end of every trait's scale; 0 is the lower


@dataclass(frozen=True)
class Trait:
    """One trait between two ends, neither of them the better one."""

    key: str
    low: str
    high: str
    question: str  # as the lead is asked it


TRAITS = (
    Trait("outgoing", "Quiet", "Outgoing", "In company"),
    Trait("warm", "Frank", "Gentle", "In giving an opinion"),
    Trait("organised", "Easy-going", "Organised", "With plans and order"),
    Trait("calm", "Sensitive", "Even-tempered", "Under pressure"),
    Trait("imaginative", "Practical", "Imaginative", "With new ideas"),
)
TRAIT_KEYS = tuple(trait.key for trait in TRAITS)

Traits = tuple[int | None, ...]  # one value a trait, in the order of TRAITS; None: not known


def traits_from(values: Mapping[str, int | None]) -> Traits:
    """The values by trait key as a tuple in the order of TRAITS. ValueError outside 0 to 8."""
    if unknown := set(values) - set(TRAIT_KEYS):
        raise ValueError(f"There is no trait {min(unknown)!r}.")
    found = tuple(values.get(key) for key in TRAIT_KEYS)
    if any(value is not None and not 0 <= value <= MOST for value in found):
        raise ValueError(f"A trait lies between 0 and {MOST}.")
    return found


def in_words(trait: Trait, value: int) -> str:
    """Where somebody lies on a trait, without a figure: "quiet", "more quiet than outgoing"."""
    low, high, far = trait.low.lower(), trait.high.lower(), value - MOST // 2
    near, other = (high, low) if far > 0 else (low, high)
    if far == 0:
        return f"between {low} and {high}"
    return near if abs(far) > 2 else f"more {near} than {other}"
