"""Calendars, read back by a parser that is not the one that wrote them."""

from datetime import UTC, datetime, timedelta

import pytest
import vobject
from django.urls import reverse

from notices.kinds import registered
from notices.messages import message
from notices.models import Notice
from people.actions import people as people_actions
from people.log import mask
from programmes.actions import relationships
from sessions_log import calendar
from sessions_log.actions import feeds, sessions
from sessions_log.models import CalendarFeed
from tests.builders import sessions_log as builders

NOON = datetime(2027, 10, 29, 11, 0, tzinfo=UTC)  # 12:00 in London, in summer time
AFTER_THE_CLOCKS = datetime(2027, 11, 1, 12, 0, tzinfo=UTC)  # 12:00 in London, in winter time


@pytest.fixture
def session(pair, now):
    return builders.session(
        pair.relationship, pair.mentor, now=now, at=NOON, link="https://meet.example.org/a;b,c\\d", minutes=50
    )


def letter_of(session, recipient, now):
    notice = Notice.objects.get(kind="session", recipient=recipient, about__sequence=session.sequence)
    return registered()["session"].render(notice, now)


def read(content):
    return vobject.readOne(content.decode())


def test_an_invitation_says_when_and_where_and_no_name_but_the_readers(pair, session, now):
    [attachment] = letter_of(session, pair.mentee, now).attachments
    found = read(attachment.content)
    event = found.vevent
    assert (found.method.value, attachment.mime_type) == ("REQUEST", "text/calendar; method=REQUEST; charset=utf-8")
    assert event.dtstart.value == NOON
    assert event.dtend.value == NOON + timedelta(minutes=50)
    assert event.summary.value == "Mentoring session"
    assert event.location.value == "https://meet.example.org/a;b,c\\d"
    assert event.attendee.value == f"mailto:{pair.mentee.email}"
    assert event.organizer.value == "mailto:portal@example.org"
    assert event.sequence.value == "0"
    text = attachment.content.decode()
    assert "Ben" not in text
    assert pair.cohort.programme.name not in text
    assert "\r\n" in text
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_move_keeps_the_name_and_counts_up_over_the_change_of_the_clocks(pair, session, now):
    first = read(letter_of(session, pair.mentee, now).attachments[0].content).vevent
    sessions.move(session=session, starts_at=AFTER_THE_CLOCKS, seen=0, by=pair.mentor, now=now)
    second = read(letter_of(session, pair.mentee, now).attachments[0].content).vevent
    assert second.uid.value == first.uid.value
    assert (first.sequence.value, second.sequence.value) == ("0", "1")
    assert second.dtstart.value == AFTER_THE_CLOCKS


def test_a_cancellation_takes_it_out_again(pair, session, now):
    uid = read(letter_of(session, pair.mentee, now).attachments[0].content).vevent.uid.value
    sessions.cancel(session=session, seen=0, by=pair.mentee, now=now)
    [attachment] = letter_of(session, pair.mentee, now).attachments
    found = read(attachment.content)
    assert (found.method.value, found.vevent.status.value, found.vevent.uid.value) == ("CANCEL", "CANCELLED", uid)
    assert "method=CANCEL" in attachment.mime_type


def test_the_mail_carries_the_invitation_where_programs_look_for_it(pair, session, now):
    mail = message(letter_of(session, pair.mentee, now), to=pair.mentee.email, message_id=session.uid).message()
    kinds = [part.get_content_type() for part in mail.walk()]
    assert "text/calendar" in kinds
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    assert read(part.get_payload(decode=True)).vevent.dtstart.value == NOON


def test_feed_detail_makes_an_address_that_is_shown_once(client, pair, session):
    client.force_login(pair.mentee)
    page = reverse("sessions_log:feed-detail")
    address = client.post(page).context["address"]
    assert address not in client.get(page).content.decode()
    token = address.split("/")[-2]
    assert token not in str(CalendarFeed.objects.values().get())
    assert token not in mask(f"GET /calendar/{token}/sessions.ics")
    feed = reverse("sessions_log:feed-read", args=[token])
    assert address.endswith(feed)
    client.post(page)  # a new one
    assert client.get(feed).status_code == 404


def test_feed_read_has_ones_own_sessions_and_nobody_elses(client, pair, session, now):
    token = feeds.open_feed(by=pair.mentee, now=now)
    answer = client.get(reverse("sessions_log:feed-read", args=[token]))
    assert "no-store" in answer.headers["Cache-Control"]
    found = read(answer.content)
    assert [event.dtstart.value for event in found.vevent_list] == [NOON]
    assert "Ben" not in answer.content.decode()
    lead = feeds.open_feed(by=pair.lead, now=now)
    assert b"VEVENT" not in client.get(reverse("sessions_log:feed-read", args=[lead])).content
    sessions.cancel(session=session, seen=0, by=pair.mentor, now=now)
    assert b"VEVENT" not in client.get(reverse("sessions_log:feed-read", args=[token])).content


def test_feed_read_of_somebody_who_has_left_is_not_there(client, pair, session, now):
    token = feeds.open_feed(by=pair.mentee, now=now)
    people_actions.leave(person=pair.mentee, by=None, now=now)
    assert client.get(reverse("sessions_log:feed-read", args=[token])).status_code == 404


def test_feed_close_closes_it(client, pair, session, now):
    token = feeds.open_feed(by=pair.mentee, now=now)
    client.force_login(pair.mentee)
    client.post(reverse("sessions_log:feed-close"))
    assert client.get(reverse("sessions_log:feed-read", args=[token])).status_code == 404


def test_what_was_planned_is_gone_from_the_feed_when_the_mentoring_ends(pair, session, now):
    relationships.end(relationship=pair.relationship, by=pair.mentor, now=now)
    assert list(calendar.sessions_for(pair.mentee, now=now)) == []


def test_the_end_of_the_mentoring_takes_what_was_planned_out_of_both_calendars(pair, session, now):
    relationships.end(relationship=pair.relationship, by=pair.mentor, now=now)
    session.refresh_from_db()
    for person in (pair.mentee, pair.mentor):
        assert read(letter_of(session, person, now).attachments[0].content).method.value == "CANCEL"
