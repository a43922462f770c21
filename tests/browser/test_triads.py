"""Naming the trainee of two supervisors, and the choice among fourteen models, on a desk and on a phone."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from programmes import mentoring_models
from programmes.actions import triads
from tests.browser.conftest import check_page
from tests.builders import people, programmes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def triad():
    now = timezone.now()
    trust = people.organisation(now=now, name="Southbank Hospitals")
    site = people.site(trust, name="Riverside", now=now)
    for name in ("Omar Haddad", "Pia Long", "Rowan Ellis"):
        people.person(name, now=now, organisation=trust, site=site, job_title="Trainee pharmacist", level="foundation")
    for year in (2019, 2020, 2021):
        people.person(now=now, organisation=trust, first_ds_on=date(year, 8, 1))
    return programmes.triad(trust, now=now)


@pytest.fixture
def lead(triad):
    return people.lead(triad.cohort.programme.organisation, "Dara Lead", now=timezone.now())


def test_lead_names_the_trainee(triad, lead, live_server, page, screen, sign_in):
    sign_in(lead)
    page.goto(f"{live_server.url}/programmes/cohorts/{triad.cohort_id}/")
    expect(page.get_by_role("heading", name="Local Faculty Group: 80% expert, target 50%")).to_be_visible()
    check_page(page)
    page.goto(f"{live_server.url}/programmes/relationships/{triad.pk}/")
    check_page(page)
    page.get_by_role("link", name="Name the trainee pharmacist").click()
    check_page(page)
    page.get_by_role("button", name="Name the trainee pharmacist").click()
    expect(page.get_by_role("link", name="Choose one person.")).to_be_visible()
    check_page(page)
    page.get_by_label("Omar Haddad").check()
    page.get_by_role("button", name="Name the trainee pharmacist").click()
    expect(page.get_by_text("Omar Haddad is supervised by the two together")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Name somebody else, or end their time here").click()
    check_page(page)
    page.get_by_role("button", name="End Omar’s time here").click()
    expect(page.get_by_text("Nobody is named yet.")).to_be_visible()


def test_lead_sees_all_fourteen_models(lead, live_server, page, screen, sign_in):
    sign_in(lead)
    page.goto(f"{live_server.url}/programmes/models/")
    for model in mentoring_models.every():
        expect(page.get_by_role("link", name=model.title, exact=True)).to_be_visible()
    coming = [model for model in mentoring_models.every() if not model.is_ready]
    expect(page.get_by_text("Coming", exact=True)).to_have_count(len(coming))
    check_page(page)


def test_the_trainee_reads_who_is_who(triad, live_server, page, screen, sign_in):
    now = timezone.now()
    omar = triad.cohort.programme.organisation.employments.get(person__given_name="Omar").person
    triads.name_trainee(relationship=triad, trainee=omar, tell_on=timezone.localdate(now), by=None, now=now)
    sign_in(omar)
    page.goto(f"{live_server.url}/programmes/relationships/{triad.pk}/")
    expect(page.get_by_text("Jo is training to be a designated supervisor.")).to_be_visible()
    check_page(page)
