"""How well two people suit, in whole hundredths of a point: 0 to 10,000 a pair.

Each preference of a model has a share of the 10,000 by its weight. The reasons
are words that either person may read: they never carry a figure, a tag or a
trait (TRUST T5); the lead sees the points beside them.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from people.fact_kinds import FACT_KINDS, Value
from programmes.rules import style
from programmes.rules.columns import Weigh, coded, numbered
from programmes.rules.facts import NEUTRAL, SITE, STRONGEST, TEAM, WEAKEST, Asked, Facts, of_both
from programmes.rules.kinds import check_words
from programmes.rules.style import tags

TOTAL = 10_000
TEXTS = tuple(kind.key for kind in FACT_KINDS.values() if kind.value == Value.TEXT)
WORDS = tuple(kind.key for kind in FACT_KINDS.values() if kind.value in (Value.TEXT, Value.CHOICE))


@dataclass(frozen=True)
class Component:
    """What one preference gave a pair: ``points`` of ``of``, in hundredths, and why."""

    name: str
    label: str
    points: int
    of: int
    reason: str
    is_known: bool = True  # False: nothing on record says, so it counts as the middle


class Wish(ABC):
    """A kind of preference. ``answers`` names the reasons that its file must word."""

    answers: ClassVar[tuple[str, ...]]
    words: ClassVar[tuple[str, ...]] = ("mentee", "mentor")

    @property
    def fact_kinds(self) -> Asked:
        """The facts without which it counts half or nothing, by side."""
        return {}

    @abstractmethod
    def weigh(self, mentee: Facts, mentor: Facts) -> tuple[int, int, str, dict[str, str]]:
        """``(part, whole, answer, words)``: the pair earns part/whole of the share, for the reason ``answer``."""

    @abstractmethod
    def of_many(self, mentees: Sequence[Facts], mentors: Sequence[Facts]) -> Weigh:
        """The same for many: a function of numbers of mentees and of mentors that gives their parts and wholes."""


def _of_mentees(wish: Wish, mentees: Sequence[Facts]) -> Weigh:
    """``of_many`` of a wish that only reads the mentee: asked once a person."""
    part, whole = _parts(wish.weigh(facts, facts) for facts in mentees)
    return lambda rows, _: (part[rows][:, None], whole[rows][:, None])


def _of_mentors(wish: Wish, mentors: Sequence[Facts]) -> Weigh:
    """``of_many`` of a wish that only reads the mentor."""
    part, whole = _parts(wish.weigh(facts, facts) for facts in mentors)
    return lambda _, cols: (part[None, cols], whole[None, cols])


def _parts(weighed) -> tuple[np.ndarray, np.ndarray]:
    found = [(part, whole) for part, whole, _, _ in weighed]
    parts = np.array(found, dtype=np.int64).reshape(-1, 2)
    return parts[:, 0], parts[:, 1]


def _equal_codes(ours: Iterable[Hashable], theirs: Iterable[Hashable]) -> Weigh:
    """All where the two have one value, nothing where they differ, half where either's is not known."""
    one, other = coded(ours, theirs)

    def weigh(rows, cols):
        mine, yours = one[rows][:, None], other[cols]
        return np.where((mine < 0) | (yours < 0), 1, 2 * (mine == yours)), 2

    return weigh


@dataclass(frozen=True, kw_only=True)
class SameSite(Wish):
    """Both work at one site. An unknown site neither gains nor loses: half."""

    answers: ClassVar = ("same", "different", "unknown")
    words: ClassVar = ("mentee", "mentor", "site")

    @property
    def fact_kinds(self):
        return of_both(SITE)

    def weigh(self, mentee, mentor):
        if mentee.site_id is None or mentor.site_id is None:
            return 1, 2, "unknown", {"site": ""}
        same = mentee.site_id == mentor.site_id
        return int(same), 1, "same" if same else "different", {"site": mentor.site}

    def of_many(self, mentees, mentors):
        return _equal_codes((facts.site_id for facts in mentees), (facts.site_id for facts in mentors))


@dataclass(frozen=True, kw_only=True)
class OtherTeam(Wish):
    """The two work in different teams. An unknown team neither gains nor loses: half."""

    answers: ClassVar = ("different", "same", "unknown")
    words: ClassVar = ("mentee", "mentor", "team")

    @property
    def fact_kinds(self):
        return of_both(TEAM)

    def weigh(self, mentee, mentor):
        if mentee.team_id is None or mentor.team_id is None:
            return 1, 2, "unknown", {"team": ""}
        differs = mentee.team_id != mentor.team_id
        return int(differs), 1, "different" if differs else "same", {"team": mentor.team}

    def of_many(self, mentees, mentors):
        equal = _equal_codes((facts.team_id for facts in mentees), (facts.team_id for facts in mentors))

        def weigh(rows, cols):
            part, whole = equal(rows, cols)
            return whole - part, whole

        return weigh


@dataclass(frozen=True, kw_only=True)
class HasFact(Wish):
    """People on ``side`` for whom the fact is recorded come first: trained mentors."""

    answers: ClassVar = ("yes", "no")
    fact: Literal[tuple(FACT_KINDS)]
    side: Literal["mentee", "mentor"] = "mentor"

    @property
    def fact_kinds(self):
        return {self.side: (self.fact,)}

    def weigh(self, mentee, mentor):
        facts = mentee if self.side == "mentee" else mentor
        has = self.fact in facts.days or self.fact in facts.texts
        return int(has), 1, "yes" if has else "no", {}

    def of_many(self, mentees, mentors):
        return _of_mentees(self, mentees) if self.side == "mentee" else _of_mentors(self, mentors)


@dataclass(frozen=True, kw_only=True)
class Alike(Wish):
    """The tags recorded for both in one fact, separated by commas, overlap: interests, topics, languages.

    The share earned is shared tags over all tags. Where either has none, half,
    so that silence neither gains nor loses.
    """

    answers: ClassVar = ("alike", "partly", "different", "unknown")
    fact: Literal[TEXTS]

    @property
    def fact_kinds(self):
        return of_both(self.fact)

    def weigh(self, mentee, mentor):
        ours, theirs = (tags(facts.texts.get(self.fact, "")) for facts in (mentee, mentor))
        if not ours or not theirs:
            return 1, 2, "unknown", {}
        return *style.overlap(ours, theirs), {}

    def of_many(self, mentees, mentors):
        overlap = style.overlap_many(
            *([tags(facts.texts.get(self.fact, "")) for facts in side] for side in (mentees, mentors))
        )

        def weigh(rows, cols):
            shared, everything, known = overlap(rows, cols)
            return np.where(known, shared, 1), np.where(known, everything, 2)

        return weigh


@dataclass(frozen=True, kw_only=True)
class Style(Wish):
    """The two are alike in style; see programmes/rules/style.py. ``whose`` view counts where both are on record."""

    answers: ClassVar = ("alike", "partly", "different", "unknown")
    whose: Literal["lead", "own"] = "lead"

    @property
    def fact_kinds(self):
        return of_both(style.TAGS)

    def weigh(self, mentee, mentor):
        return *style.weigh(mentee, mentor, whose=self.whose), {}

    def of_many(self, mentees, mentors):
        return style.weigh_many(mentees, mentors, whose=self.whose)


@dataclass(frozen=True, kw_only=True)
class SameFact(Wish):
    """One fact reads the same for both: a foundation year in the same sector, or at the same pharmacy.

    Where it is not on record for either, half.
    """

    answers: ClassVar = ("same", "different", "unknown")
    fact: Literal[WORDS]

    @property
    def fact_kinds(self):
        return of_both(self.fact)

    def weigh(self, mentee, mentor):
        ours, theirs = self._read(mentee), self._read(mentor)
        if not ours or not theirs:
            return 1, 2, "unknown", {}
        same = ours == theirs
        return int(same), 1, "same" if same else "different", {}

    def of_many(self, mentees, mentors):
        return _equal_codes(map(self._read, mentees), map(self._read, mentors))

    def _read(self, facts: Facts) -> str:
        return facts.texts.get(self.fact, "").strip().casefold()


@dataclass(frozen=True, kw_only=True)
class Where:
    """Those for whom a text fact holds one of ``values``."""

    fact: Literal[WORDS]
    values: tuple[str, ...]

    def __post_init__(self):
        if not self.values:
            raise ValueError("needs at least one value")
        choices = dict(FACT_KINDS[self.fact].choices) or dict.fromkeys(self.values)
        if unknown := [value for value in self.values if value not in choices]:
            raise ValueError(f"has no value {unknown[0]!r}; there is {', '.join(choices)}")


@dataclass(frozen=True, kw_only=True)
class Experience(Wish):
    """The mentor with more completed matches first, ``enough`` of them for the whole share.

    With ``mentees``, only for mentees of whom that is so; for the others it
    neither gains nor loses: half.
    """

    answers: ClassVar = ("much", "some", "none", "not-asked")
    enough: int = 5
    mentees: Where | None = None

    def __post_init__(self):
        if self.enough < 1:
            raise ValueError("needs enough of 1 or more")

    @property
    def fact_kinds(self):
        return {"mentee": (self.mentees.fact,)} if self.mentees else {}

    def weigh(self, mentee, mentor):
        if not self._asks_of(mentee):
            return 1, 2, "not-asked", {}
        counted = min(mentor.completed_matches, self.enough)
        return counted, self.enough, "none" if not counted else "much" if 2 * counted >= self.enough else "some", {}

    def of_many(self, mentees, mentors):
        asked = np.array([self._asks_of(facts) for facts in mentees], dtype=bool)
        counted = np.array([min(facts.completed_matches, self.enough) for facts in mentors], dtype=np.int64)

        def weigh(rows, cols):
            asks = asked[rows][:, None]
            return np.where(asks, counted[cols], 1), np.where(asks, self.enough, 2)

        return weigh

    def _asks_of(self, mentee: Facts) -> bool:
        return not self.mentees or mentee.texts.get(self.mentees.fact) in self.mentees.values


@dataclass(frozen=True, kw_only=True)
class FewSupervisors(Wish):
    """Mentees from teams with few designated or educational supervisors first: from ``enough`` on, nothing.

    A mentee without a team neither gains nor loses: half.
    """

    answers: ClassVar = ("few", "some", "enough", "unknown")
    enough: int = 4

    def __post_init__(self):
        if self.enough < 1:
            raise ValueError("needs enough of 1 or more")

    @property
    def fact_kinds(self):
        return {"mentee": (TEAM,)}

    def weigh(self, mentee, mentor):
        if mentee.team_supervisors is None:
            return 1, 2, "unknown", {}
        lacking = max(self.enough - mentee.team_supervisors, 0)
        answer = "enough" if not lacking else "few" if 2 * lacking >= self.enough else "some"
        return lacking, self.enough, answer, {}

    def of_many(self, mentees, mentors):
        return _of_mentees(self, mentees)


@dataclass(frozen=True, kw_only=True)
class Distance(Wish):
    """The further apart in line management, the better: from ``enough`` steps on, or in no line at all, the whole."""

    answers: ClassVar = ("far", "near", "no-line")
    enough: int = 4

    def __post_init__(self):
        if self.enough < 1:
            raise ValueError("needs enough of 1 or more")

    def weigh(self, mentee, mentor):
        steps = min(
            filter(None, (mentee.managers.get(mentor.person_id), mentor.managers.get(mentee.person_id))), default=0
        )
        if not steps:
            return self.enough, self.enough, "no-line", {}
        return min(steps, self.enough), self.enough, "far" if steps >= self.enough else "near", {}

    def of_many(self, mentees, mentors):
        at = numbered(mentors)
        near = [
            (row, at[one.person_id], part)
            for row, facts in enumerate(mentees)
            for one in mentors
            if one.person_id in facts.managers or facts.person_id in one.managers
            for part in [self.weigh(facts, one)[0]]
        ]

        def weigh(rows, cols):
            row_at, col_at = ({one: number for number, one in enumerate(some.tolist())} for some in (rows, cols))
            found = np.full((len(rows), len(cols)), self.enough, dtype=np.int64)
            for row, col, part in near:
                if row in row_at and col in col_at:
                    found[row_at[row], col_at[col]] = part
            return found, self.enough

        return weigh


@dataclass(frozen=True, kw_only=True)
class DomainStrength(Wish):
    """How strong the mentor is in what the mentee lacks, in the best of it: where nobody has said, half.

    Half too where the two have no domain in common: that bars them, and is no matter of points.
    """

    answers: ClassVar = ("strong", "some", "little", "none")
    words: ClassVar = ("mentee", "mentor", "domain")

    def weigh(self, mentee, mentor):
        common = {domain: strength for domain, strength in mentor.offers.items() if domain in mentee.lacks}
        if not common:
            return 1, 2, "none", {"domain": ""}
        best = max(common, key=common.__getitem__)
        answer = {WEAKEST: "little", NEUTRAL: "some", STRONGEST: "strong"}[common[best]]
        return common[best] - WEAKEST, STRONGEST - WEAKEST, answer, {"domain": best}

    def of_many(self, mentees, mentors):
        domains = sorted({domain for facts in mentors for domain in facts.offers})
        lacks = [np.array([domain in facts.lacks for facts in mentees], dtype=np.int64) for domain in domains]
        offers = [np.array([facts.offers.get(domain, 0) for facts in mentors], dtype=np.int64) for domain in domains]

        def weigh(rows, cols):
            best = np.zeros((len(rows), len(cols)), dtype=np.int64)
            for lacked, offered in zip(lacks, offers, strict=True):
                np.maximum(best, lacked[rows][:, None] * offered[cols], out=best)
            return np.where(best, best, NEUTRAL) - WEAKEST, STRONGEST - WEAKEST

        return weigh


WISHES: dict[str, type[Wish]] = {
    "same-site": SameSite,
    "other-team": OtherTeam,
    "has-fact": HasFact,
    "alike": Alike,
    "style": Style,
    "same-fact": SameFact,
    "experience": Experience,
    "few-supervisors": FewSupervisors,
    "distance": Distance,
    "domain-strength": DomainStrength,
}


@dataclass(frozen=True, kw_only=True)
class Preference:
    """One preference of a mentoring model. ``reasons`` words each answer of its kind."""

    name: str
    kind: str
    label: str
    weight: int
    reasons: dict[str, str]
    test: Wish

    def __post_init__(self):
        if self.weight < 0:
            raise ValueError("needs a weight of 1 or more, or 0 to be left out of account")
        if missing := [answer for answer in self.test.answers if answer not in self.reasons]:
            raise ValueError(f"has no reason for {', '.join(missing)}")
        for sentence in self.reasons.values():
            check_words(sentence, self.test.words)


def shares(preferences: Sequence[Preference]) -> list[int]:
    """The 10,000 hundredths parted by weight, to the last one: the largest remainders get what is left.

    A preference of weight 0 has no share; where all have none, every share is 0.
    """
    weights = sum(preference.weight for preference in preferences)
    if not weights:
        return [0] * len(preferences)
    exact = [divmod(TOTAL * preference.weight, weights) for preference in preferences]
    spare = TOTAL - sum(whole for whole, _ in exact) if exact else 0
    favoured = sorted(range(len(exact)), key=lambda index: -exact[index][1])[:spare]
    return [whole + (index in favoured) for index, (whole, _) in enumerate(exact)]


def earned(of, part, whole):
    """``part`` of ``whole`` of a share of ``of`` hundredths, to the nearest one, halves up. Numbers or arrays alike."""
    return (2 * of * part + whole) // (2 * whole)


def score(preferences: Iterable[Preference], mentee: Facts, mentor: Facts) -> list[Component]:
    """One component per preference that counts, in the model's order; the pair's score is the sum of their points."""
    preferences = [preference for preference in preferences if preference.weight]
    names = {"mentee": mentee.given_name, "mentor": mentor.given_name}
    components = []
    for preference, of in zip(preferences, shares(preferences), strict=True):
        part, whole, answer, words = preference.test.weigh(mentee, mentor)
        points = earned(of, part, whole)
        reason = preference.reasons[answer].format(**names, **words)
        components.append(Component(preference.name, preference.label, points, of, reason, answer != "unknown"))
    return components
