"""Days of the training year, relative to the day on which the demo is loaded."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from programmes.dates import last_monday

JULY = 7


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
