"""Hours: one's own, a line manager's once they are shared, and a lead's of every member. Hours and nothing else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.refusal import Refused
from notices.models import Notice
from people.actions import employments
from programmes.actions import relationships
from sessions_log.actions import sessions, statements
from sessions_log.models import HoursShare
from sessions_log.statements import agreed, in_hours
from tests.builders import people, programmes, sessions_log


@pytest.fixture
def weekly(db, now):
    return programmes.pair(programmes.bringing_cohort(now=now), now=now)


@pytest.fixture
def member(weekly):
    return weekly.members.get(role="mentee")


@pytest.fixture
def signed_in(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def own_page(weekly):
    return reverse("sessions_log:hours-statement", args=[weekly.pk])


def held(pair, by, day, *, minutes=30, now, attended=None):
    return sessions.log_unplanned(relationship=pair, day=day, minutes=minutes, attended=attended, by=by, now=now)


@pytest.mark.parametrize(
    ("minutes", "words"), [(30, "0.5 hours"), (60, "1 hour"), (735, "12.25 hours"), (0, "0 hours")]
)
def test_hours_are_said_without_needless_noughts(minutes, words):
    assert in_hours(minutes) == words


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        ({"kind": "weekly", "minutes": 30}, "0.5 hours a week"),
        ({"kind": "fortnightly", "minutes": 60}, "0.5 hours a week"),
        ({"kind": "monthly", "minutes": 60}, "1 hour a month"),
        ({"kind": "as-and-when"}, ""),
    ],
)
def test_what_the_cadence_takes(now, db, cadence, words):
    assert agreed(programmes.pair(programmes.cohort(now=now, cadence=cadence), now=now)) == words


def test_hours_shared_is_the_managers_alone_and_only_while_it_is_shared(weekly, member, now, signed_in):
    manager, other = people.person("Mona Lisle", now=now), people.person(now=now)
    employments.set_managers(person=member.person, managers=[manager], by=None, now=now)
    share = statements.share(member=member, by=member.person, now=now)
    page = reverse("sessions_log:hours-shared", args=[share.pk])
    read = signed_in(manager).get(page).content.decode()
    assert "0.5 hours a week" in read
    assert weekly.members.get(role="mentor").person.family_name not in read
    assert signed_in(other).get(page).status_code == 404
    assert signed_in(weekly.members.get(role="mentor").person).get(page).status_code == 404
    employments.set_managers(person=member.person, managers=[other], by=None, now=now + timedelta(days=1))
    assert not HoursShare.objects.read_by(manager, on=(now + timedelta(days=1)).date()).exists()
    statements.take_back(member=member, by=other, now=now)  # nobody's but the mentee's to take back
    assert HoursShare.objects.get().taken_back_at is None
    statements.take_back(member=member, by=member.person, now=now)
    assert signed_in(manager).get(page).status_code == 404


def test_it_ends_with_the_match(weekly, member, now):
    share = sessions_log.hours_share(member, now=now)
    relationships.end(relationship=weekly, by=None, now=now)
    assert not HoursShare.objects.standing().filter(pk=share.pk).exists()


def test_sharing_is_the_mentees_alone_and_tells_each_manager_once(weekly, member, now):
    with pytest.raises(Refused, match="No line manager of yours is on record"):
        statements.share(member=member, by=member.person, now=now)
    mentor = weekly.members.get(role="mentor")
    with pytest.raises(Refused, match="Only a mentee"):
        statements.share(member=mentor, by=mentor.person, now=now)
    sessions_log.hours_share(member, now=now)
    statements.share(member=member, by=member.person, now=now)
    assert Notice.objects.filter(kind="hours-shared").count() == 1


def test_a_confidential_programme_shows_hours_to_no_manager(now, db):
    cohort = programmes.bringing_cohort(now=now, confidential_membership=True)
    member = programmes.pair(cohort, now=now).members.get(role="mentee")
    with pytest.raises(Refused, match="only where the programme has it"):
        statements.share(member=member, by=member.person, now=now)


def test_hours_statement_counts_what_was_held_and_who_came(weekly, member, now, signed_in):
    page = signed_in(member.person).get(own_page(weekly)).content.decode()
    assert "Nothing has been logged yet" in page
    later = now + timedelta(days=30)
    for days in (7, 14):
        held(weekly, member.person, (now + timedelta(days=days)).date(), now=later)
    absent = [weekly.members.get(role="mentor").pk]
    held(weekly, member.person, (now + timedelta(days=21)).date(), now=later, attended=absent)
    page = signed_in(member.person).get(own_page(weekly)).content.decode()
    assert "1 hour in 2 meetings" in page
    assert signed_in(weekly.members.get(role="mentor").person).get(own_page(weekly)).status_code == 404


def test_per_member_hours_are_read_by_each_of_their_own_and_by_leads_of_all(now, db, signed_in):
    cohort = programmes.cohort(now=now, hours="per-member", cadence={"kind": "monthly"})
    lead = people.lead(cohort.programme.organisation, now=now)
    pair = programmes.pair(cohort, now=now)
    mentor = pair.members.get(role="mentor").person
    page = signed_in(mentor).get(own_page(pair)).content.decode()
    assert "1 hour a month" in page
    assert "Share it" not in page
    url = reverse("sessions_log:hours-list", args=[cohort.pk])
    assert mentor.name in signed_in(lead).get(url).content.decode()
    assert (
        "Hours by member" in signed_in(lead).get(reverse("programmes:cohort-detail", args=[cohort.pk])).content.decode()
    )
    assert signed_in(mentor).get(url).status_code == 404
    off = programmes.cohort(organisation=cohort.programme.organisation, now=now)
    assert signed_in(lead).get(reverse("sessions_log:hours-list", args=[off.pk])).status_code == 404


def test_hours_list_asks_as_much_of_three_pairs_as_of_one(now, db, signed_in, django_assert_num_queries):
    cohort = programmes.cohort(now=now, hours="per-member")
    client = signed_in(people.lead(cohort.programme.organisation, now=now))
    url = reverse("sessions_log:hours-list", args=[cohort.pk])
    for _ in range(2):
        programmes.pair(cohort, now=now)
        with django_assert_num_queries(7):
            client.get(url)
        programmes.pair(cohort, now=now)
