"""Many who reach for one hour at one moment. The twin with the guard off must show the double booking."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from sessions_log.actions import sessions
from sessions_log.models import Quarter, Session
from sessions_log.models.sessions import SessionQuerySet
from tests.builders import programmes as builders
from tests.programmes.test_races import at_once

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


@pytest.fixture
def without_guard(monkeypatch):
    """The table as it would be without its unique constraint."""
    [guard] = Quarter._meta.constraints
    monkeypatch.setattr(Quarter._meta, "constraints", [])  # SQLite makes the table anew, as the model says
    with connection.schema_editor() as editor:
        editor.remove_constraint(Quarter, guard)
    yield
    Session.objects.all().delete()
    monkeypatch.undo()
    with connection.schema_editor() as editor:
        editor.add_constraint(Quarter, guard)


@pytest.mark.usefixtures("without_guard")
def test_without_the_guard_the_hour_is_double_booked(one_mentor, now):
    assert at_once(*[booking(relationship, now) for relationship in one_mentor]) == []
    assert Session.objects.count() == 3


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
