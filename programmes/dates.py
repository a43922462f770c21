"""Arithmetic with days as the models of mentoring mean it (R1)."""

import calendar
from datetime import date, timedelta

from people.days import in_words  # noqa: F401  where this room's modules look for it


def anniversary(day: date, years: int, months: int = 0) -> date:
    """The day so many years and months after ``day``.

    A day that its month lacks counts as the first of the next: 29 February as 1 March in other years.
    """
    ahead, month = divmod(day.month - 1 + months, 12)
    try:
        return date(day.year + years + ahead, month + 1, day.day)
    except ValueError:
        return date(day.year + years + ahead, month + 2, 1)  # never December: that has 31 days


def latest_round(started_on: date, months: int, *, today: date) -> date | None:
    """The latest day up to ``today`` on which ``months``, or twice or three times as many, had passed; None before."""
    passed = (today.year - started_on.year) * 12 + today.month - started_on.month
    count = passed // months
    while count > 0 and anniversary(started_on, 0, months=count * months) > today:
        count -= 1
    return anniversary(started_on, 0, months=count * months) if count > 0 else None


def last_monday(year: int, month: int) -> date:
    last = date(year, month, calendar.monthrange(year, month)[1])
    return last - timedelta(days=last.weekday())
