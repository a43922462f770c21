"""The certificate of mentoring hours: what is counted, whose it is, and that it lasts beyond the mentoring."""

from datetime import timedelta

import pytest
from django.urls import reverse

from programmes.actions import endings
from sessions_log.actions import gatherings, sessions
from sessions_log.certificates import certificate_of
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def pair(now):
    begun = now - timedelta(days=20)
    return builders.pair(builders.cohort(now=begun, start_date=begun.date()), now=begun)


def enrolment(pair, role):
    return pair.members.get(role=role).enrolment


def held(pair, day, minutes, now, *, came=("mentee", "mentor")):
    by = pair.members.get(role="mentor").person
    members = pair.members.filter(role__in=came)
    return sessions.log_unplanned(
        relationship=pair, day=day, minutes=minutes, attended=[one.pk for one in members], by=by, now=now
    )


def test_certificate_counts_held_sessions_at_which_one_was(pair, now):
    assert not certificate_of(enrolment(pair, "mentee"))
    today = now.date()
    held(pair, today - timedelta(days=9), 60, now)
    held(pair, today - timedelta(days=2), 45, now)
    held(pair, today - timedelta(days=1), 30, now, came=("mentor",))
    mine = certificate_of(enrolment(pair, "mentee"))
    assert (mine.sessions, mine.hours, mine.first, mine.last) == (
        2,
        "1.75",
        today - timedelta(days=9),
        today - timedelta(days=2),
    )
    theirs = certificate_of(enrolment(pair, "mentor"))
    assert (theirs.sessions, theirs.hours) == (3, "2.25")


def test_certificate_names_the_training_of_the_programme(pair, now):
    mentor = enrolment(pair, "mentor")
    training = gatherings.add(
        cohort=pair.cohort, kind="training", title="Mentoring skills", day=now.date(), by=None, now=now
    )
    gatherings.tick(gathering=training, attended=[mentor.pk], by=None, now=now)
    assert certificate_of(mentor).trainings == [("Mentoring skills", now.date())]
    assert certificate_of(enrolment(pair, "mentee")).trainings == []


def test_certificate_detail_is_its_persons_alone_also_once_it_is_over(pair, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    mentee, mentor = enrolment(pair, "mentee"), enrolment(pair, "mentor")
    address = reverse("sessions_log:certificate-detail", args=[mentee.pk])
    part = reverse("programmes:enrolment-detail", args=[mentee.pk])
    client.force_login(mentee.person)
    assert "Nothing to certify yet" in text(client.get(address))
    assert address not in text(client.get(part))
    held(pair, now.date() - timedelta(days=1), 60, now)
    endings.thank(ending=[pair], by=None, now=now)
    assert address in text(client.get(part))
    page = text(client.get(address))
    assert mentee.person.name in page
    assert "<strong>1 session</strong> of <strong>1 hour</strong> in all" in page
    assert mentor.person.name not in page
    client.force_login(mentor.person)
    assert client.get(address).status_code == 404
