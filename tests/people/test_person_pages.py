from datetime import date

import pytest
from django.urls import reverse

from people import home_sections, queries, sights
from people.access import Access, Role
from tests.builders import people as make
from tests.people import audited

pytestmark = pytest.mark.django_db

LIST_QUERIES, DETAIL_QUERIES = 8, 16


@pytest.fixture
def trust(now):
    return make.organisation(now=now, name="Northbank")


@pytest.fixture
def north(trust, now):
    return make.site(trust, now=now, name="North site")


@pytest.fixture
def lead(trust, now):
    return make.lead(trust, "Lena Lead", now=now)


@pytest.fixture
def asha(trust, north, now):
    boss = make.person("Bea Boss", now=now, organisation=trust)
    return make.person(
        "Asha Khan",
        now=now,
        email="asha@example.org",
        organisation=trust,
        site=north,
        job_title="Pharmacist",
        band="6",
        staff_number="4711",
        managers=[boss],
        registered_on=date(2023, 8, 1),
        volunteers_to_mentor="yes",
    )


def text(response):
    """The page as words: tags and runs of space taken out of the way."""
    return " ".join(response.content.decode().split())


def people_list(client, **asked):
    return client.get(reverse("people:person-list"), asked)


def names(response):
    return [person.name for person in response.context["page"]]


def test_person_list_shows_whom_the_viewer_keeps(signed_in, trust, lead, asha, now):
    make.person("Sue Stranger", now=now, organisation=make.organisation(now=now))
    page = people_list(signed_in(lead))
    assert names(page) == ["Bea Boss", "Asha Khan", "Lena Lead"]
    assert "Stranger" not in text(page)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("sha", ["Asha Khan"]),
        ("KHA ash", ["Asha Khan"]),
        ("asha@ex", ["Asha Khan"]),
        ("bos", ["Bea Boss"]),
        ("khan bea", []),
        ("%", []),
    ],
)
def test_person_list_finds_by_parts_of_names_and_addresses(signed_in, lead, asha, search, found):
    page = people_list(signed_in(lead), q=search)
    assert names(page) == found
    assert ("Nobody found" in text(page)) is (not found)


def test_person_list_narrows_by_site(signed_in, trust, lead, asha, north, now):
    south = make.site(trust, now=now, name="South site")
    assert names(people_list(signed_in(lead), site=north.pk)) == ["Asha Khan"]
    assert names(people_list(signed_in(lead), site=south.pk)) == []
    elsewhere = make.site(make.organisation(now=now), now=now)
    assert len(names(people_list(signed_in(lead), site=elsewhere.pk))) == 3  # no site of theirs: not narrowed


def test_person_list_tells_an_administrator_no_band(signed_in, asha, now):
    page = people_list(signed_in(make.administrator(now=now)), q="asha@example.org")
    assert names(page) == ["Asha Khan"]
    assert not any(person.is_recorded for person in page.context["page"])
    assert "Band" not in text(page)


def test_person_list_does_not_tell_an_address_by_searching_for_it(trust, lead, now):
    officer = make.host_officer(trust, "Oz Officer", now=now, email="secret.address@example.org")
    assert officer in queries.people_list(Access(lead, now=now), queries.Asked(search="officer"))
    assert officer not in queries.people_list(Access(lead, now=now), queries.Asked(search="secret"))


def test_person_list_is_for_those_who_keep_people(signed_in, asha, now):
    assert people_list(signed_in(asha)).status_code == 404


def test_person_list_leads_on_where_it_is_empty(signed_in, lead):
    page = text(people_list(signed_in(lead)))
    assert "Nobody is on your staff list yet" in page
    assert reverse("people:import-start") in page


@pytest.mark.parametrize("rows", [1, 3])
def test_person_list_costs_the_same_for_one_row_and_for_three(
    signed_in, trust, north, lead, now, rows, django_assert_num_queries
):
    make.site(trust, now=now)
    for number in range(rows):
        boss = make.person(now=now)
        make.person(f"Row {number}", now=now, organisation=trust, site=north, managers=[boss])
    client = signed_in(lead)
    with django_assert_num_queries(LIST_QUERIES):
        people_list(client)


def test_person_list_goes_on_after_fifty(signed_in, trust, lead, now):
    for _ in range(50):
        make.person(now=now, organisation=trust)
    client = signed_in(lead)
    assert len(names(people_list(client))) == 50
    assert len(names(people_list(client, page=2))) == 1


def detail(client, person):
    return client.get(reverse("people:person-detail", args=[person.pk]))


def test_person_detail_shows_a_lead_the_record_and_writes_it_down(signed_in, lead, asha):
    since = audited.last()
    page = text(detail(signed_in(lead), asha))
    for shown in ("Asha Khan", "Northbank", "North site", "Band 6", "Early career", "4711", "Bea Boss"):
        assert shown in page
    assert "Registered with the GPhC on" in page
    assert "1 August 2023" in page
    assert "asha@example.org" in page
    events = [event for event in audited.events(since=since) if event[0] == "record-opened"]
    assert events == [("record-opened", lead.pk, "people.person", asha.pk, None)]


def test_person_detail_of_oneself_shows_the_record_and_is_not_written_down(signed_in, asha):
    page = text(detail(signed_in(asha), asha))
    assert "Band 6" in page
    assert "Volunteers to mentor" in page
    assert "record-opened" not in {event[0] for event in audited.events()}


def test_person_detail_shows_an_administrator_the_account_and_no_record(signed_in, asha, now):
    page = text(detail(signed_in(make.administrator(now=now)), asha))
    for shown in ("Asha Khan", "Pharmacist", "North site", "asha@example.org"):
        assert shown in page
    for hidden in ("Band 6", "4711", "Bea Boss", "Northbank", "1 August 2023"):
        assert hidden not in page


def test_person_detail_shows_a_partner_the_card_alone(signed_in, asha, now, monkeypatch):
    partner = make.person("Paz Partner", now=now)
    monkeypatch.setitem(sights._SIGHTS, "test", sights.Sight(lambda viewer, now: queries.Q(pk=asha.pk)))
    page = text(detail(signed_in(partner), asha))
    assert "Asha Khan" in page
    assert "Pharmacist" in page
    for hidden in ("Band 6", "4711", "Bea Boss", "Northbank", "1 August 2023", "asha@example.org", "Roles"):
        assert hidden not in page


def test_person_detail_of_somebody_unseen_is_not_there_and_not_written_down(signed_in, asha, now):
    stranger = make.lead(make.organisation(now=now), now=now)
    assert detail(signed_in(stranger), asha).status_code == 404
    assert "record-opened" not in {event[0] for event in audited.events()}


@pytest.mark.parametrize("rows", [1, 3])
def test_person_detail_costs_the_same_for_one_role_and_for_three(
    signed_in, trust, lead, asha, now, rows, django_assert_num_queries
):
    make.grant(asha, Role.HOST_OFFICER, trust, now=now)
    for number in range(1, rows):
        make.grant(asha, Role.SITE_LEAD, make.site(trust, now=now, name=f"Site {number}"), now=now)
        make.person(now=now, managers=[asha])
        make.facts.record(person=asha, kind=["diploma_on", "band7_on"][number - 1], value=now.date(), by=None, now=now)
    if rows == 1:
        make.grant(asha, Role.SITE_LEAD, make.site(trust, now=now), now=now)
    client = signed_in(lead)
    with django_assert_num_queries(DETAIL_QUERIES):
        detail(client, asha)


def test_home_section_begins_with_the_staff_list(trust, lead, asha, now):
    other = make.lead(make.organisation(now=now), now=now)
    section = home_sections.staff_section(other, Access(other, now=now), now)
    assert (section.items, section.empty.text) == ([], "Import your staff list")
    section = home_sections.staff_section(lead, Access(lead, now=now), now)
    assert [item.text for item in section.items] == ["2 people on your staff list", "Import a newer staff list"]
    assert home_sections.staff_section(asha, Access(asha, now=now), now) is None
