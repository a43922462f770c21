"""The dates that a cadence asks for, against the dates written in the stories of the mentoring models."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes import mentoring_models
from programmes.mentoring_models.meeting import Cadence
from sessions_log.cadence import aims, bank_holiday, is_working_day, pace, week_begins, week_of, weeks_after


def model(key):
    return mentoring_models.get(key)


def days(cadence, first_on, many):
    return [aim.due_on for aim in islice(aims(cadence, first_on=first_on), many)]


def test_the_prescribers_group_tapers_and_keeps_its_saturday():
    assert days(model("prescriber-group").cadence, date(2027, 9, 6), 9) == [
        date(2027, 9, 6),
        date(2027, 10, 6),
        date(2027, 11, 6),  # a Saturday
        date(2027, 12, 6),
        date(2028, 1, 6),
        date(2028, 2, 6),
        date(2028, 4, 6),
        date(2028, 6, 6),
        date(2028, 9, 6),
    ]


def test_reverse_mentoring_has_six_first_thursdays():
    assert [aim.due_on for aim in aims(model("reverse").cadence, first_on=date(2027, 9, 2))] == [
        date(2027, 9, 2),
        date(2027, 10, 7),
        date(2027, 11, 4),
        date(2027, 12, 2),
        date(2028, 1, 6),
        date(2028, 2, 3),
    ]


def test_twice_a_week_skips_good_friday_and_keeps_the_length_of_each_day():
    found = list(aims(model("pcn-group-external").cadence, first_on=date(2027, 11, 3), until=date(2028, 5, 2)))
    assert [aim.due_on for aim in found[:4]] == [date(2027, 11, day) for day in (3, 5, 10, 12)]
    assert (len(found), sum(aim.minutes for aim in found) / 60) == (51, 89.5)
    assert bank_holiday(date(2028, 4, 14)) == "Good Friday"
    assert date(2028, 4, 14) not in [aim.due_on for aim in found]


def test_a_month_without_that_day_does_not_pull_the_later_ones_forward():
    cadence = Cadence(kind="monthly", sentence="Monthly", weekends=True)
    assert days(cadence, date(2027, 1, 31), 4) == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
    ]


def test_a_monthly_date_on_a_weekend_or_bank_holiday_moves_to_the_next_working_day():
    cadence = Cadence(kind="monthly", sentence="Monthly")
    found = list(islice(aims(cadence, first_on=date(2027, 8, 27)), 5))
    assert found[4].asked_on == date(2027, 12, 27)  # Christmas Day, observed; the 28th is Boxing Day, observed
    assert found[4].due_on == date(2027, 12, 29)


def test_models_without_a_rhythm_ask_for_nothing():
    for key in ("trainee-band6", "nqp-senior", "trainee-alumni", "consultant-domains"):
        assert list(aims(model(key).cadence, first_on=date(2027, 7, 26))) == []


@given(
    first_on=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    kind=st.sampled_from(["weekly", "fortnightly", "monthly", "tapering", "fixed-series"]),
    by=st.sampled_from(["date", "weekday"]),
)
def test_dates_only_go_forward_and_fall_on_working_days(first_on, kind, by):
    cadence = Cadence(kind=kind, sentence="x", months_by=by, months_between=(1, 1, 2, 3))
    found = list(islice(aims(cadence, first_on=first_on), 30))
    assert [aim.number for aim in found] == list(range(1, 31))
    assert all(one.asked_on < two.asked_on for one, two in pairwise(found))
    if kind != "weekly":  # whose day its members chose: it may be a Saturday
        assert all(is_working_day(aim.due_on) for aim in found)
    assert not any(kind == "weekly" and bank_holiday(aim.due_on) for aim in found)


def test_the_weeks_of_a_year_as_the_models_count_them():
    start = date(2027, 7, 26)
    assert [weeks_after(weeks, start=start) for weeks in (13, 26, 39)] == [
        date(2027, 10, 25),
        date(2028, 1, 24),
        date(2028, 4, 24),
    ]
    assert week_begins(50, start=start) == date(2028, 7, 3)
    assert (week_of(date(2027, 9, 16), start=start), week_of(start, start=start)) == (8, 1)
    assert week_of(date(2027, 7, 25), start=start) == 0


def test_a_part_time_year_moves_its_points_in_proportion():
    start = date(2027, 7, 26)
    slower = pace(standard_weeks=52, start=start, ends_on=start + timedelta(weeks=65))
    assert slower == Fraction(5, 4)
    assert weeks_after(26, start=start, pace=slower) == start + timedelta(days=227)  # 32 weeks and a half
    assert pace(standard_weeks=52, start=start, ends_on=None) == 1


@pytest.mark.parametrize("week", [1, 2, 13, 50])
def test_week_of_is_the_inverse_of_week_begins(week):
    start = date(2027, 7, 26)
    assert week_of(week_begins(week, start=start), start=start) == week
