"""What kinds of rule have in common: how one pair is judged, in words, and how many are, in figures.

Each kind has both forms and reads the same data for them: ``judge`` finds the words of one refusal, ``of_many``
goes over everybody of two sides, a block at a time. A property test holds the two equal for every kind.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import ClassVar, Literal

import numpy as np

from programmes.rules.columns import BROKEN, MET, UNKNOWN, Judge, Verdicts
from programmes.rules.facts import Asked, Facts

SideName = Literal["mentee", "mentor"]


@dataclass(frozen=True)
class Broken:
    """What a kind found: the words for the rule's sentence, or a sentence of its own."""

    words: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    missing: bool = False

    @property
    def verdict(self) -> int:
        return UNKNOWN if self.missing else BROKEN


def unknown(name: str, what: str) -> Broken:
    return Broken(sentence=f"{name}'s {what} is not yet known.", missing=True)


class Kind:
    """What kinds of rule have in common."""

    only_points_out: ClassVar[bool] = False  # its rules never bar anybody: their strength is always ``prefer``

    @property
    def fact_kinds(self) -> Asked:
        """The facts without which it cannot be judged, by side; none where it asks for none that a lead fills in."""
        return {}

    @property
    def looks_for(self) -> tuple[str, ...]:
        """Who is looked for above whoever is junior, of ``OF_PEOPLE``: where nobody is on record, nothing is barred."""
        return ()


class OfPerson(Kind, ABC):
    """A kind that judges one person on one side, whoever the other is."""

    side: SideName

    @abstractmethod
    def judge(self, facts: Facts, name: str, *, on: date) -> Broken | None:
        """What of the rule ``facts`` do not meet on the day ``on``; None where they meet it."""

    def of_many(self, people: Sequence[Facts], *, on: date) -> Verdicts:
        """A verdict for each, once a person: who the other is does not matter."""
        found = (self.judge(facts, facts.given_name, on=facts.judged_on or on) for facts in people)
        return np.array([broken.verdict if broken else MET for broken in found], dtype=np.int8)


class OfPair(Kind, ABC):
    """A kind that judges two people together."""

    @abstractmethod
    def judge(self, mentee: Facts, mentor: Facts, names: tuple[str, str], *, on: date) -> Broken | None:
        """What of the rule the two do not meet on the day ``on``; None where they meet it."""

    def unchecked(self, junior: Facts, names: tuple[str, str]) -> str:
        """What could not be looked at, since it is not on record of ``junior``; ``names`` are theirs and the other's.
        Empty where all was."""
        return ""

    @abstractmethod
    def of_many(self, mentees: Sequence[Facts], mentors: Sequence[Facts]) -> Judge:
        """The same for many: a function of numbers of mentees and of mentors that gives their verdicts."""


def check_words(sentence: str, known: Iterable[str]) -> None:
    """ValueError where ``sentence`` has a {word} that nothing would fill, or asks for more than the word.

    A model may come from anywhere, and ``{name:>999999999}`` would fill the memory.
    """
    for _, word, form, conversion in Formatter().parse(sentence):
        if word is not None and (word not in known or form or conversion):
            more = f"!{conversion}" if conversion else f":{form}" if form else ""
            raise ValueError(f"has {{{word}{more}}} in a sentence, where only {', '.join(known)} can stand")
