"""Rules that can bar a pair: the table of their kinds, and what a set of them says of people.

A rule in a mentoring model's file names a kind; the kind's dataclass is the
schema of the rule's ``parameters``. A new kind is a dataclass in of_person.py
or of_pair.py and an entry in ``BARS``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from programmes.dates import in_words
from programmes.rules.facts import Facts
from programmes.rules.kinds import Broken, OfPair, OfPerson, SideName, check_words
from programmes.rules.of_pair import DifferentOrganisation, DifferentTeam, HasTie, LineManagement, SamePerson
from programmes.rules.of_person import Band, Dated, SupervisedBy, TrainedHere, Volunteered
from programmes.rules.standing import Junior, SimilarPractice

Strength = Literal["must", "should", "prefer"]
Among = Literal["everyone", "peers", "mentors"]  # the pairs that a rule judges; "mentors": of a mentee and a mentor
_STRENGTHS = ("must", "should", "prefer")
LEAVES = "last-working-day"  # stands where a rule's name would


@dataclass(frozen=True)
class Refusal:
    """A rule that a person or pair does not meet, and the sentence that says so."""

    rule: str
    strength: Strength
    sentence: str
    to_self: str = ""  # what is said to the person whom it is about
    when_live: str = ""  # what is said of a pair that has come to break it
    missing: bool = False  # a fact is not yet known, so it may turn out well


BARS: dict[str, type[OfPerson] | type[OfPair]] = {
    "band": Band,
    "volunteered": Volunteered,
    "dated": Dated,
    "trained-here": TrainedHere,
    "supervised-by": SupervisedBy,
    "same-person": SamePerson,
    "tie": HasTie,
    "line-management": LineManagement,
    "different-team": DifferentTeam,
    "different-organisation": DifferentOrganisation,
    "junior": Junior,
    "similar-practice": SimilarPractice,
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of a mentoring model. ``test`` holds the parameters and knows how to judge."""

    name: str
    kind: str
    strength: Strength
    label: str  # one line for the lead who reads or changes the rule
    sentence: str
    to_self: str = ""  # the same, said to the person whom it is about; without it they read the sentence
    when_live: str = ""  # what a lead reads where a live pair has come to break it; without it the sentence
    among: Among = "everyone"
    test: OfPerson | OfPair

    def __post_init__(self):
        if self.test.only_points_out and self.strength != "prefer":
            raise ValueError(f'is of a kind that only points out ("{self.kind}"): its strength is "prefer"')
        for said in (self.sentence, self.to_self, self.when_live):
            check_words(said, self.test.words)

    def _refusal(self, broken: Broken) -> Refusal:
        sentence = broken.sentence or self.sentence.format(**broken.words)
        to_self = sentence if broken.sentence or not self.to_self else self.to_self.format(**broken.words)
        when_live = sentence if broken.sentence or not self.when_live else self.when_live.format(**broken.words)
        return Refusal(self.name, self.strength, sentence, to_self, when_live, broken.missing)

    def of_pair(self, mentee: Facts, mentor: Facts, *, on: date) -> Refusal | None:
        names = _names(mentee, mentor)
        if isinstance(self.test, OfPerson):
            facts, name = (mentee, names[0]) if self.test.side == "mentee" else (mentor, names[1])
            broken = self.test.judge(facts, name, on=facts.judged_on or on)
        else:
            broken = self.test.judge(mentee, mentor, names, on=on)
        return self._refusal(broken) if broken else None

    def of_peers(self, one: Facts, other: Facts, *, on: date) -> list[Refusal]:
        """What of it two peers break: either of them is a mentee, and neither the mentor."""
        if not isinstance(self.test, OfPerson):
            found = [self.of_pair(one, other, on=on)]
        else:
            found = [self.of_person(facts, "mentee", on=on) for facts in (one, other)]
        return [refusal for refusal in found if refusal]

    def of_person(self, facts: Facts, side: SideName, *, on: date) -> Refusal | None:
        if not isinstance(self.test, OfPerson) or self.test.side != side:
            return None
        broken = self.test.judge(facts, facts.given_name, on=facts.judged_on or on)
        return self._refusal(broken) if broken else None


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


def _broken(rule_set: Iterable[Rule], mentee: Facts, mentor: Facts, strengths, *, on: date, peers: bool):
    rules = [rule for rule in rule_set if rule.strength in strengths]
    if peers:
        found = [one for rule in rules if rule.among != "mentors" for one in rule.of_peers(mentee, mentor, on=on)]
    else:
        found = [rule.of_pair(mentee, mentor, on=on) for rule in rules if rule.among != "peers"]
    return sorted((refusal for refusal in found if refusal), key=lambda refusal: _STRENGTHS.index(refusal.strength))


def evaluate(rule_set: Iterable[Rule], mentee: Facts, mentor: Facts, *, on: date, peers: bool = False) -> list[Refusal]:
    """Why this pair may not be made: every ``must`` and ``should`` it breaks, ``must`` first.

    ``peers``: the two are on one side, and either may be named first.
    ``on`` is the day on which eligibility is judged, the cohort's start date; a
    person whose facts name another (``judged_on``) is judged on that.
    Empty: the pair is allowed. Rules that only ``prefer`` are in ``cautions``.
    """
    return _broken((SAME_PERSON, *rule_set), mentee, mentor, ("must", "should"), on=on, peers=peers)


def cautions(rule_set: Iterable[Rule], mentee: Facts, mentor: Facts, *, on: date, peers: bool = False) -> list[Refusal]:
    """The ``prefer`` rules that this pair breaks: worth saying, never a bar."""
    return _broken(rule_set, mentee, mentor, ("prefer",), on=on, peers=peers)


def unchecked(
    rule_set: Iterable[Rule], mentee: Facts, mentor: Facts, *, juniors: Iterable[SideName], peers: bool = False
) -> list[Refusal]:
    """What the rules on two people could not look at, each sentence once: worth saying, never a bar.

    ``juniors`` are the sides of whom it must be known who stands above them; ``peers`` as in ``evaluate``.
    """
    names = _names(mentee, mentor)
    sides = {"mentee": (mentee, names), "mentor": (mentor, names[::-1])}
    found: dict[str, Refusal] = {}
    for rule in rule_set:
        if isinstance(rule.test, OfPair) and rule.among != ("mentors" if peers else "peers"):
            for sentence in (rule.test.unchecked(*sides[side]) for side in juniors):
                if sentence:
                    found.setdefault(sentence, Refusal(rule.name, "prefer", sentence, missing=True))
    return list(found.values())


class Span(NamedTuple):
    """How long a match would last, and in words what then ends."""

    start: date
    end: date | None = None  # None: nobody knows
    ending: str = "this cohort ends"


def leaving(mentee: Facts, mentor: Facts, *, span: Span) -> list[Refusal]:
    """Who of the two is going to leave before a match would be over."""
    found = []
    for facts, name in zip((mentee, mentor), _names(mentee, mentor), strict=True):
        day = facts.last_working_day
        if day is not None and (span.end is None or day < span.end):
            before = f", before {span.ending}" if span.end else ""
            before = ", before this cohort begins" if day < span.start else before
            found.append(Refusal(LEAVES, "prefer", f"{name}'s last working day is {in_words(day)}{before}."))
    return found


def worth_knowing(
    rule_set: Iterable[Rule],
    mentee: Facts,
    mentor: Facts,
    *,
    juniors: Iterable[SideName],
    span: Span,
    peers: bool = False,
) -> list[Refusal]:
    """All that a lead should know of a pair before making it, and that bars nothing. Never for the two themselves.

    ``juniors`` and ``peers`` as in ``unchecked``; rules are judged on the day on which the ``span`` begins.
    """
    rules = list(rule_set)
    return [
        *cautions(rules, mentee, mentor, on=span.start, peers=peers),
        *unchecked(rules, mentee, mentor, juniors=juniors, peers=peers),
        *leaving(mentee, mentor, span=span),
    ]


def eligibility(rule_set: Iterable[Rule], facts: Facts, side: SideName, *, on: date) -> list[Refusal]:
    """Why this person may not be on ``side`` at all, whoever the other is; as ``evaluate``."""
    found = (rule.of_person(facts, side, on=on) for rule in rule_set if rule.strength != "prefer")
    return sorted((refusal for refusal in found if refusal), key=lambda refusal: _STRENGTHS.index(refusal.strength))
