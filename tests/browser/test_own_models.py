"""A lead makes a model the organisation's own, starts it and closes it again, in a real browser, on desk and phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from programmes import mentoring_models
from tests.browser.conftest import check_page
from tests.builders import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_lead_copies_a_model_changes_it_and_starts_it(live_server, page, screen, sign_in):
    now = timezone.now()
    trust = people.organisation(now=now, name="Northbank Hospitals")
    sign_in(people.lead(trust, "Lorna Lead", now=now))
    page.goto(f"{live_server.url}/programmes/models/")
    check_page(page)
    for coming in (model for model in mentoring_models.every() if not model.is_ready):
        page.get_by_role("link", name=coming.title, exact=True).click()
        expect(page.get_by_text("cannot run this way of mentoring yet")).to_be_visible()
        check_page(page)
        page.get_by_role("link", name="Ways of mentoring").click()
    page.get_by_role("link", name="Trainee pharmacist and band 6 mentor", exact=True).click()
    check_page(page)
    page.get_by_role("button", name="Copy it as our own").or_(
        page.get_by_role("link", name="Copy it as our own")
    ).first.click()
    page.get_by_label("Title of your copy").fill("Trainees at Northbank")
    check_page(page)
    page.get_by_role("button", name="Make the copy").click()
    check_page(page)

    page.get_by_role("link", name="Change it as text").click()
    box = page.get_by_label("The model as text")
    good = box.input_value()
    box.fill(good.replace("weeks = 52", 'weeks = "52"'))
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("1 thing to mend")).to_be_visible()
    check_page(page)
    page.get_by_label("The model as text").fill(good.replace("weeks = 52", "weeks = 40"))
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    check_page(page)

    page.goto(f"{live_server.url}/programmes/models/trainees-at-northbank/settings/?group=about")
    check_page(page)
    page.get_by_role("link", name="Change “In one sentence”").click()
    check_page(page)
    page.goto(f"{live_server.url}/programmes/models/import/")
    check_page(page)
    page.goto(f"{live_server.url}/programmes/models/trainees-at-northbank/delete/")
    check_page(page)

    page.goto(f"{live_server.url}/programmes/start/trainees-at-northbank/")
    check_page(page)
    page.get_by_role("button", name="Start the programme").click()
    page.goto(f"{live_server.url}/programmes/")
    check_page(page)
    page.get_by_role("link", name="Trainee pharmacist mentoring").click()
    check_page(page)
    page.get_by_role("link", name="Open another cohort").click()
    check_page(page)
    page.go_back()
    page.get_by_role("link", name="Close this programme").click()
    check_page(page)
    page.get_by_role("button", name="Close the programme").click()
    expect(page.get_by_text("You can open it again at any time.")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_text("is open again.")).to_be_visible()
