"""What a site lead finds of their site: who takes part, and nothing of reverse mentoring or other sites."""

import pytest
from django.urls import reverse

from people.access import Access
from programmes.site_home import home_section
from tests.builders import people, programmes

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now):
    """A site with its lead and two mentees, and a mentee of another site in the same cohort."""
    organisation = people.organisation(now=now)
    site, other = (people.site(organisation, now=now, name=name) for name in ("Riverside", "St Bride's"))
    cohort = programmes.cohort(organisation=organisation, now=now)
    for name, where in (("Ada Quill", site), ("Cy Strange", site), ("Dot Elsewhere", other)):
        programmes.mentee(cohort, name, site=where, now=now)
    return site, cohort, people.site_lead(site, now=now)


def test_home_section_counts_the_people_of_the_site_alone(world, now):
    site, cohort, lead = world
    section = home_section(lead, Access(lead, now=now), now)
    everyone = reverse("people:person-list")
    assert section.title == "Your site"
    assert section.stands
    staff, programme = section.items
    assert (staff.text, staff.url) == ("2 people at Riverside", f"{everyone}?site={site.pk}")
    assert programme.text == f"{cohort.programme}, {cohort}: 2 people of your site"
    assert programme.url == f"{everyone}?cohort={cohort.pk}"


def test_home_section_opens_the_people_it_counts(client, world, now, time_machine):
    time_machine.move_to(now, tick=False)
    _, _, lead = world
    client.force_login(lead)
    for item in home_section(lead, Access(lead, now=now), now).items:
        shown = {person.name for person in client.get(item.url).context["page"].object_list}
        assert shown == {"Ada Quill", "Cy Strange"}


def test_home_section_keeps_silent_of_a_confidential_programme(world, now):
    _, cohort, lead = world
    cohort.programme.is_confidential = True
    cohort.programme.save(update_fields=["is_confidential"])
    assert [item.text for item in home_section(lead, Access(lead, now=now), now).items] == ["2 people at Riverside"]


def test_home_section_is_for_site_leads_only(world, now):
    _, cohort, _ = world
    lead = people.lead(cohort.programme.organisation, now=now)
    assert home_section(lead, Access(lead, now=now), now) is None


@pytest.mark.parametrize("more", [0, 2])
def test_home_section_asks_the_same_number_of_queries_whoever_is_there(world, now, more, django_assert_num_queries):
    site, _, lead = world
    for _ in range(more):
        programmes.mentee(programmes.cohort(organisation=site.organisation, now=now), site=site, now=now)
    access = Access(lead, now=now)
    assert access.is_site_lead
    with django_assert_num_queries(2):
        home_section(lead, access, now)
