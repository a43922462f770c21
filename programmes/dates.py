"""Arithmetic with days as the models of mentoring mean it (R1)."""

import calendar
from datetime import date, timedelta


def anniversary(day: date, years: int) -> date:
    """The day ``years`` after ``day``; 29 February counts as 1 March where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def in_words(day: date) -> str:
    """``20 August 2027``, as every sentence of the portal writes a day."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def last_monday(year: int, month: int) -> date:
    last = date(year, month, calendar.monthrange(year, month)[1])
    return last - timedelta(days=last.weekday())
