"""Many who reach for one hour at one moment. The twin with the guard off must show the double booking."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from sessions_log.actions import sessions
from sessions_log.models import Session
from sessions_log.models.sessions import SessionQuerySet
from tests.builders import programmes as builders
from tests.races import at_once, quarters_may_be_shared

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2027, 4, 20, 11, 0, tzinfo=UTC)


@pytest.fixture
def one_mentor(now):
    cohort = builders.cohort(now=now)
    ben = builders.mentor(cohort, "Ben", capacity=3, now=now)
    return [builders.pair(cohort, builders.mentee(cohort, now=now), ben, now=now) for _ in range(3)]


def booking(relationship, now, minutes=60, at=NOON):
    mentee = relationship.members.get(role="mentee").person
    return lambda: lambda: sessions.book(relationship=relationship, starts_at=at, minutes=minutes, by=mentee, now=now)


def test_one_of_three_has_the_hour_and_the_others_a_sentence(one_mentor, now):
    refusals = at_once(*[booking(relationship, now) for relationship in one_mentor])
    assert refusals == ["Ben has another session then. Choose another time."] * 2
    assert Session.objects.count() == 1


def test_hours_that_only_overlap_are_one_hour_too(one_mentor, now):
    half_past = NOON.replace(minute=30)
    refusals = at_once(booking(one_mentor[0], now), booking(one_mentor[1], now, at=half_past))
    assert len(refusals) == 1
    assert Session.objects.count() == 1


def test_without_the_guard_the_hour_is_double_booked(one_mentor, now):
    with quarters_may_be_shared():
        assert at_once(*[booking(relationship, now) for relationship in one_mentor]) == []
        assert Session.objects.count() == 3


def test_session_book_at_one_moment_is_one_booking_and_a_page_that_says_why_for_the_others(one_mentor, now):
    """Over HTTP: who was first is led on, the others keep their form, with the sentence and 409."""
    answers = []

    def sending(relationship):
        def open_page():
            client = Client()
            client.force_login(relationship.members.get(role="mentee").person)
            page = reverse("sessions_log:session-book", args=[relationship.pk])
            client.get(page)
            form = {"day": "2027-04-20", "time": "12:00", "minutes": "60", "mode": "video"}
            return lambda: answers.append(client.post(page, form))

        return open_page

    with time_machine.travel(now, tick=False):
        at_once(*[sending(relationship) for relationship in one_mentor])
    assert sorted(answer.status_code for answer in answers) == [302, 409, 409]
    for answer in answers:
        if answer.status_code == 409:
            page = answer.content.decode()
            assert "Ben has another session then. Choose another time." in page
            assert answer.context["form"]["time"].value() == "12:00"  # nothing that was chosen is lost
    assert Session.objects.count() == 1


def logging_today(relationship, now):
    mentee = relationship.members.get(role="mentee").person
    return lambda: lambda: sessions.log_unplanned(relationship=relationship, day=now.date(), by=mentee, now=now)


def test_both_log_one_meeting_at_one_moment_and_it_is_one_session(one_mentor, now):
    refusals = at_once(*[logging_today(one_mentor[0], now)] * 4)
    assert refusals == ["The session on 14 April 2027 is logged already. Open it in the list to change it."] * 3
    assert Session.objects.held().count() == 1


def test_without_a_look_at_what_is_logged_it_would_be_as_many(one_mentor, now, monkeypatch):
    monkeypatch.setattr(SessionQuerySet, "held", SessionQuerySet.none)
    assert at_once(*[logging_today(one_mentor[0], now)] * 4) == []
    monkeypatch.undo()
    assert Session.objects.held().count() == 4
