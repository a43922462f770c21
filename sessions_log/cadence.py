"""From a cadence to dates: when its members would best meet (R12). Arithmetic alone; nothing is stored here.

A target is no booking: the members choose the day and the hour. A date is
computed in London's calendar, so the change of the clocks does not touch it.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import count

import holidays
from dateutil.relativedelta import relativedelta
from dateutil.rrule import MO, WEEKLY, rrule

from programmes.mentoring_models.meeting import Cadence, Supervision

WITHOUT_DATES = ("none", "as-and-when")
SKIPS_HOLIDAYS = ("weekly", "twice-weekly")  # another one follows within days
DAYS = [day.lower() for day in calendar.day_name]


@dataclass(frozen=True)
class Aim:
    """One date that a cadence asks for: the ``number``-th, from 1.

    ``asked_on`` is what the rhythm says, ``due_on`` the same or the next working day.
    """

    number: int
    asked_on: date
    due_on: date
    minutes: int


@cache
def _england():
    return holidays.country_holidays("GB", subdiv="ENG")


def bank_holiday(day: date) -> str:
    """The name of the English bank holiday on that day, or nothing."""
    return _england().get(day, "")


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and not bank_holiday(day)


def next_working_day(day: date) -> date:
    """That day, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def aims(cadence: Cadence, *, first_on: date, until: date | None = None) -> Iterator[Aim]:
    """The dates of ``cadence`` whose first meeting is on ``first_on``, in order, up to and including ``until``.

    Endless where there is neither an end nor a fixed number of meetings. A weekly
    date on a bank holiday falls away; any other moves to the next working day,
    unless the cadence takes weekends, when it stays.
    """
    number = 0
    for asked_on, minutes in _rhythm(cadence, first_on):
        if until is not None and asked_on > until:
            return
        if cadence.kind in SKIPS_HOLIDAYS and bank_holiday(asked_on):
            continue
        number += 1
        due_on = asked_on if cadence.weekends or cadence.kind in SKIPS_HOLIDAYS else next_working_day(asked_on)
        yield Aim(number, asked_on, due_on, minutes)
        if number == cadence.meetings:
            return


def _rhythm(cadence: Cadence, first_on: date) -> Iterator[tuple[date, int]]:
    """What the rhythm alone says, endlessly: days with the length of each meeting in minutes."""
    if cadence.kind in WITHOUT_DATES:
        return
    if cadence.kind in ("weekly", "twice-weekly", "fortnightly"):
        lengths = {DAYS.index(one.day): one.minutes for one in cadence.weekdays}
        lengths = lengths or {first_on.weekday(): cadence.minutes}
        every = 2 if cadence.kind == "fortnightly" else 1
        # Weeks begin on Monday: the two days of one week stay together, whichever comes first.
        rule = rrule(WEEKLY, dtstart=_midnight(first_on), interval=every, byweekday=sorted(lengths), wkst=MO)
        yield from ((moment.date(), lengths[moment.weekday()]) for moment in rule)
    for months in _months(cadence):
        day = _nth_weekday(first_on, months) if cadence.months_by == "weekday" else _same_day(first_on, months)
        yield day, cadence.minutes


def _months(cadence: Cadence) -> Iterator[int]:
    """Months from the first meeting to each meeting, endlessly; the last step repeats."""
    months, steps = 0, cadence.months_between or (1,)
    for number in count():
        yield months
        months += steps[min(number, len(steps) - 1)]


def _same_day(first_on: date, months: int) -> date:
    """Counted from the first meeting each time, so that a short month does not pull the later ones forward."""
    return first_on + relativedelta(months=months)


def _nth_weekday(first_on: date, months: int) -> date:
    """The same weekday of the month as the first meeting's: its second Tuesday; the last where there is no fifth."""
    nth = (first_on.day - 1) // 7
    month = first_on.replace(day=1) + relativedelta(months=months)
    day = month + timedelta(days=(first_on.weekday() - month.weekday()) % 7 + 7 * nth)
    return day if day.month == month.month else day - timedelta(days=7)


def supervision_days(terms: Supervision, *, start: date, end: date) -> list[date]:
    """Each third Thursday, say, of every second month after the one in which the cohort starts, before ``end``."""
    days, month = [], start.replace(day=1) + relativedelta(months=terms.after_months)
    while month < end:
        first = month + timedelta(days=(DAYS.index(terms.day) - month.weekday()) % 7)
        day = first + timedelta(weeks=terms.nth - 1)
        if start < day < end:
            days.append(day)
        month += relativedelta(months=terms.every_months)
    return days


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def pace(*, standard_weeks: int, start: date, ends_on: date | None) -> Fraction:
    """How much longer than the standard year somebody's own year is: 1 for the usual, 5/4 for one of 65 weeks.

    For whoever works part time or had a break: the points of the year move with it.
    """
    if ends_on is None or ends_on <= start:
        return Fraction(1)
    return Fraction((ends_on - start).days, standard_weeks * 7)


def week_begins(week: int, *, start: date, pace: Fraction = Fraction(1)) -> date:
    """The day on which week ``week`` (from 1) of somebody's year begins."""
    return start + timedelta(days=int((week - 1) * 7 * pace))


def weeks_after(weeks: int, *, start: date, pace: Fraction = Fraction(1)) -> date:
    """The day ``weeks`` weeks after the start: 13 is start + 91 days (R1)."""
    return start + timedelta(days=int(weeks * 7 * pace))


def week_of(day: date, *, start: date, pace: Fraction = Fraction(1)) -> int:
    """Which week of somebody's year a day is in, from 1; 0 or less before it."""
    return (day - start).days // (7 * pace) + 1
