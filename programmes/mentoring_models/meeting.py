"""When people meet, how long it goes on, and what is asked and chased meanwhile, as the contract puts it."""

from dataclasses import dataclass
from typing import Literal

from programmes.mentoring_models.taking_part import Party
from programmes.rules.kinds import check_words


@dataclass(frozen=True, kw_only=True)
class Weekday:
    """A fixed day of the week on which a group meets, with the length of that day's meeting."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Cadence:
    kind: Literal["none", "as-and-when", "weekly", "twice-weekly", "fortnightly", "monthly", "tapering", "fixed-series"]
    sentence: str  # for the members
    minutes: int = 60
    meetings: int | None = None
    months_between: tuple[int, ...] = ()  # tapering; the last one repeats
    months_by: Literal["date", "weekday"] = "date"  # each 6th of the month, or each first Thursday
    weekdays: tuple[Weekday, ...] = ()  # where each day of the week has its own length
    weekends: bool = False
    held_after_minutes: int = 0  # kept free for the mentor after each session


@dataclass(frozen=True, kw_only=True)
class Duration:
    """When it ends. A year is 52 weeks (R1)."""

    end: Literal["fixed", "next-phase", "on-outcome", "open"]
    weeks: int | None = None
    renewable: bool = False
    review_months: int | None = None
    outcome: str = ""  # "credentialed": what a mentee reaches, and records; then everything of theirs closes

    def __post_init__(self):
        if (self.end == "fixed") != (self.weeks is not None):
            raise ValueError("needs weeks where the end is fixed, and only there")


@dataclass(frozen=True, kw_only=True)
class Register:
    """A list that the lead ticks at meetings that take place anyway (R9); no mail is sent."""

    weeks: tuple[int, ...] = ()  # from the start date: 13 is start + 91 days
    meetings: tuple[str, ...] = ()  # other occasions, in words


@dataclass(frozen=True, kw_only=True)
class Chase:
    days_late: int = 7
    every_days: int = 7
    limit: int = 3
    ring_list: bool = True


@dataclass(frozen=True, kw_only=True)
class Reminders:
    kind: Literal["none", "nudge", "chase", "digest"]
    to: tuple[Party, ...] = ("mentee", "mentor", "peer")  # the sides that are told of a date that went by
    chase: Chase | None = None
    late_meeting_counts_in: Literal["month-held", "month-due"] = "month-held"


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report that the programme owes at intervals, to whom, and how it is chased until sent."""

    to: str  # "the network's board"
    every_months: int
    chase: Chase | None = None


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What the form for a new cohort suggests."""

    start_month: int | None = None  # its last Monday; none: a Monday four weeks from now
    cohort_name: str = "{year} cohort"

    def __post_init__(self):
        if self.start_month is not None and not 1 <= self.start_month <= 12:
            raise ValueError("needs a start_month from 1 to 12")
        check_words(self.cohort_name, ("year",))


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """Mentors meet among themselves for support, on the ``nth`` ``day`` of every so many months."""

    every_months: int = 2
    after_months: int = 1  # the first one: so many months after the month in which the cohort starts
    nth: int = 3
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday"] = "thursday"
    minutes: int = 60
    target_percent: int = 80  # of the mentors, to be there
    mixed: bool = False  # mentees take part as well

    def __post_init__(self):
        if self.every_months < 1 or not 1 <= self.nth <= 4:
            raise ValueError("needs every_months of 1 or more and nth from 1 to 4")
