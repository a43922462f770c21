"""A lead changes a rule of a programme, in a real browser, on a desk and on a phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import check_page
from tests.builders import people, programmes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cohort():
    now = timezone.now()
    trust = people.organisation(now=now, name="Northbank Hospitals")
    cohort = programmes.cohort(now=now, organisation=trust, name="Trainee pharmacist mentoring")
    programmes.pair(
        cohort,
        programmes.mentee(cohort, "Asha Patel", now=now),
        programmes.mentor(cohort, "Ben Carter", now=now),
        now=now,
    )
    for name in ("Fay Green", "Gus Lowe"):
        programmes.mentee(cohort, name, now=now)
    programmes.mentor(cohort, "Dev Khan", now=now, band="7")
    return cohort


def test_a_lead_loosens_a_rule_sees_who_gains_and_takes_it_back(cohort, live_server, page, screen, sign_in):
    sign_in(people.lead(cohort.programme.organisation, "Lorna Lead", now=timezone.now()))
    page.goto(f"{live_server.url}/programmes/{cohort.programme_id}/settings/")
    check_page(page)
    page.get_by_text("Who may be matched with whom").click()
    check_page(page)
    page.get_by_role("link", name="Change “Mentors are band 6 on the start date”").click()
    check_page(page)
    page.get_by_label("Band 7").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Say why.").first).to_be_visible()
    page.get_by_label("Why?").fill("Band 6 mentors are few this year.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("2 more people who wait could be matched")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Save it all the same").click()
    expect(page.get_by_role("heading", name="What you changed")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="See every change and its reason").click()
    expect(page.get_by_text("Band 6 mentors are few this year.")).to_be_visible()
    check_page(page)
    page.go_back()
    page.get_by_role("button", name="Back to the default").first.click()
    expect(page.get_by_text("could not be matched any more")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Go back to what the model says").click()
    expect(page.get_by_role("heading", name="What you changed")).to_have_count(0)
