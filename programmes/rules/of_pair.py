"""The kinds of rule that judge two people together: the same person, ties, line management, teams, organisations."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from people.models import Tie
from programmes.dates import in_words
from programmes.rules.columns import MET, UNKNOWN, Cells, Judge, coded, memberships, numbered
from programmes.rules.facts import DS, MANAGER, TEAM, Facts, of_both
from programmes.rules.kinds import Broken, OfPair, check_words, unknown

TieKind = Literal["ds", "dpp", "es", "assessor", "declared", "block"]


@dataclass(frozen=True, kw_only=True)
class SamePerson(OfPair):
    words: ClassVar = ("name",)

    def judge(self, mentee, mentor, names, *, on):
        return Broken({"name": names[0]}) if mentee.person_id == mentor.person_id else None

    def of_many(self, mentees, mentors):
        at = numbered(mentors)
        both = ((number, at[facts.person_id]) for number, facts in enumerate(mentees) if facts.person_id in at)
        return Cells(both, len(mentees), len(mentors)).judge


@dataclass(frozen=True, kw_only=True)
class HasTie(OfPair):
    """Neither stands in one of these ties to the other. ``upper`` supervises or assesses ``lower``.

    ``on_day`` is " on 30 November 2027" where the last day of the tie is on record, else empty.
    """

    words: ClassVar = ("upper", "lower", "role", "tie", "mentee", "mentor", "on_day")
    kinds: tuple[TieKind, ...]

    def __post_init__(self):
        if not self.kinds:
            raise ValueError("needs at least one kind of tie")

    @property
    def looks_for(self):
        return (DS,) if "ds" in self.kinds else ()

    def unchecked(self, junior, names):
        if "ds" not in self.kinds or any("ds" in found for found in junior.ties.values()):
            return ""
        return f"We do not know who {names[0]}'s designated supervisor is, so we could not check whether {names[1]} is."

    def judge(self, mentee, mentor, names, *, on):
        mentee_name, mentor_name = names
        for lower, upper, role in ((mentee, mentor, "mentor"), (mentor, mentee, "mentee")):
            found = lower.ties.get(upper.person_id, frozenset())
            for kind in self.kinds:
                if kind in found:
                    last_day = lower.tie_ends.get((upper.person_id, kind))
                    above, below = (mentor_name, mentee_name) if role == "mentor" else (mentee_name, mentor_name)
                    return Broken(
                        {
                            "upper": above,
                            "lower": below,
                            "role": role,
                            "tie": Tie.Kind(kind).label,
                            "mentee": mentee_name,
                            "mentor": mentor_name,
                            "on_day": f" on {in_words(last_day)}" if last_day else "",
                        }
                    )
        return None

    def of_many(self, mentees, mentors):
        return _between(mentees, mentors, lambda lower: (one for one, tie in lower.ties.items() if self._bars(tie)))

    def _bars(self, found: frozenset[str]) -> bool:
        return not found.isdisjoint(self.kinds)


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

    @property
    def looks_for(self):
        return (MANAGER,)

    def unchecked(self, junior, names):
        if junior.managers:
            return ""
        return f"We do not know who manages {names[0]}, so we could not check whether {names[1]} does."

    def judge(self, mentee, mentor, names, *, on):
        mentee_name, mentor_name = names
        for lower, upper, words in (
            (mentee, mentor, {"upper": mentor_name, "lower": mentee_name, "role": "mentor"}),
            (mentor, mentee, {"upper": mentee_name, "lower": mentor_name, "role": "mentee"}),
        ):
            steps = lower.managers.get(upper.person_id)
            if steps is not None and self._bars(steps):
                return Broken(words, sentence="" if steps == 1 else self.further.format(**words))
        return None

    def of_many(self, mentees, mentors):
        return _between(mentees, mentors, lambda lower: (one for one, up in lower.managers.items() if self._bars(up)))

    def _bars(self, steps: int) -> bool:
        return self.nearest <= steps and (self.depth == "all" or steps <= self.depth)


def _between(mentees: Sequence[Facts], mentors: Sequence[Facts], uppers: Callable[[Facts], Iterable[int]]) -> Judge:
    """The pairs in which one is among the ``uppers`` (person ids) of the other, either way round."""
    mentee_at, mentor_at = numbered(mentees), numbered(mentors)
    cells = [(i, mentor_at[one]) for i, facts in enumerate(mentees) for one in uppers(facts) if one in mentor_at]
    cells += [(mentee_at[one], j) for j, facts in enumerate(mentors) for one in uppers(facts) if one in mentee_at]
    return Cells(cells, len(mentees), len(mentors)).judge


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
                return None if self.unknown == "passes" else unknown(name, "team")
        if mentee.team_id != mentor.team_id:
            return None
        return Broken({"mentee": names[0], "mentor": names[1], "team": mentor.team})

    def of_many(self, mentees, mentors):
        ours, theirs = coded((facts.team_id for facts in mentees), (facts.team_id for facts in mentors))
        otherwise = MET if self.unknown == "passes" else UNKNOWN

        def judge(rows, cols):
            one, other = ours[rows][:, None], theirs[cols]
            return np.where((one < 0) | (other < 0), np.int8(otherwise), (one == other).astype(np.int8))

        return judge


@dataclass(frozen=True, kw_only=True)
class DifferentOrganisation(OfPair):
    """The two have no employer in common, nor one that is part of the other's."""

    words: ClassVar = ("mentee", "mentor")

    def judge(self, mentee, mentor, names, *, on):
        for facts, name in zip((mentee, mentor), names, strict=True):
            if not facts.organisation_ids:
                return unknown(name, "organisation")
        if mentee.organisation_ids.isdisjoint(mentor.organisation_ids):
            return None
        return Broken({"mentee": names[0], "mentor": names[1]})

    def of_many(self, mentees, mentors):
        ours, theirs = ([facts.organisation_ids for facts in side] for side in (mentees, mentors))
        none_of_ours, none_of_theirs = (np.array([not some for some in side], dtype=bool) for side in (ours, theirs))
        mine, yours = memberships(ours, theirs)

        def judge(rows, cols):
            unknown = none_of_ours[rows][:, None] | none_of_theirs[cols]
            return np.where(unknown, np.int8(UNKNOWN), (mine[rows] @ yours[cols].T > 0).astype(np.int8))

        return judge
