"""The kinds of rule that judge one person on one side: band, volunteering, dated eligibility.

Their form for many people is their form for one, asked once a person; see programmes/rules/kinds.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from people.fact_kinds import FACT_KINDS, Value
from people.models import Employment
from people.models.employment import BANDS
from programmes.dates import anniversary, in_words
from programmes.rules.facts import BAND, DS, SAID_YES, TRAINED_WITH, Facts, Supervisor
from programmes.rules.kinds import Broken, OfPerson, SideName, check_words, unknown

LevelName = Literal["foundation", "early", "advanced", "consultant"]
DAYS = tuple(kind.key for kind in FACT_KINDS.values() if kind.value == Value.DAY)


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
        return None if self.unknown == "passes" else unknown(name, "band")

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
class TrainedHere(OfPerson):
    """The person did their foundation year with the organisation that runs the programme."""

    words: ClassVar = ("name", "organisation")
    side: SideName

    @property
    def fact_kinds(self):
        return {self.side: (TRAINED_WITH,)}

    def judge(self, facts, name, *, on):
        if facts.trained_here is None:
            return unknown(name, "foundation year employer")
        return None if facts.trained_here else Broken({"name": name, "organisation": facts.home})


@dataclass(frozen=True, kw_only=True)
class SupervisedBy(OfPerson):
    """The person's designated supervisor is at one of ``bands`` and has been registered for ``registered_years``.

    ``what`` says what is otherwise: "is band 6". Of whom nothing is on record nothing is said.
    """

    words: ClassVar = ("name", "what")
    only_points_out: ClassVar = True
    side: SideName = "mentee"
    bands: tuple[Literal[tuple(BANDS)], ...]
    registered_years: int = 0

    @property
    def looks_for(self):
        return (DS,)

    def judge(self, facts, name, *, on):
        found = (self.otherwise(one, on=on) for one in facts.supervisors)
        what = next((what for what in found if what), "")
        return Broken({"name": name, "what": what}) if what else None

    def otherwise(self, one: Supervisor, *, on: date) -> str:
        """What of the rule a supervisor does not meet on the day ``on``, in words; empty where they meet it."""
        found = []
        if one.band and one.band not in self.bands:
            found.append(f"is band {one.band}")
        if one.registered_on and on < (day := anniversary(one.registered_on, self.registered_years)):
            years = f"{self.registered_years} year{'' if self.registered_years == 1 else 's'}"
            found.append(f"has been registered for {years} only from {in_words(day)}")
        return " and ".join(found)


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

    Counted by ``calendar-year``, who registered in 2024 has been for three years in the whole of 2027.

    Judged on the cohort's start date, or on the programme's own day for it (R1):
    ``{moment}`` says which, as in "this programme starts on 26 July 2027". A
    milestone that does not apply to the person is left out; one that is not yet
    known is not guessed (R2).
    """

    words: ClassVar = ("name", "day", "start", "moment")
    side: SideName
    bound: Literal["from", "until", "before"]
    counted: Literal["to-the-day", "calendar-year"] = "to-the-day"
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
                return unknown(name, milestone.label)
            else:
                reached.append(self._reached(facts.days[milestone.fact], milestone))
        if not reached:
            return None
        return max(reached) if self.bound == "from" else min(reached)

    def _reached(self, day: date, milestone: Milestone) -> date:
        reached = anniversary(day, milestone.years, milestone.months)
        if self.counted == "to-the-day":
            return reached
        return date(reached.year, 12, 31) if self.bound == "until" else date(reached.year, 1, 1)

    def judge(self, facts, name, *, on):
        day = self.day(facts, name)
        if day is None or isinstance(day, Broken):
            return day
        if {"from": day <= on, "until": on <= day, "before": on < day}[self.bound]:
            return None
        moment = facts.moment or f"this programme starts on {in_words(on)}"
        return Broken({"name": name, "day": in_words(day), "start": in_words(on), "moment": moment})
