"""Days of the training year, relative to the day on which the demo is loaded."""

import re
from datetime import date, datetime, timedelta

from django.utils import timezone

from programmes.dates import last_monday

JULY = 7
WRITTEN_FOR = 2026  # the training year in which the dates of the staff list, and those written out in the demo, lie


def this_years_start(now: datetime) -> date:
    """The last Monday of July on which the present training year began."""
    today = timezone.localdate(now)
    start = last_monday(today.year, JULY)
    return start if start <= today else last_monday(today.year - 1, JULY)


def next_years_start(now: datetime) -> date:
    """The last Monday of July on which the next training year begins."""
    return last_monday(this_years_start(now).year + 1, JULY)


def ago(now: datetime, **span) -> datetime:
    """The moment so many days or weeks before ``now``."""
    return now - timedelta(**span)


def moved(day: date, now: datetime) -> date:
    """A day that was written for one training year, as it falls in the present one."""
    year = day.year + this_years_start(now).year - WRITTEN_FOR
    return day.replace(year=year, day=min(day.day, 28) if day.month == 2 else day.day)


def move_all(text: str, now: datetime) -> str:
    """A staff list with each of its days (dd/mm/yyyy) moved."""
    years = this_years_start(now).year - WRITTEN_FOR
    return re.sub(r"\b(\d\d/\d\d/)(\d{4})\b", lambda day: f"{day[1]}{int(day[2]) + years}", text)
