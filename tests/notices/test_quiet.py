"""Quiet hours in London's time, in the weeks in which the clocks change above all."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from notices import quiet
from notices.checks import quiet_hours_can_be_read


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2027-04-14T18:59:59", None),  # 19:59:59 in summer time
        ("2027-04-14T19:00", "2027-04-15T07:00"),
        ("2027-04-15T06:59:59", "2027-04-15T07:00"),
        ("2027-04-15T07:00", None),
        ("2027-01-14T20:00", "2027-01-15T08:00"),  # the same night in winter
        ("2027-03-27T23:00", "2027-03-28T07:00"),  # the clocks go forward: an hour shorter
        ("2026-10-24T22:00", "2026-10-25T08:00"),  # the clocks go back: an hour longer
        ("2026-10-25T07:30", "2026-10-25T08:00"),
    ],
)
def test_ends_at_is_the_morning_in_london(settings, now, ends):
    settings.QUIET_HOURS = "20:00-08:00"
    assert quiet.ends_at(at(now)) == (ends and at(ends))


def test_an_hour_that_comes_twice_is_quiet_once(settings):
    """Until 01:30: that is over at the first 01:30, and not quiet again at the second 01:10."""
    settings.QUIET_HOURS = "22:00-01:30"
    assert quiet.ends_at(at("2026-10-25T00:10")) == at("2026-10-25T00:30")
    assert quiet.ends_at(at("2026-10-25T01:10")) is None


def test_a_time_that_is_left_out_ends_the_night_all_the_same(settings):
    settings.QUIET_HOURS = "22:00-01:30"
    assert quiet.ends_at(at("2027-03-28T00:45")) == at("2027-03-28T01:30")
    assert quiet.ends_at(at("2027-03-28T01:30")) is None


@pytest.mark.parametrize("day", [datetime(2027, 3, 26, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)])
def test_every_minute_of_a_clock_change_weekend_is_quiet_or_not_as_the_wall_clock_says(settings, day):
    settings.QUIET_HOURS = "20:00-08:00"
    for minute in range(4 * 24 * 60):
        now = day + timedelta(minutes=minute)
        hour, end = timezone.localtime(now).hour, quiet.ends_at(now)
        assert (end is not None) == (hour >= 20 or hour < 8), now
        if end:
            assert end > now
            assert quiet.ends_at(end) is None
            assert timezone.localtime(end).strftime("%H:%M") == "08:00"


def test_quiet_by_day_and_never(settings):
    settings.QUIET_HOURS = "12:00-13:00"
    assert quiet.ends_at(at("2027-01-14T12:30")) == at("2027-01-14T13:00")
    assert quiet.ends_at(at("2027-01-14T23:30")) is None
    for none in ("", "08:00-08:00"):
        settings.QUIET_HOURS = none
        assert quiet.ends_at(at("2027-01-14T12:30")) is None


def test_next_morning_is_when_the_next_day_is_not_quiet_any_more(settings):
    settings.QUIET_HOURS = "20:00-08:00"
    assert quiet.next_morning(at("2027-04-14T09:00")) == at("2027-04-15T07:00")
    settings.QUIET_HOURS = ""
    assert quiet.next_morning(at("2027-04-14T09:00")) == at("2027-04-14T23:00")  # midnight in London


def test_check_reads_quiet_hours(settings):
    settings.QUIET_HOURS = "20:00-08:00"
    assert quiet_hours_can_be_read(None) == []
    settings.QUIET_HOURS = "eight till eight"
    assert [found.id for found in quiet_hours_can_be_read(None)] == ["notices.E002"]
