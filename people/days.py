"""Days in words."""

import calendar
from datetime import date


def in_words(day: date) -> str:
    """``20 August 2027``, as every sentence of the portal writes a day."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
