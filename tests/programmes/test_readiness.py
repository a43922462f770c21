"""Who cannot be matched and what would mend it; places against need by site."""

from datetime import date

import pytest
from django.urls import reverse

from programmes.barred import places
from programmes.readiness import readiness_of
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db
QUERIES = 13


def _page(client, cohort, **asked):
    answer = client.get(reverse("programmes:readiness-detail", args=[cohort.pk]), asked)
    assert answer.status_code == 200
    return answer


def _mended(answer) -> dict[str, list[str]]:
    return {line.enrolment.person.given_name: [item.text for item in line.remedies] for line in answer.context["lines"]}


def test_readiness_detail_groups_by_rule_with_strength_and_remedy(now, signed_in):
    cohort, _, _ = builders.supervisors(now=now)
    lead = people_builders.lead(cohort.programme.organisation, now=now)
    known = {"now": now, "band": "7", "would_like_mentor": "yes", "band7_on": date(2024, 1, 1)}
    builders.mentee(cohort, "Kim", registered_on=date(2024, 8, 20), diploma_on=date(2026, 1, 1), **known)
    builders.mentee(cohort, "Una", registered_on=date(2020, 8, 20), **known)
    answer = _page(signed_in(lead), cohort)
    page = answer.content.decode()
    assert "Kim becomes eligible on 20 August 2027, after this programme starts on 26 July 2027." in page
    assert _mended(answer) == {
        "Kim": ["Withdraw Kim"],
        "Una": ["Fill in what is missing", "Withdraw Una"],
    }
    assert [(one["group"].bar, one["group"].people) for one in answer.context["groups"]] == [
        ("missing", 1),
        ("must", 1),
    ]
    only = _page(signed_in(lead), cohort, group=answer.context["groups"][1]["group"].key)
    assert list(_mended(only)) == ["Kim"]
    assert len(_mended(_page(signed_in(lead), cohort, group="nonsense"))) == 2


def test_readiness_detail_counts_places_against_need_by_site(world, now, signed_in):
    riverside = people_builders.site(world.trust, now=now, name="Riverside")
    hilltop = people_builders.site(world.trust, now=now, name="Hilltop")
    builders.mentee(world.cohort, now=now, site=riverside)
    builders.mentee(world.cohort, now=now, site=riverside)
    builders.mentor(world.cohort, now=now, site=hilltop, capacity=3)
    builders.mentor(world.cohort, now=now, site=riverside, band="7")  # barred, so their place is none
    found = [
        (one.site, one.waiting, one.places) for one in _page(signed_in(world.lead), world.cohort).context["places"]
    ]
    assert found == [("Riverside", 2, 0), ("Hilltop", 0, 3), ("In all", 2, 3)]


def test_readiness_detail_says_when_nobody_is_barred(world, signed_in):
    assert "Everyone enrolled can be matched" in _page(signed_in(world.lead), world.cohort).content.decode()


def test_readiness_detail_is_for_leads_of_the_programme_alone(world, signed_in):
    for person in (world.asha.person, world.elsewhere):
        address = reverse("programmes:readiness-detail", args=[world.cohort.pk])
        assert signed_in(person).get(address).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_readiness_detail_asks_as_many_queries_for_three(rows, world, now, signed_in, django_assert_num_queries):
    for _ in range(rows):
        builders.mentor(world.cohort, now=now, band="7")
    client = signed_in(world.lead)
    _page(client, world.cohort)
    with django_assert_num_queries(QUERIES):
        assert len(_page(client, world.cohort).context["lines"]) == rows


def test_a_group_of_two_mentors_has_the_places_of_one(now, signed_in):
    cohort = builders.cohort(model_key="pcn-group-external", now=now)
    for mentor in ("Yusuf", "Di"):
        builders.mentor(cohort, mentor, now=now)
    builders.mentee(cohort, "Ann", volunteered=True, now=now)
    lead = people_builders.lead(cohort.programme.organisation, now=now)
    ready = readiness_of([cohort])[cohort.pk]
    assert (ready.mentors, ready.places, ready.places_left, ready.waiting) == (2, 8, 8, 1)
    assert [(one.site, one.waiting, one.places) for one in places(cohort, now=now)][-1] == ("In all", 1, 8)
    page = signed_in(lead).get(reverse("programmes:readiness-detail", args=[cohort.pk])).content.decode()
    assert "7 to spare" in page
