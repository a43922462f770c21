"""Rules once: who may be paired with whom, and how well two people suit.

``evaluate`` says why one pair must not be made, ``score`` how good it would be.
Both judge one pair from plain ``Facts``, in words; ``Grid`` judges millions of
the same data in figures, and a property test holds the two equal. Reading facts
from the database belongs to programmes/facts.py, not here.
"""

from programmes.rules.bars import (
    BARS,
    SAME_PERSON,
    Among,
    Refusal,
    Rule,
    Span,
    Strength,
    cautions,
    eligibility,
    evaluate,
    unchecked,
    worth_knowing,
)
from programmes.rules.grid import Grid
from programmes.rules.preferences import TOTAL, WISHES, Component, Preference, score, shares

__all__ = [
    "BARS",
    "SAME_PERSON",
    "TOTAL",
    "WISHES",
    "Among",
    "Component",
    "Grid",
    "Preference",
    "Refusal",
    "Rule",
    "Span",
    "Strength",
    "cautions",
    "eligibility",
    "evaluate",
    "score",
    "shares",
    "unchecked",
    "worth_knowing",
]
