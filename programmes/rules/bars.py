"""The kinds of rule that can bar a pair, each with its parameters and its test.

A rule in a mentoring model's file names a kind; the kind's dataclass is the
schema of the rule's ``parameters``. A new kind is a dataclass here and an
entry in ``BARS``.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import ClassVar, Literal

from people.fact_kinds import FACT_KINDS, Value
from people.models import Employment, Tie
from people.models.employment import BANDS
from programmes.dates import anniversary, in_words
from programmes.rules.facts import BAND, SAID_YES, TEAM, Asked, Facts, of_both

Strength = Literal["must", "should", "prefer"]
SideName = Literal["mentee", "mentor"]
TieKind = Literal["ds", "dpp", "es", "assessor", "declared", "block"]
LevelName = Literal["foundation", "early", "advanced", "consultant"]

DAYS = tuple(kind.key for kind in FACT_KINDS.values() if kind.value == Value.DAY)

_STRENGTHS = ("must", "should", "prefer")


@dataclass(frozen=True)
class Refusal:
    """A rule that a person or pair does not meet, and the sentence that says so."""

    rule: str
    strength: Strength
    sentence: str
    missing: bool = False  # a fact is not yet known, so it may turn out well


@dataclass(frozen=True)
class Broken:
    """What a kind found: the words for the rule's sentence, or a sentence of its own."""

    words: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    missing: bool = False


def _unknown(name: str, what: str) -> Broken:
    return Broken(sentence=f"{name}'s {what} is not yet known.", missing=True)


class Kind:
    """What kinds of rule have in common."""

    @property
    def fact_kinds(self) -> Asked:
        """The facts without which it cannot be judged, by side; none where it asks for none that a lead fills in."""
        return {}


class OfPerson(Kind, ABC):
    """A kind that judges one person on one side, whoever the other is."""

    side: SideName

    @abstractmethod
    def judge(self, facts: Facts, name: str, *, on: date) -> Broken | None:
        """What of the rule ``facts`` do not meet on the day ``on``; None where they meet it."""


class OfPair(Kind, ABC):
    """A kind that judges two people together."""

    @abstractmethod
    def judge(self, mentee: Facts, mentor: Facts, names: tuple[str, str], *, on: date) -> Broken | None:
        """What of the rule the two do not meet on the day ``on``; None where they meet it."""


@dataclass(frozen=True, kw_only=True)
class Band(OfPerson):
    """The person's band is one of ``bands``, or lies from ``at_least`` to ``at_most``.

    Somebody at one of ``levels`` is in whatever their band: not every job has one (R2).
    ``unknown`` = "passes" is for a side on which enrolling somebody already
    says what they are: a trainee pharmacist to come has no job yet.
    """

    words: ClassVar = ("name", "band")
    side: SideName
    bands: tuple[Literal[tuple(BANDS)], ...] = ()
    at_least: Literal[tuple(BANDS)] | None = None
    at_most: Literal[tuple(BANDS)] | None = None
    levels: tuple[LevelName, ...] = ()
    unknown: Literal["not-eligible", "passes"] = "not-eligible"

    def __post_init__(self):
        if bool(self.bands) == bool(self.at_least or self.at_most):
            raise ValueError("needs either bands, or at_least or at_most")

    @property
    def fact_kinds(self):
        return {self.side: (BAND,)} if self.unknown == "not-eligible" else {}

    def judge(self, facts, name, *, on):
        if facts.level in self.levels:
            return None  # a trainee pharmacist is one whatever their band
        if facts.band:
            return None if facts.band in self._allowed() else Broken({"name": name, "band": f"band {facts.band}"})
        if facts.level:
            level = Employment.Level(facts.level).label.lower()
            return Broken({"name": name, "band": f"at {level} level, without a band"})
        return None if self.unknown == "passes" else _unknown(name, "band")

    def _allowed(self) -> Iterable[str]:
        if self.bands:
            return self.bands
        lowest = BANDS.index(self.at_least) if self.at_least else 0
        highest = BANDS.index(self.at_most) if self.at_most else len(BANDS) - 1
        return BANDS[lowest : highest + 1]


@dataclass(frozen=True, kw_only=True)
class Volunteered(OfPerson):
    """The person said yes to this side themselves, or had it recorded."""

    words: ClassVar = ("name",)
    side: SideName

    @property
    def fact_kinds(self):
        return {self.side: (SAID_YES[self.side],)}

    def judge(self, facts, name, *, on):
        return None if self.side in facts.volunteered else Broken({"name": name})


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """The day some years and months after a fact: registration and three years.

    ``absent`` is said of somebody to whom the fact does not apply, and bars them:
    "{name} has not been a designated supervisor." Empty: the milestone is left out.
    """

    fact: Literal[DAYS]
    label: str  # as in "Kim's registration date is not yet known."
    years: int = 0
    months: int = 0
    absent: str = ""

    def __post_init__(self):
        check_words(self.absent, ("name",))


@dataclass(frozen=True, kw_only=True)
class Dated(OfPerson):
    """Open from the latest milestone (``from``), up to and including the earliest (``until``), or up to the day
    before it (``before``).

    Judged on the cohort's start date, or on the programme's own day for it (R1):
    ``{moment}`` says which, as in "this programme starts on 26 July 2027". A
    milestone that does not apply to the person is left out; one that is not yet
    known is not guessed (R2).
    """

    words: ClassVar = ("name", "day", "start", "moment")
    side: SideName
    bound: Literal["from", "until", "before"]
    milestones: tuple[Milestone, ...]

    def __post_init__(self):
        if not self.milestones:
            raise ValueError("needs at least one milestone")

    @property
    def fact_kinds(self):
        return {self.side: tuple(dict.fromkeys(milestone.fact for milestone in self.milestones))}

    def day(self, facts: Facts, name: str) -> date | Broken | None:
        """The day that decides for this person; None where none does; Broken where it cannot be told."""
        reached = []
        for milestone in self.milestones:
            if milestone.fact in facts.not_applicable:
                if milestone.absent:
                    return Broken(sentence=milestone.absent.format(name=name))
            elif milestone.fact not in facts.days:
                return _unknown(name, milestone.label)
            else:
                reached.append(anniversary(facts.days[milestone.fact], milestone.years, milestone.months))
        if not reached:
            return None
        return max(reached) if self.bound == "from" else min(reached)

    def judge(self, facts, name, *, on):
        day = self.day(facts, name)
        if day is None or isinstance(day, Broken):
            return day
        if {"from": day <= on, "until": on <= day, "before": on < day}[self.bound]:
            return None
        moment = facts.moment or f"this programme starts on {in_words(on)}"
        return Broken({"name": name, "day": in_words(day), "start": in_words(on), "moment": moment})


@dataclass(frozen=True, kw_only=True)
class SamePerson(OfPair):
    words: ClassVar = ("name",)

    def judge(self, mentee, mentor, names, *, on):
        return Broken({"name": names[0]}) if mentee.person_id == mentor.person_id else None


@dataclass(frozen=True, kw_only=True)
class HasTie(OfPair):
    """Neither stands in one of these ties to the other. ``upper`` supervises or assesses ``lower``."""

    words: ClassVar = ("upper", "lower", "role", "tie", "mentee", "mentor")
    kinds: tuple[TieKind, ...]

    def __post_init__(self):
        if not self.kinds:
            raise ValueError("needs at least one kind of tie")

    def judge(self, mentee, mentor, names, *, on):
        mentee_name, mentor_name = names
        for lower, upper, role in ((mentee, mentor, "mentor"), (mentor, mentee, "mentee")):
            found = lower.ties.get(upper.person_id, frozenset())
            for kind in self.kinds:
                if kind in found:
                    above, below = (mentor_name, mentee_name) if role == "mentor" else (mentee_name, mentor_name)
                    return Broken(
                        {
                            "upper": above,
                            "lower": below,
                            "role": role,
                            "tie": Tie.Kind(kind).label,
                            "mentee": mentee_name,
                            "mentor": mentor_name,
                        }
                    )
        return None


@dataclass(frozen=True, kw_only=True)
class LineManagement(OfPair):
    """Neither manages the other, from ``nearest`` to ``depth`` steps up. The rule's sentence is for a direct manager.

    ``further`` is the sentence for anyone higher. A model with a hard bar on
    the direct manager and a softer one above has two rules.
    """

    words: ClassVar = ("upper", "lower", "role")
    depth: Literal["all"] | int = "all"
    nearest: int = 1
    further: str = "{upper} is in {lower}'s line management, so cannot be {lower}'s {role}."

    def __post_init__(self):
        if self.nearest < 1 or (self.depth != "all" and self.depth < self.nearest):
            raise ValueError("needs 1 <= nearest <= depth")
        check_words(self.further, self.words)

    def judge(self, mentee, mentor, names, *, on):
        mentee_name, mentor_name = names
        for lower, upper, words in (
            (mentee, mentor, {"upper": mentor_name, "lower": mentee_name, "role": "mentor"}),
            (mentor, mentee, {"upper": mentee_name, "lower": mentor_name, "role": "mentee"}),
        ):
            steps = lower.managers.get(upper.person_id)
            if steps is not None and steps >= self.nearest and (self.depth == "all" or steps <= self.depth):
                return Broken(words, sentence="" if steps == 1 else self.further.format(**words))
        return None


@dataclass(frozen=True, kw_only=True)
class DifferentTeam(OfPair):
    """The two work in different teams. ``unknown`` = "passes" is for a department that keeps no teams."""

    words: ClassVar = ("mentee", "mentor", "team")
    unknown: Literal["not-eligible", "passes"] = "not-eligible"

    @property
    def fact_kinds(self):
        return of_both(TEAM) if self.unknown == "not-eligible" else {}

    def judge(self, mentee, mentor, names, *, on):
        for facts, name in zip((mentee, mentor), names, strict=True):
            if facts.team_id is None:
                return None if self.unknown == "passes" else _unknown(name, "team")
        if mentee.team_id != mentor.team_id:
            return None
        return Broken({"mentee": names[0], "mentor": names[1], "team": mentor.team})


@dataclass(frozen=True, kw_only=True)
class DifferentOrganisation(OfPair):
    """The two have no employer in common, nor one that is part of the other's."""

    words: ClassVar = ("mentee", "mentor")

    def judge(self, mentee, mentor, names, *, on):
        for facts, name in zip((mentee, mentor), names, strict=True):
            if not facts.organisation_ids:
                return _unknown(name, "organisation")
        if mentee.organisation_ids.isdisjoint(mentor.organisation_ids):
            return None
        return Broken({"mentee": names[0], "mentor": names[1]})


BARS: dict[str, type[OfPerson] | type[OfPair]] = {
    "band": Band,
    "volunteered": Volunteered,
    "dated": Dated,
    "same-person": SamePerson,
    "tie": HasTie,
    "line-management": LineManagement,
    "different-team": DifferentTeam,
    "different-organisation": DifferentOrganisation,
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of a mentoring model. ``test`` holds the parameters and knows how to judge."""

    name: str
    kind: str
    strength: Strength
    label: str  # one line for the lead who reads or changes the rule
    sentence: str
    test: OfPerson | OfPair

    def __post_init__(self):
        check_words(self.sentence, self.test.words)

    def _refusal(self, broken: Broken) -> Refusal:
        sentence = broken.sentence or self.sentence.format(**broken.words)
        return Refusal(self.name, self.strength, sentence, broken.missing)

    def of_pair(self, mentee: Facts, mentor: Facts, *, on: date) -> Refusal | None:
        names = _names(mentee, mentor)
        if isinstance(self.test, OfPerson):
            facts, name = (mentee, names[0]) if self.test.side == "mentee" else (mentor, names[1])
            broken = self.test.judge(facts, name, on=facts.judged_on or on)
        else:
            broken = self.test.judge(mentee, mentor, names, on=on)
        return self._refusal(broken) if broken else None

    def of_person(self, facts: Facts, side: SideName, *, on: date) -> Refusal | None:
        if not isinstance(self.test, OfPerson) or self.test.side != side:
            return None
        broken = self.test.judge(facts, facts.given_name, on=facts.judged_on or on)
        return self._refusal(broken) if broken else None


def check_words(sentence: str, known: Iterable[str]) -> None:
    """ValueError where ``sentence`` has a {word} that nothing would fill, or asks for more than the word.

    A model may come from anywhere, and ``{name:>999999999}`` would fill the memory.
    """
    for _, word, form, conversion in Formatter().parse(sentence):
        if word is not None and (word not in known or form or conversion):
            more = f"!{conversion}" if conversion else f":{form}" if form else ""
            raise ValueError(f"has {{{word}{more}}} in a sentence, where only {', '.join(known)} can stand")


def _names(mentee: Facts, mentor: Facts) -> tuple[str, str]:
    """Given names, as people speak; full names where the two share one."""
    if mentee.given_name == mentor.given_name:
        return mentee.name, mentor.name
    return mentee.given_name, mentor.given_name


# Holds in every model, so no file states it.
SAME_PERSON = Rule(
    name="same-person",
    kind="same-person",
    strength="must",
    label="Nobody is their own mentor",
    sentence="{name} cannot be their own mentor.",
    test=SamePerson(),
)


def _broken(rule_set: Iterable[Rule], mentee: Facts, mentor: Facts, strengths, *, on: date) -> list[Refusal]:
    found = (rule.of_pair(mentee, mentor, on=on) for rule in rule_set if rule.strength in strengths)
    return sorted((refusal for refusal in found if refusal), key=lambda refusal: _STRENGTHS.index(refusal.strength))


def evaluate(rule_set: Iterable[Rule], mentee: Facts, mentor: Facts, *, on: date) -> list[Refusal]:
    """Why this pair may not be made: every ``must`` and ``should`` it breaks, ``must`` first.

    ``on`` is the day on which eligibility is judged, the cohort's start date; a
    person whose facts name another (``judged_on``) is judged on that.
    Empty: the pair is allowed. Rules that only ``prefer`` are in ``cautions``.
    """
    return _broken((SAME_PERSON, *rule_set), mentee, mentor, ("must", "should"), on=on)


def cautions(rule_set: Iterable[Rule], mentee: Facts, mentor: Facts, *, on: date) -> list[Refusal]:
    """The ``prefer`` rules that this pair breaks: worth saying, never a bar."""
    return _broken(rule_set, mentee, mentor, ("prefer",), on=on)


def eligibility(rule_set: Iterable[Rule], facts: Facts, side: SideName, *, on: date) -> list[Refusal]:
    """Why this person may not be on ``side`` at all, whoever the other is; as ``evaluate``."""
    found = (rule.of_person(facts, side, on=on) for rule in rule_set if rule.strength != "prefer")
    return sorted((refusal for refusal in found if refusal), key=lambda refusal: _STRENGTHS.index(refusal.strength))
