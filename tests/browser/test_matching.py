"""The matching board, notes and the administrators' lists in a real browser."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from matching.work import work
from tests.browser.conftest import check_page
from tests.builders import matching, people, programmes, sessions_log
from tests.matching.conftest import make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    return make_world(timezone.now())


def test_run_is_watched_left_alone_and_becomes_the_board_by_itself(world, live_server, page, screen, sign_in):
    sign_in(world.lead)
    page.goto(f"{live_server.url}/programmes/cohorts/{world.cohort.pk}/")
    page.get_by_role("button", name="Find matches").click()
    expect(page.get_by_role("heading", name="Finding matches")).to_be_visible()
    check_page(page)

    work(run_id=world.cohort.match_runs.get().pk, clock=timezone.now)  # what a worker does

    expect(page.get_by_text("3 of 3 placed. No better plan exists")).to_be_visible(timeout=10_000)
    check_page(page)


def test_board_opens_a_pair_by_keyboard_and_answers_in_place(world, live_server, page, screen, sign_in):
    run = matching.finished(world.cohort, world.lead, now=timezone.now())
    sign_in(world.lead)
    page.goto(f"{live_server.url}/matching/runs/{run.pk}/")

    first = page.locator("details.portal-pair").first
    first.locator("> summary").focus()
    page.keyboard.press("Enter")
    expect(first.locator("li").first).to_be_visible()
    page.get_by_label("Why was").select_option(label="Femi Ade")
    page.get_by_label("not matched with").select_option(label="Ben Okoro")
    page.get_by_role("button", name="Ask").click()

    expect(page.get_by_text("Femi Ade would move from Gwen Hale to Ben Okoro.")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/matching/runs/{run.pk}/$"))
    check_page(page)


def test_board_publishes_after_a_look_at_the_letters(world, live_server, page, screen, sign_in):
    programmes.mentee(world.cohort, "Hana Ito", now=timezone.now())
    run = matching.finished(world.cohort, world.lead, now=timezone.now())
    sign_in(world.lead)
    page.goto(f"{live_server.url}/matching/runs/{run.pk}/")
    expect(page.get_by_role("heading", name="Without a mentor (1)")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Go on to publish").click()
    page.get_by_text("As plain text").first.click()
    expect(page.get_by_text("Your mentor is a band 6 pharmacist").first).to_be_visible()
    check_page(page)

    page.get_by_role("button", name="Publish 3 matches").click()

    expect(page.get_by_text("3 matches published")).to_be_visible()
    check_page(page)


def test_board_answers_without_script(world, live_server, browser, sign_in, page):
    run = matching.finished(world.cohort, world.lead, now=timezone.now())
    sign_in(world.lead)
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    page = plain.new_page()
    page.goto(f"{live_server.url}/matching/runs/{run.pk}/")
    page.get_by_label("Why was").select_option(label="Femi Ade")
    page.get_by_label("not matched with").select_option(label="Ben Okoro")
    page.get_by_role("button", name="Ask").click()

    expect(page.get_by_text("Femi Ade would move from Gwen Hale to Ben Okoro.")).to_be_visible()
    expect(page).to_have_url(re.compile("/why-not/"))
    plain.close()


def test_notes_are_written_asked_about_and_changed(world, live_server, page, screen, sign_in):
    relationship = programmes.pair(world.cohort, world.femi, world.gwen, now=timezone.now())
    sessions_log.note(relationship, world.femi.person, now=timezone.now())
    sign_in(world.femi.person)
    page.goto(f"{live_server.url}/programmes/relationships/{relationship.pk}/")
    page.get_by_role("link", name="Your private notes").click()
    check_page(page)
    page.get_by_label("Your private note", exact=True).fill("About 943 476 5919")
    page.get_by_role("button", name="Keep this note").click()
    expect(page.get_by_role("link", name="Is 943 476 5919 a patient’s number?")).to_be_visible()
    check_page(page)

    page.get_by_label("Your private note", exact=True).fill("About nobody in particular")
    page.get_by_role("button", name="Keep this note").click()

    expect(page.get_by_text("About nobody in particular")).to_be_visible()
    page.get_by_role("link", name=re.compile("Change")).first.click()
    check_page(page)
    page.go_back()
    page.get_by_role("link", name=re.compile("Delete")).first.click()
    check_page(page)


def test_lists_of_an_administrator_have_no_barriers(world, live_server, page, screen, sign_in):
    matching.published(world.cohort, world.lead, now=timezone.now())
    sign_in(people.administrator(now=timezone.now()))
    for address in ("/reports/audit/", "/reports/notices/", "/reports/audit/?until=nonsense"):
        page.goto(live_server.url + address)
        check_page_but_for_the_date(page)


def check_page_but_for_the_date(page):
    """The browser warns in its console of a date that it cannot show; that is the point of the last address."""
    page.faults = [fault for fault in page.faults if "does not conform to the required format" not in fault]
    check_page(page)
