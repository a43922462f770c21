"""What would place more people: everything said is confirmed by solving the changed cohort for real."""

import pytest
from django.urls import reverse

from matching.engine.national import solve_problem
from matching.gather import gather
from matching.what_if import what_if
from programmes.actions import enrolments
from tests.builders import people, programmes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
QUERIES = 15


def _filled(cohort, now) -> int:
    return solve_problem(gather(cohort, now=now).scored).filled


def test_nothing_is_offered_where_everyone_can_be_placed(world, now):
    found = what_if(world.cohort, now=now)
    assert (found.needed, found.places, found.placed, found.short) == (3, 3, 3, 0)
    assert found.without == found.one_more == found.lifted == ()


def test_one_more_mentor_opens_what_a_real_one_opens(world, now):
    enrolments.withdraw(enrolment=world.gwen, by=None, now=now)
    found = what_if(world.cohort, now=now)
    assert (found.needed, found.placed) == (3, 2)
    [left] = found.without
    assert left.sentences
    assert {one.more for one in found.one_more} == {1}
    assert {one.band for one in found.one_more} == {"6"}
    assert {"North site", "South site"} == {one.site for one in found.one_more}
    programmes.mentor(world.cohort, "Nova New", now=now, site=people.site(world.home, now=now))
    assert _filled(world.cohort, now) == found.placed + 1


def test_a_rule_lifted_opens_what_changing_it_opens(world, now):
    enrolments.withdraw(enrolment=world.gwen, by=None, now=now)
    senior = programmes.mentor(world.cohort, "Sam Senior", now=now, band="7")
    unknown = programmes.mentor(world.cohort, "Una Known", now=now, band="", job_title="Pharmacist")
    [lifted] = what_if(world.cohort, now=now).lifted
    assert (lifted.rule, lifted.pairs, lifted.more) == ("mentor-band", 3, 1)  # a missing band is filled in, not waived
    assert lifted.who in {"Asha Rao", "Cara Lund", "Femi Ade"}
    assert unknown.places_taken == 0
    senior.person.employments.update(band="6")
    assert _filled(world.cohort, now) == 3


def test_opening_pairs_is_no_proof(world, now):
    """Ben manages Mae, but it is a place that lacks: nobody is promised anything."""
    enrolments.withdraw(enrolment=world.gwen, by=None, now=now)
    managed = programmes.mentee(world.cohort, "Mae Managed", now=now, managers=[world.ben.person])
    found = what_if(world.cohort, now=now)
    assert (found.needed, found.placed) == (4, 2)
    assert not found.lifted  # lifting the rule on managers opens a pair, and places nobody more
    assert managed.places_taken == 0


def test_without_any_mentor_who_can_be_matched_no_kind_is_made_up(world, now):
    for one in (world.ben, world.dev, world.gwen):
        one.person.employments.update(band="7")
    found = what_if(world.cohort, now=now)
    assert (found.placed, found.places, found.one_more) == (0, 0, ())
    assert [(one.rule, one.more) for one in found.lifted] == [("mentor-band", 3)]


def test_what_if_page_says_it(world, now, client):
    enrolments.withdraw(enrolment=world.gwen, by=None, now=now)
    client.force_login(world.lead)
    page = client.get(reverse("matching:what-if", args=[world.cohort.pk])).content.decode()
    assert "Left without a mentor in the best plan" in page
    assert "What one more would open" in page
    # Nobody is left at a dead end: what is not known is typed in elsewhere.
    assert f'href="{reverse("programmes:gap-list", args=[world.cohort.pk])}"' in page


def test_what_if_is_for_leads_alone(world, now, client):
    other = people.lead(people.organisation(now=now), now=now)
    for person in (world.asha.person, other):
        client.force_login(person)
        assert client.get(reverse("matching:what-if", args=[world.cohort.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_what_if_asks_as_many_queries_for_three(rows, world, now, client, django_assert_num_queries):
    for _ in range(rows):
        programmes.mentee(world.cohort, now=now)
    client.force_login(world.lead)
    with django_assert_num_queries(QUERIES):
        client.get(reverse("matching:what-if", args=[world.cohort.pk]))


@pytest.mark.parametrize("without", ["mentors", "mentees", "both"])
def test_a_cohort_without_one_side_is_answered_too(world, now, without):
    mentors, mentees = [world.ben, world.dev, world.gwen], [world.asha, world.cara, world.femi]
    for one in {"mentors": mentors, "mentees": mentees, "both": mentors + mentees}[without]:
        enrolments.withdraw(enrolment=one, by=None, now=now)
    found = what_if(world.cohort, now=now)
    assert (found.placed, found.one_more, found.lifted) == (0, (), ())
