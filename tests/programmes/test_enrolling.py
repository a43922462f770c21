"""Whom the page for enrolling suggests: never who is on the other side already, nor who is not registered yet."""

from datetime import date

import pytest

from programmes.actions import enrolments
from tests.builders import people as people_builders
from tests.builders import programmes as builders
from tests.programmes.test_pages import ENROL_QUERIES, text, url

pytestmark = pytest.mark.django_db


def line_of(page, name: str) -> dict:
    [line] = [line for line in page.context["shown"] if line["person"].name == name]
    return line


def sentence_of(page, name: str) -> str:
    """The last cell of somebody's line."""
    row = next(row for row in text(page).split("<tr")[1:] if f">{name}<" in row)
    return row.split("<td")[-1].split("</td>")[0]


def ticked(page) -> set[str]:
    return {line["person"].given_name for line in page.context["shown"] if line["ticked"]}


@pytest.fixture
def trainee(world, now):
    """Enrolled as a trainee; a list that gives them band 6 says that they could mentor."""
    return builders.mentee(world.cohort, "Tia Trainee", now=now, band="6", level="foundation").person


@pytest.fixture
def senior(world, now):
    return people_builders.person("Fay Green", now=now, organisation=world.trust, job_title="Pharmacist", band="6")


def test_enrolment_add_says_who_is_on_the_other_side_and_leaves_them_out(world, trainee, senior, signed_in):
    client, address = signed_in(world.lead), url("enrolment-add", world.cohort.pk, "mentor")
    page = client.post(address, {"q": "", "band": "6", "show": "all"})
    assert "Takes part as a trainee pharmacist" in sentence_of(page, trainee.name)
    assert "Yes" not in sentence_of(page, trainee.name)
    assert ticked(page) == {"Fay"}
    assert page.context["able"] == 1
    assert "Tick the one who can take part" in text(page)


def test_enrolment_add_takes_who_is_on_the_other_side_where_the_lead_ticks_them(world, trainee, signed_in):
    client, address = signed_in(world.lead), url("enrolment-add", world.cohort.pk, "mentor")
    assert line_of(client.get(f"{address}?q="), trainee.name)["able"]
    client.post(address, {"people": [trainee.pk], "capacity": 1, "volunteered": "on"})
    assert world.cohort.enrolments.live().filter(person=trainee, side="mentor").exists()


def test_enrolment_add_does_not_tick_who_said_yes_to_mentoring_and_is_a_trainee_here(world, now, signed_in):
    told = people_builders.person(
        "Tom Two", now=now, organisation=world.trust, band="6", volunteers_to_mentor="yes", job_title="Pharmacist"
    )
    client, address = signed_in(world.lead), url("enrolment-add", world.cohort.pk, "mentor")
    assert ticked(client.post(address, {"q": "Tom", "show": "yes"})) == {"Tom"}
    builders.mentee(world.cohort, told, now=now)
    assert ticked(client.post(address, {"q": "Tom", "show": "yes"})) == set()


def test_enrolment_add_forgets_the_other_side_once_they_have_left_it(world, trainee, now, signed_in):
    enrolments.withdraw(enrolment=world.cohort.enrolments.get(person=trainee), by=None, now=now)
    page = signed_in(world.lead).post(url("enrolment-add", world.cohort.pk, "mentor"), {"q": "Tia", "show": "all"})
    assert sentence_of(page, trainee.name).endswith(">Yes</div>")
    assert ticked(page) == {"Tia"}


def test_enrolment_withdraw_from_one_of_two_sides_says_from_which(world, trainee, now, signed_in):
    both = builders.mentor(world.cohort, trainee, now=now)
    page = signed_in(world.lead).post(url("enrolment-withdraw", both.pk), follow=True)
    assert "Tia Trainee no longer takes part as a mentor." in text(page)
    rest = world.cohort.enrolments.get(person=trainee, side="mentee")
    page = signed_in(world.lead).post(url("enrolment-withdraw", rest.pk), follow=True)
    assert "Tia Trainee no longer takes part." in text(page)


def test_enrolment_add_remarks_on_no_side_among_peers(now, signed_in):
    cohort = builders.peers_cohort(now=now)
    lead = people_builders.lead(cohort.programme.organisation, now=now)
    builders.peer(cohort, "Pia Peer", now=now)
    page = signed_in(lead).post(url("enrolment-add", cohort.pk, "mentor"), {"q": "Pia", "show": "all"})
    assert "Takes part as" not in text(page)
    assert ticked(page) == {"Pia"}


def test_enrolment_add_ticks_no_trainee_who_is_not_registered_yet(world, now, signed_in):
    cohort = builders.cohort(now=now, organisation=world.trust, model_key="nqp-senior", start_date=date(2027, 9, 6))
    known = {"now": now, "organisation": world.trust, "band": "6", "would_like_mentor": "yes"}
    people_builders.person("Tia Trainee", level="foundation", **known)
    people_builders.person("Rae Soon", level="foundation", registered_on=date(2027, 8, 1), **known)
    people_builders.person("Nia New", level="early", **known)
    client, address = signed_in(world.lead), url("enrolment-add", cohort.pk, "mentee")
    for how in ("all", "yes"):
        page = client.post(address, {"q": "", "band": "6", "show": how})
        assert ticked(page) & {"Tia", "Rae", "Nia"} == {"Rae", "Nia"}
    assert "Still a trainee, so not registered yet." in sentence_of(page, "Tia Trainee")
    assert line_of(page, "Tia Trainee")["able"]
    assert "not registered yet" not in sentence_of(page, "Nia New")


def test_enrolment_add_ticks_trainees_where_no_rule_asks_for_registration(world, now, signed_in):
    people_builders.person("Tia Trainee", level="foundation", band="5", organisation=world.trust, now=now)
    page = signed_in(world.lead).post(url("enrolment-add", world.cohort.pk, "mentee"), {"q": "Tia", "show": "all"})
    assert ticked(page) == {"Tia"}


def test_enrolment_add_asks_no_more_for_many_on_the_other_side(world, now, signed_in, django_assert_num_queries):
    for number in range(4):
        builders.mentee(world.cohort, f"Una Number{number}", now=now, band="6")
    client = signed_in(world.lead)
    with django_assert_num_queries(ENROL_QUERIES - 1):  # nothing is suggested
        page = client.get(url("enrolment-add", world.cohort.pk, "mentor") + "?q=")
    assert text(page).count("Takes part as a trainee pharmacist") == 5
