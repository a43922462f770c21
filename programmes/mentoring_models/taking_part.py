"""Who takes part in a mentoring model, as the contract puts it: words, places, and the day on which they are judged."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from people.models import Employment
from people.models.employment import BANDS
from programmes.dates import anniversary

Party = Literal["mentee", "mentor", "peer"]


@dataclass(frozen=True, kw_only=True)
class Noun:
    """What one side is called: ``one`` trainee pharmacist, ``many`` trainee pharmacists."""

    one: str
    many: str

    @property
    def a(self) -> str:
        """With its article: "an experienced supervisor", "a mentor", "an NQP"."""
        first = self.one.split()[0]
        spelt_out = first.isupper()  # said letter by letter
        return f"{'an' if first[0].upper() in ('AEFHILMNORSX' if spelt_out else 'AEIOU') else 'a'} {self.one}"


@dataclass(frozen=True, kw_only=True)
class Words:
    mentee: Noun
    mentor: Noun
    trainee: Noun | None = None  # the third of a triad

    def of(self, role: str) -> Noun:
        """What a member in this role is called; whoever is not a mentor or a triad's trainee is a mentee."""
        return {"mentor": self.mentor, "trainee": self.trainee}.get(role) or self.mentee


@dataclass(frozen=True, kw_only=True)
class Span:
    """A number that a lead may set from ``least`` to ``most``."""

    default: int = 1
    least: int = 1
    most: int = 1

    def __post_init__(self):
        if not 1 <= self.least <= self.default <= self.most:
            raise ValueError("needs 1 <= least <= default <= most")

    @property
    def is_fixed(self) -> bool:
        """The model leaves no choice."""
        return self.least == self.most


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """How many mentees a mentor takes, and how many mentors a mentee has."""

    mentor: Span = Span()
    mentee: Span = Span()

    def of(self, side: str) -> Span:
        return self.mentor if side == "mentor" else self.mentee


@dataclass(frozen=True, kw_only=True)
class NamedDay:
    """A day of the year in which a cohort starts, on which eligibility is judged instead of on the start (R1)."""

    day: int
    month: int

    def __post_init__(self):
        try:
            date(2000, self.month, self.day)
        except ValueError:
            raise ValueError("needs a day and a month that there are, such as day = 1, month = 9")

    def in_year(self, year: int) -> date:
        return anniversary(date(2000, self.month, self.day), year - 2000)


@dataclass(frozen=True, kw_only=True)
class Likely:
    """Whom the page for enrolling shows first on a side; the lead may look for anyone else."""

    band: Literal[tuple(BANDS)] | None = None
    level: Literal[tuple(Employment.Level.values)] | None = None


@dataclass(frozen=True, kw_only=True)
class LikelySides:
    mentee: Likely = Likely()
    mentor: Likely = Likely()

    def of(self, side: str) -> Likely:
        return self.mentor if side == "mentor" else self.mentee
