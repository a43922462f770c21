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


def last_monday(year: int, month: int) -> date:
    last = date(year, month, calendar.monthrange(year, month)[1])
    return last - timedelta(days=last.weekday())
