"""Whether small teams are squeezed out: how often people came by the size of their team, with nobody to be known."""

from collections import defaultdict
from itertools import product

import pytest
from django.urls import reverse

from programmes.actions import groups
from sessions_log.actions import sessions
from sessions_log.queries.attendance import BySize, by_team_size, told_of
from tests.builders import people, programmes

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(now):
    return programmes.cohort(now=now, model_key="advanced-peer-group", start_date=now.date())


def members(cohort, now, team: str, count: int):
    trust = cohort.programme.organisation
    there = people.team(trust, name=team, now=now)
    return [programmes.mentee(cohort, team=there, band="7", now=now, volunteered=True) for _ in range(count)]


def met(cohort, now, some, came):
    mentor = programmes.mentor(cohort, level="consultant", band="8c", now=now)
    group = groups.form(cohort=cohort, mentors=[mentor], mentees=some, by=None, now=now)
    there = [group.members.get(person=one.person).pk for one in came] + [group.members.get(role="mentor").pk]
    sessions.log_unplanned(relationship=group, day=now.date(), minutes=60, attended=there, by=mentor.person, now=now)


def lines(cohort, now):
    return [(line.label, line.people, line.share) for line in by_team_size(cohort, now=now)]


def test_people_are_counted_by_how_many_of_their_team_take_part(cohort, now):
    surgery, small = members(cohort, now, "Surgery", 6), [*members(cohort, now, "Renal", 2)]
    assert lines(cohort, now) == []  # two from small teams could be had by taking away
    for number in range(3):
        small += members(cohort, now, f"Team {number}", 1)
    met(cohort, now, [*surgery[:3], *small], [*surgery[:2], small[0]])
    assert lines(cohort, now) == [("Fewer than 3", 5, "20%"), ("3 to 8", 6, "67%")]
    programmes.mentee(cohort, band="7", now=now, volunteered=True)  # has no team on record
    assert lines(cohort, now) == [("Fewer than 3", 5, "20%"), ("Any other", 7, "67%")]


def test_no_small_number_can_be_had_by_taking_away_even_by_whoever_knows_the_total_and_the_rule():
    """They try every four counts of that total, and keep those of which the page would say the same."""
    read = defaultdict(list)
    for counts in product(range(12), repeat=4):
        told = told_of([BySize(str(number), count, 0, 0) for number, count in enumerate(counts)], floor=5)
        assert all(line.people >= 5 for line in told)
        read[tuple((line.label, line.people) for line in told), sum(counts)].append(counts)
    for possible in (some for (_, total), some in read.items() if total <= 24):  # of more, not all were tried
        for place in range(4):
            found = {counts[place] for counts in possible}
            assert len(found) > 1 or found & {0, *range(5, 12)}, possible


def test_five_from_small_teams_are_enough_to_say_how_often_they_came(cohort, now):
    small = [one for number in range(5) for one in members(cohort, now, f"Team {number}", 1)]
    assert lines(cohort, now) == [("Fewer than 3", 5, "No meeting yet")]
    met(cohort, now, small, small[:4])
    assert lines(cohort, now) == [("Fewer than 3", 5, "80%")]


def test_attendance_by_team_is_the_leads_alone_and_only_where_small_teams_come_first(cohort, now, client):
    lead = people.lead(cohort.programme.organisation, now=now)
    [one] = members(cohort, now, "Renal", 1)
    address = reverse("sessions_log:attendance-by-team", args=[cohort.pk])
    client.force_login(lead)
    page = client.get(address).content.decode()
    assert "Too few people to show" in page
    assert one.person.name not in page
    assert address in client.get(reverse("programmes:cohort-detail", args=[cohort.pk])).content.decode()
    other = programmes.cohort(organisation=cohort.programme.organisation, now=now)
    assert client.get(reverse("sessions_log:attendance-by-team", args=[other.pk])).status_code == 404
    client.force_login(one.person)
    assert client.get(address).status_code == 404


def test_it_asks_as_much_of_many_as_of_one(cohort, now, django_assert_num_queries):
    for count in (1, 3):
        members(cohort, now, f"Team of {count}", count)
        with django_assert_num_queries(4):
            by_team_size(cohort, now=now)
