"""Booking, moving, cancelling and logging, and what becomes of the dates of the cadence."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.models import Notice
from programmes.actions import relationships
from sessions_log.actions import plans, sessions
from sessions_log.hours import LONDON, moment_of, quarters_of
from sessions_log.models import Attendance, Quarter, Session, Target
from tests.builders import programmes

NOON = datetime(2027, 4, 20, 11, 0, tzinfo=UTC)  # 12:00 in London


@pytest.fixture
def monthly(pair, now):
    """The pair meets monthly: its dates are laid."""
    pair.cohort.programme.settings = {"cadence": {"kind": "monthly", "minutes": 60}}
    pair.cohort.programme.save()
    pair.relationship.refresh_from_db()
    pair.relationship.cohort = pair.cohort
    plans.change(relationship=pair.relationship, first_on=date(2027, 4, 20), mode="video", by=pair.mentee, now=now)
    pair.dates = list(pair.relationship.targets.all())
    return pair


def book(pair, now, at=NOON, minutes=60, by=None, **details):
    return sessions.book(
        relationship=pair.relationship, starts_at=at, minutes=minutes, by=by or pair.mentee, now=now, **details
    )


def owed():
    return list(Notice.objects.filter(kind="session").values_list("recipient__given_name", flat=True))


def test_booking_takes_everyones_time_and_tells_both(pair, now):
    session = book(pair, now, minutes=50)
    assert session.day == date(2027, 4, 20)
    assert Quarter.objects.count() == 8  # four quarters each: 50 minutes touch four
    assert sorted(owed()) == ["Asha", "Ben"]
    assert AuditEvent.objects.filter(verb="session-booked").count() == 1


def test_a_session_that_overlaps_by_a_quarter_is_refused_with_a_sentence(pair, now):
    carol = programmes.mentee(pair.cohort, "Carol Finch", now=now)
    second = programmes.pair(pair.cohort, carol, programmes.mentor(pair.cohort, "Dev Shah", now=now), now=now)
    book(pair, now)
    Quarter.objects.create(person=carol.person, at=NOON + timedelta(minutes=45), session=Session.objects.get())
    with pytest.raises(Refused, match="Carol has another session then"):
        sessions.book(
            relationship=second,
            starts_at=NOON,
            minutes=60,
            by=second.members.get(role="mentor").person,
            now=now,
        )
    with pytest.raises(Refused, match="You have another session then"):
        sessions.book(relationship=second, starts_at=NOON, minutes=60, by=carol.person, now=now)
    assert second.sessions.count() == 0
    sessions.book(relationship=second, starts_at=NOON, minutes=45, by=carol.person, now=now)


@pytest.mark.parametrize(
    ("at", "minutes", "sentence"),
    [
        (NOON - timedelta(days=30), 60, "That time has passed. You can log the session instead."),
        (NOON + timedelta(minutes=10), 60, "Choose a time on the quarter of an hour, such as 12:15."),
        (NOON, 0, "A session lasts between 5 minutes and 8 hours."),
        (NOON + timedelta(days=800), 60, "That is more than a year and a half away. Choose an earlier day."),
    ],
)
def test_what_cannot_be_booked(pair, now, at, minutes, sentence):
    with pytest.raises(Refused, match=sentence):
        book(pair, now, at=at, minutes=minutes)
    assert not Session.objects.exists()
    assert not Quarter.objects.exists()


def test_nothing_is_booked_while_paused_or_after_the_end(pair, now):
    relationships.pause(relationship=pair.relationship, by=pair.mentor, now=now)
    with pytest.raises(Refused, match="This is paused, so no session can be booked"):
        book(pair, now)
    relationships.resume(relationship=pair.relationship, by=pair.mentor, now=now)
    relationships.end(relationship=pair.relationship, by=pair.mentor, now=now)
    with pytest.raises(Refused, match="has ended, so no session can be booked"):
        book(pair, now)


def test_moving_frees_the_old_time_and_counts_up(pair, now):
    session = book(pair, now)
    later = NOON + timedelta(days=3)
    sessions.move(session=session, starts_at=later, seen=0, by=pair.mentor, now=now)
    assert (session.day, session.sequence, session.is_rearranged) == (date(2027, 4, 23), 1, True)
    assert set(Quarter.objects.values_list("at", flat=True).distinct()) == set(quarters_of(later, 60))
    with pytest.raises(Refused, match="has just been changed by somebody else"):
        sessions.move(session=session, starts_at=NOON, seen=0, by=pair.mentee, now=now)
    book(pair, now)  # the old time is free again


def test_a_refused_move_leaves_the_session_where_it_was(pair, now):
    first, second = book(pair, now), book(pair, now, at=NOON + timedelta(hours=2))
    with pytest.raises(Refused, match="another session then"):
        sessions.move(session=first, starts_at=second.starts_at, seen=0, by=pair.mentor, now=now)
    first = Session.objects.get(pk=first.pk)
    assert (first.starts_at, first.sequence, first.quarters.count()) == (NOON, 0, 8)


def test_the_date_of_a_cancelled_session_is_open_again(monthly, now):
    target = monthly.dates[0]
    session = book(monthly, now, target=target)
    target.refresh_from_db()
    assert target.state == Target.State.BOOKED
    with pytest.raises(Refused, match="A session is booked already for April"):
        book(monthly, now, at=NOON + timedelta(days=1), target=target)
    sessions.cancel(session=session, seen=0, by=monthly.mentor, now=now)
    target.refresh_from_db()
    assert target.state == Target.State.OPEN
    assert not Quarter.objects.exists()
    book(monthly, now, target=target)


def test_logging_a_booked_session_meets_its_date_once(monthly, now):
    session = book(monthly, now, target=monthly.dates[0])
    with pytest.raises(Refused, match="has not begun yet"):
        sessions.log(session=session, by=monthly.mentee, now=now)
    after = NOON + timedelta(hours=2)
    for _ in range(2):
        sessions.log(session=session, in_own_time=True, by=monthly.mentee, now=after)
    assert (session.state, session.logged_by, session.in_own_time) == (Session.State.HELD, monthly.mentee, True)
    assert set(session.attendances.values_list("state", flat=True)) == {Attendance.State.ATTENDED}
    assert monthly.relationship.targets.filter(state=Target.State.MET).count() == 1
    assert not Quarter.objects.exists()


def test_a_session_said_to_be_missed_may_turn_out_held(monthly, now):
    session = book(monthly, now, target=monthly.dates[0])
    after = NOON + timedelta(hours=2)
    sessions.miss(session=session, by=monthly.mentor, now=after)
    assert monthly.relationship.targets.get(pk=monthly.dates[0].pk).state == Target.State.OPEN
    sessions.log(session=session, by=monthly.mentee, now=after)
    assert session.target == monthly.dates[0]
    assert monthly.relationship.targets.get(pk=monthly.dates[0].pk).state == Target.State.MET


def test_we_spoke_today_counts_for_the_nearest_open_date(monthly, now):
    day = datetime(2027, 5, 17, 18, 0, tzinfo=UTC)  # the date is 20 May
    session = sessions.log_unplanned(relationship=monthly.relationship, day=day.date(), by=monthly.mentee, now=day)
    assert session.target == monthly.dates[1]
    with pytest.raises(Refused, match="The session on 17 May 2027 is logged already"):  # the mentor, of the same one
        sessions.log_unplanned(relationship=monthly.relationship, day=day.date(), by=monthly.mentor, now=day)
    before = day.date() - timedelta(days=1)
    extra = sessions.log_unplanned(relationship=monthly.relationship, day=before, by=monthly.mentor, now=day)
    assert extra.target is None
    assert session.minutes == 60


def test_we_spoke_today_logs_the_session_that_is_booked_for_today(pair, now):
    session = book(pair, now)
    logged = sessions.log_unplanned(
        relationship=pair.relationship, day=NOON.date(), by=pair.mentee, now=NOON + timedelta(hours=1)
    )
    assert logged == session
    assert Session.objects.count() == 1


def test_a_day_to_come_or_before_the_match_cannot_be_logged(pair, now):
    for day, sentence in (
        (now.date() + timedelta(days=1), "still to come"),
        (now.date() - timedelta(days=1), "before this match was made"),
    ):
        with pytest.raises(Refused, match=sentence):
            sessions.log_unplanned(relationship=pair.relationship, day=day, by=pair.mentee, now=now)


def test_the_end_of_the_mentoring_cancels_what_was_planned(monthly, now):
    session = book(monthly, now, target=monthly.dates[0])
    relationships.end(relationship=monthly.relationship, by=monthly.mentor, now=now)
    session.refresh_from_db()
    assert session.state == Session.State.CANCELLED
    assert not Quarter.objects.exists()
    assert not monthly.relationship.targets.open().exists()


def test_sessions_are_seen_by_those_who_were_in_them_alone(pair, now):
    book(pair, now)
    for viewer, sees in ((pair.mentee, True), (pair.mentor, True), (pair.lead, False)):
        assert Session.objects.visible_to(viewer).exists() is sees
    assert Session.objects.led_by(pair.lead, now=now).exists()


def test_the_sweep_lays_dates_and_lays_nothing_twice(monthly, now):
    plans.change(
        relationship=monthly.relationship,
        first_on=date(2027, 4, 20),
        ends_on=date(2030, 4, 20),  # a year of their own, longer than the programme's
        mode="video",
        by=monthly.mentee,
        now=now,
    )
    many = monthly.relationship.targets.count()
    assert many == 13  # the first, and a year and a month
    assert plans.lay_due(by=None, now=now) == 0
    later = now + timedelta(days=60)
    assert plans.lay_due(by=None, now=later) == 1
    assert monthly.relationship.targets.count() == many + 2
    assert plans.lay_due(by=None, now=later) == 0


def test_a_year_of_the_programme_has_twelve_dates_and_no_more(monthly, now):
    assert monthly.relationship.targets.count() == 12
    assert plans.lay_due(by=None, now=now + timedelta(days=300)) == 0


def test_a_model_without_a_rhythm_is_looked_at_once(pair, now):
    assert plans.lay_due(by=None, now=now) == 1
    assert plans.lay_due(by=None, now=now + timedelta(days=900)) == 0
    assert not pair.relationship.targets.exists()


def test_every_minute_of_ten_years_of_changing_clocks_is_what_was_typed_or_refused():
    days = [date(year, month, 31) for year in range(2026, 2036) for month in (3, 10)]
    for day in days:
        sunday, refused = day - timedelta(days=(day.weekday() + 1) % 7), []
        for hour in (time(minute // 60, minute % 60) for minute in range(24 * 60)):
            try:
                shown = moment_of(sunday, hour).astimezone(LONDON)
            except Refused:
                refused.append(hour)
            else:
                assert (shown.date(), shown.time()) == (sunday, hour)
        assert refused == [time(1, minute) for minute in range(60)], sunday
