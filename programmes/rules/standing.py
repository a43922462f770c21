"""The kinds of rule that compare where two people stand: who is the more junior, and how alike their practice is."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from people.bands import level as level_of_band
from people.models import Employment
from people.models.employment import BANDS
from programmes.rules.columns import BROKEN, MET, UNKNOWN, coded
from programmes.rules.facts import Facts, of_both
from programmes.rules.kinds import Broken, OfPair, SideName, unknown
from programmes.rules.preferences import WORDS

LEVELS = list(Employment.Level.values)  # the most junior first
NOWHERE = -1


def band_rank(facts: Facts) -> int:
    """Where their band stands, the lowest at 0; ``NOWHERE`` without one."""
    return BANDS.index(facts.band) if facts.band in BANDS else NOWHERE


def level_rank(facts: Facts) -> int:
    """Where their level stands, by what is on record or else by their band; ``NOWHERE`` where neither tells."""
    found = facts.level or level_of_band(facts.band)
    return LEVELS.index(found) if found in LEVELS else NOWHERE


@dataclass(frozen=True, kw_only=True)
class Junior(OfPair):
    """Whoever is on ``side`` has the lower band. Somebody without one, such as a member of the board, passes."""

    words: ClassVar = ("junior", "senior", "band")
    side: SideName = "mentor"

    def judge(self, mentee, mentor, names, *, on):
        (lower, name), (upper, other) = ((mentee, names[0]), (mentor, names[1]))[:: 1 if self.side == "mentee" else -1]
        one, two = band_rank(lower), band_rank(upper)
        if NOWHERE in (one, two) or one < two:
            return None
        return Broken({"junior": name, "senior": other, "band": f"band {lower.band}"})

    def of_many(self, mentees, mentors):
        ours, theirs = (np.array([band_rank(one) for one in side], dtype=np.int64) for side in (mentees, mentors))
        sign = 1 if self.side == "mentee" else -1

        def judge(rows, cols):
            one, other = ours[rows][:, None], theirs[cols]
            passes = (one == NOWHERE) | (other == NOWHERE) | (sign * (other - one) > 0)
            return np.where(passes, np.int8(MET), np.int8(BROKEN))

        return judge


@dataclass(frozen=True, kw_only=True)
class SimilarPractice(OfPair):
    """The two have one area of practice, or levels at most ``levels`` apart. Either is enough."""

    words: ClassVar = ("mentee", "mentor")
    fact: Literal[WORDS] = "practice_area"
    levels: int = 1

    @property
    def fact_kinds(self):
        return of_both(self.fact)

    def judge(self, mentee, mentor, names, *, on):
        areas = [facts.texts.get(self.fact) for facts in (mentee, mentor)]
        ranks = [level_rank(facts) for facts in (mentee, mentor)]
        levels_known = NOWHERE not in ranks
        if (areas[0] and areas[0] == areas[1]) or (levels_known and abs(ranks[0] - ranks[1]) <= self.levels):
            return None
        if all(areas) and levels_known:
            return Broken({"mentee": names[0], "mentor": names[1]})
        lacking = next(name for area, rank, name in zip(areas, ranks, names, strict=True) if not area or rank < 0)
        return unknown(lacking, "area of practice" if levels_known else "area or level of practice")

    def of_many(self, mentees, mentors):
        ours, theirs = coded(*((one.texts.get(self.fact) for one in side) for side in (mentees, mentors)))
        mine, yours = (np.array([level_rank(one) for one in side], dtype=np.int64) for side in (mentees, mentors))

        def judge(rows, cols):
            area, other = ours[rows][:, None], theirs[cols]
            rank, upper = mine[rows][:, None], yours[cols]
            known = (rank != NOWHERE) & (upper != NOWHERE)
            met = ((area >= 0) & (area == other)) | (known & (abs(rank - upper) <= self.levels))
            surely = known & (area >= 0) & (other >= 0)
            return np.where(met, MET, np.where(surely, BROKEN, UNKNOWN)).astype(np.int8)

        return judge
