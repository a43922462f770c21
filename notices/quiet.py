"""Quiet hours: when nudges wait, in London's time, whatever the clocks do that night."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone


def hours() -> tuple[time, time] | None:
    """From when until when it is quiet, as ``QUIET_HOURS`` says; None for never. ValueError where it is unclear."""
    if not settings.QUIET_HOURS:
        return None
    starts, _, ends = settings.QUIET_HOURS.partition("-")
    starts, ends = time.fromisoformat(starts.strip()), time.fromisoformat(ends.strip())
    return None if starts == ends else (starts, ends)


def ends_at(now: datetime) -> datetime | None:
    """When the quiet hours in which ``now`` lies are over; None where it is not quiet.

    A night is from one moment to another, so an hour that the clocks repeat is
    quiet once and not begun anew, and one that they leave out is over all the same.
    """
    quiet = hours()
    if quiet is None:
        return None
    starts, ends = quiet
    today = timezone.localdate(now)
    for night in (today - timedelta(days=1), today):
        end_day = night + timedelta(days=1) if ends <= starts else night
        if _moment(night, starts) <= now < (end := _moment(end_day, ends)):
            return end
    return None


def next_morning(now: datetime) -> datetime:
    """When nudges begin to go out on the day after ``now``."""
    tomorrow = _moment(timezone.localdate(now) + timedelta(days=1), time.min)
    return ends_at(tomorrow) or tomorrow


def midnight(now: datetime) -> datetime:
    """When the day of ``now`` began."""
    return _moment(timezone.localdate(now), time.min)


@lru_cache(maxsize=16)  # the nights around today, asked for with each mail
def _moment(day: date, at: time) -> datetime:
    # Of a time that comes twice, the first; one that is left out counts from the clock that was. In UTC, since two
    # moments of one zone are compared by what its clock shows.
    return timezone.make_aware(datetime.combine(day, at)).astimezone(UTC)
