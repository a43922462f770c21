"""Logging sessions: from a mail, from a bookmark, with details; and what is asked when nobody logs."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from notices.actions import delivery
from notices.kinds import Skip, registered
from notices.models import Notice
from notices.post import Post
from people.models import OneTimeLink
from programmes.actions import relationships
from sessions_log.actions import asking, plans, sessions
from sessions_log.models import Attendance, Session, Target
from tests.builders import programmes
from tests.builders import sessions_log as builders

TUESDAY = datetime(2027, 4, 20, 11, 0, tzinfo=UTC)  # 12:00 in London
AFTER = TUESDAY + timedelta(hours=3)


def url(name, pair, *more):
    return reverse(f"sessions_log:{name}", args=[pair.relationship.pk, *more])


def letter(notice, now):
    return registered()[notice.kind].render(notice, now)


@pytest.fixture
def reminded(pair, now):
    """The pair meets monthly, and its programme sends a reminder."""
    pair.cohort.programme.settings = {"reminders": {"kind": "nudge"}}
    builders.monthly(pair.cohort)
    pair.relationship.refresh_from_db()
    plans.change(relationship=pair.relationship, first_on=date(2027, 4, 20), mode="video", by=pair.mentee, now=now)
    pair.session = builders.session(pair.relationship, pair.mentor, now=now, at=TUESDAY)
    return pair


def asked(pair, at=AFTER):
    asking.ask_due(by=None, now=at)
    return Notice.objects.filter(kind="did-you-meet")


def address_in(text):
    return re.search(r"https?://[^/]+(/met/\S+)", text)[1]


# --- the mail after a session --------------------------------------------------


def test_session_met_logs_in_two_clicks_without_signing_in(client, reminded, time_machine):
    [notice] = asked(reminded)
    assert notice.recipient == reminded.mentee
    time_machine.move_to(AFTER, tick=False)
    address = address_in(letter(notice, AFTER).text)
    page = client.get(address).content.decode()  # one
    assert "Did you meet?" in page
    assert "Ben" not in page  # the page knows the session, not the people
    reminded.session.refresh_from_db()
    assert reminded.session.state == Session.State.PLANNED  # looking does nothing
    assert "Thank you. It is logged." in client.post(address).content.decode()  # two
    reminded.session.refresh_from_db()
    assert (reminded.session.state, reminded.session.logged_by) == (Session.State.HELD, reminded.mentee)
    assert OneTimeLink.objects.get().used_at == AFTER
    assert client.get(address).status_code == 410
    assert client.post(address).status_code == 410
    assert client.get(reverse("sessions_log:session-overview")).status_code == 302  # it opened nothing else


@pytest.mark.parametrize("what", ["month", "revoked", "left", "cancelled", "nonsense"])
def test_session_met_opens_nothing_any_more(client, reminded, time_machine, what, now):
    [notice] = asked(reminded)
    address = address_in(letter(notice, AFTER).text)
    time_machine.move_to(AFTER + timedelta(days=31) if what == "month" else AFTER, tick=False)
    if what == "revoked":
        OneTimeLink.objects.update(revoked_at=AFTER)
    elif what == "left":
        relationships.end(relationship=reminded.relationship, by=None, now=AFTER)
    elif what == "cancelled":
        sessions.cancel(session=reminded.session, seen=0, by=reminded.mentor, now=now)
    elif what == "nonsense":
        address = address[:-8] + "nonsense/"
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 410
        assert "This link does not open any more" in answer.content.decode()
    assert not Session.objects.held().exists()


def test_one_is_asked_once_however_often_the_sweep_comes(reminded):
    for minutes in (0, 1, 60, 60 * 24 * 40):
        asked(reminded, AFTER + timedelta(minutes=minutes))
    assert asked(reminded).count() == 1


def test_nobody_is_asked_while_the_session_lasts(reminded):
    assert not asked(reminded, TUESDAY + timedelta(minutes=30)).exists()
    assert asked(reminded).exists()


def test_nobody_is_asked_where_the_policy_is_none(pair, now):
    builders.session(pair.relationship, pair.mentor, now=now, at=TUESDAY)
    assert not asked(pair).exists()
    assert Session.objects.get().asked_at is not None


def test_where_a_return_is_due_there_is_no_second_mail(reminded, now):
    reminded.cohort.programme.settings["forms"] = ["session-return@2"]
    reminded.cohort.programme.save()
    assert not asked(reminded).exists()
    asking.nudge_due(by=None, now=datetime(2027, 6, 30, 9, 0, tzinfo=UTC))
    assert not Notice.objects.filter(kind="date-missed").exists()


def test_the_mentor_of_a_group_is_asked_for_all(db, now):
    group = builders.group(builders.group_cohort(now=now, reminders={"kind": "nudge"}), now=now)
    mentor = group.members.get(role="mentor").person
    builders.session(group, mentor, now=now, at=TUESDAY)
    asking.ask_due(by=None, now=AFTER)
    assert Notice.objects.get(kind="did-you-meet").recipient == mentor


def test_long_sessions_under_way_hide_none_that_has_ended(reminded, now, monkeypatch):
    monkeypatch.setattr(asking, "BATCH", 1)
    other = programmes.pair(reminded.cohort, now=now)
    mentor = other.members.get(role="mentor").person
    builders.session(other, mentor, now=now, at=TUESDAY - timedelta(hours=1), minutes=480)
    [notice] = asked(reminded)
    assert notice.about["session"] == reminded.session.pk


def test_nobody_is_asked_before_the_session_is_over(reminded):
    over = TUESDAY + timedelta(minutes=reminded.session.minutes)
    assert not asked(reminded, at=over - timedelta(seconds=1)).exists()
    assert asked(reminded, at=over).count() == 1


@pytest.mark.parametrize("meanwhile", ["logged", "missed", "ended", "paused", "left"])
def test_the_mail_is_not_sent_once_it_is_answered_or_over(reminded, meanwhile):
    [notice] = asked(reminded)
    if meanwhile == "logged":
        sessions.log(session=reminded.session, by=reminded.mentor, now=AFTER)
    elif meanwhile == "missed":
        sessions.miss(session=reminded.session, by=reminded.mentor, now=AFTER)
    elif meanwhile == "ended":
        relationships.end(relationship=reminded.relationship, by=None, now=AFTER)
    elif meanwhile == "paused":
        relationships.pause(relationship=reminded.relationship, by=None, now=AFTER)
    else:
        reminded.mentee.is_active = False
        reminded.mentee.save()
        notice.refresh_from_db()
    assert isinstance(letter(notice, AFTER), Skip)


# --- dates that go by ----------------------------------------------------------


def test_each_member_hears_once_of_a_date_that_went_by(reminded, now):
    sessions.cancel(session=reminded.session, seen=0, by=reminded.mentor, now=now)
    day_after = datetime(2027, 4, 21, 9, 0, tzinfo=UTC)
    for days in (0, 1, 5):
        asking.nudge_due(by=None, now=day_after + timedelta(days=days))
    owed = Notice.objects.filter(kind="date-missed")
    assert {one.recipient for one in owed} == {reminded.mentee, reminded.mentor}
    assert owed.count() == 2
    assert "planned for about 20 April 2027" in letter(owed.first(), day_after).text


def test_a_date_that_is_booked_held_or_left_out_is_not_missed(reminded, now):
    first, second, third = reminded.relationship.targets.all()[:3]
    Target.objects.filter(pk=first.pk).update(state=Target.State.MET)
    Target.objects.filter(pk=second.pk).update(state=Target.State.SKIPPED)
    Target.objects.filter(pk=third.pk).update(state=Target.State.BOOKED)
    asking.nudge_due(by=None, now=datetime(2027, 6, 30, 9, 0, tzinfo=UTC))
    assert not Notice.objects.filter(kind="date-missed").exists()


def test_nobody_hears_of_dates_where_the_policy_is_none(pair, now):
    builders.monthly(pair.cohort)
    pair.relationship.refresh_from_db()
    plans.change(relationship=pair.relationship, first_on=date(2027, 4, 20), mode="video", by=pair.mentee, now=now)
    asking.nudge_due(by=None, now=now + timedelta(weeks=10))
    assert not Notice.objects.filter(kind="date-missed").exists()


def test_only_the_senior_hears_where_the_model_says_so(reminded, now):
    reminded.cohort.programme.settings["reminders"]["to"] = ["mentee"]
    reminded.cohort.programme.save()
    asking.nudge_due(by=None, now=datetime(2027, 5, 21, 9, 0, tzinfo=UTC))
    owed = Notice.objects.filter(kind="date-missed")
    assert {one.recipient for one in owed} == {reminded.mentee}
    assert owed.count() == 2  # the dates of April and May


def test_a_nudge_owed_says_nothing_once_a_session_is_booked(reminded, now):
    asking.nudge_due(by=None, now=datetime(2027, 5, 21, 9, 0, tzinfo=UTC))
    notice = Notice.objects.filter(kind="date-missed", about__target=reminded.relationship.targets.first().pk).first()
    sessions.book(
        relationship=reminded.relationship,
        starts_at=datetime(2027, 5, 25, 11, 0, tzinfo=UTC),
        minutes=60,
        target=reminded.relationship.targets.first(),
        by=reminded.mentee,
        now=now,
    )
    assert isinstance(letter(notice, datetime(2027, 5, 21, 10, 0, tzinfo=UTC)), Skip)
    assert isinstance(registered()["date-missed"].line(notice, now), Skip)


# --- pages ---------------------------------------------------------------------


@pytest.fixture
def asha(client, pair):
    client.force_login(pair.mentee)
    return client


def test_session_spoke_logs_today_and_asks_nothing_else(asha, pair, now):
    page = asha.get(url("session-spoke", pair)).content.decode()
    assert "Wednesday 14 April 2027" in page
    assert "<input" not in page.split("<main")[1].split("</main>")[0].replace('<input type="hidden"', "")
    for _ in range(2):
        asha.post(url("session-spoke", pair))
    session = Session.objects.get()
    assert (session.day, session.state) == (now.date(), Session.State.HELD)
    assert "Logged for Wednesday 14 April 2027" in asha.get(url("session-spoke", pair)).content.decode()


def test_session_log_keeps_who_was_there_how_long_and_in_whose_time(asha, pair, now, time_machine):
    session = builders.session(pair.relationship, pair.mentor, now=now, at=TUESDAY)
    time_machine.move_to(AFTER, tick=False)
    asha.force_login(pair.mentee)  # the first sign-in has run out
    assert "Did you meet on Tuesday 20 April?" in asha.get(url("session-list", pair)).content.decode()
    page = url("session-log", pair, session.pk)
    assert "Tick who was there" in asha.post(page, {"minutes": "30"}).content.decode()
    member = pair.relationship.members.get(person=pair.mentee)
    asha.post(page, {"attended": [member.pk], "minutes": "30", "mode": "phone", "time": "own"})
    session.refresh_from_db()
    assert (session.minutes, session.mode, session.in_own_time) == (30, "phone", True)
    assert list(session.attendances.filter(state=Attendance.State.ATTENDED)) == [session.attendances.get(member=member)]
    form = asha.get(page).context["form"]
    assert (form.initial["attended"], form.initial["time"]) == ([member.pk], "own")


def test_session_log_refuses_one_that_has_not_begun(asha, pair, now):
    session = builders.session(pair.relationship, pair.mentor, now=now, at=TUESDAY)
    assert asha.get(url("session-log", pair, session.pk)).status_code == 404


def test_session_log_past_logs_for_a_group_in_one_go(client, db, now):
    group = builders.group(builders.group_cohort(now=now), names=["Uma Day", "Vic Hill"], now=now)
    pair = type("Pair", (), {"relationship": group})
    client.force_login(group.members.get(role="mentor").person)
    form = client.get(url("session-log-past", pair)).context["form"]
    assert len(form.initial["attended"]) == 3
    there = form.initial["attended"][:2]
    client.post(url("session-log-past", pair), {"attended": there, "minutes": "60", "day": now.date()})
    assert Session.objects.get().attendances.filter(state=Attendance.State.ATTENDED).count() == 2


def test_session_log_past_says_why_not(asha, pair, now):
    member = pair.relationship.members.first()
    tomorrow = {"attended": [member.pk], "minutes": "60", "day": now.date() + timedelta(days=1)}
    assert "That day is still to come" in asha.post(url("session-log-past", pair), tomorrow).content.decode()
    assert not Session.objects.exists()


def test_session_miss_opens_the_date_again(asha, pair, now, time_machine):
    session = builders.session(pair.relationship, pair.mentor, now=now, at=TUESDAY)
    early = asha.post(url("session-miss", pair, session.pk), follow=True).content.decode()
    assert "has not begun yet" in early
    time_machine.move_to(AFTER, tick=False)
    asha.force_login(pair.mentee)
    asha.post(url("session-miss", pair, session.pk))
    assert "Did not happen" in asha.get(url("session-list", pair)).content.decode()


@pytest.mark.django_db
def test_session_log_offers_the_topics_of_the_outline_and_keeps_those_that_came_up(client, now):
    outline = {"outline": "weeks", "topics": ["1: Getting started", "2: Calculations", "30: The last stretch"]}
    cohort = programmes.cohort(now=now, start_date=now.date(), **outline)
    relationship = programmes.pair(cohort, now=now)
    mentee = relationship.members.get(role="mentee")
    client.force_login(mentee.person)
    url = reverse("sessions_log:session-log-past", args=[relationship.pk])
    page = client.get(url).content.decode()
    assert "Calculations" in page
    assert "The last stretch" not in page
    answers = {"day": "2027-04-14", "attended": [mentee.pk], "minutes": "60"}
    assert "Select a valid choice" in client.post(url, answers | {"topics": ["Made up"]}).content.decode()
    page = client.post(url, answers | {"topics": ["Calculations"]}, follow=True).content.decode()
    session = Session.objects.get()
    assert session.topics == ["Calculations"]
    assert "Calculations" in page
    form = client.get(reverse("sessions_log:session-log", args=[relationship.pk, session.pk])).context["form"]
    assert form.initial["topics"] == ["Calculations"]


@pytest.mark.django_db
def test_whoever_meets_weekly_is_asked_once_a_week_about_all_of_it(now):
    cohort = programmes.cohort(now=now, cadence={"kind": "twice-weekly"}, reminders={"kind": "digest"})
    relationship = programmes.pair(cohort, now=now)
    mentee = relationship.members.get(role="mentee").person
    for days in (0, 1):
        at = now.replace(hour=12) + timedelta(days=days)
        builders.session(relationship, mentee, now=now, at=at)
    friday = now + timedelta(days=2)
    asking.ask_due(by=None, now=friday)
    asked = Notice.objects.filter(kind="did-you-meet-week")
    assert asked.count() == 2
    assert not Notice.objects.filter(kind="did-you-meet").exists()
    assert {f"{timezone.localtime(one.due_at):%A %H:%M}" for one in asked} == {"Monday 09:00"}
    mail.outbox.clear()
    monday = asked.first().due_at
    for moment in (friday, monday):
        with time_machine.travel(moment, tick=False), Post() as post:
            for pk in asked.values_list("pk", flat=True):
                delivery.deliver(notice_id=pk, post=post, by=None, now=moment)
        if moment == friday:
            assert not mail.outbox
    [letter] = mail.outbox
    assert letter.subject == "2 reminders"
    assert letter.body.count("Did you meet") == 2
    assert letter.body.count("/met/") == 2
