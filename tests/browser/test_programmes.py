"""Starting a programme, enrolling and the page of a pair, in a real browser, on a desk and on a phone."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from programmes.models import Cohort
from tests.browser.conftest import check_page
from tests.builders import people, programmes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def trust():
    return people.organisation(now=timezone.now(), name="Northbank Hospitals")


@pytest.fixture
def lead(trust):
    now = timezone.now()
    for name in ("Asha Patel", "Fay Green", "Gus Lowe"):
        people.person(name, now=now, organisation=trust, job_title="Trainee pharmacist", level="foundation", band="5")
    for name in ("Ben Carter", "Cara Dean"):
        people.person(name, now=now, organisation=trust, job_title="Pharmacist", band="6", volunteers_to_mentor="yes")
    people.person("Hal Jones", now=now, organisation=trust, job_title="Senior pharmacist", band="7")
    return people.lead(trust, "Lorna Lead", now=now)


def test_lead_goes_from_nothing_to_find_matches(lead, live_server, page, screen, sign_in):
    sign_in(lead)
    page.goto(f"{live_server.url}/programmes/")
    check_page(page)
    page.get_by_role("link", name="Start a programme").or_(page.get_by_role("button", name="Start a programme")).click()
    check_page(page)
    page.get_by_role("link", name="Start a programme with Trainee pharmacist and band 6 mentor").click()
    check_page(page)
    page.get_by_role("button", name="Start the programme").click()

    expect(page.get_by_role("heading", name="Enrol trainee pharmacists")).to_be_visible()
    expect(page.get_by_text("The 3 people who can take part are ticked to begin with.")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Enrol those ticked, without a mail").click()

    expect(page.get_by_role("heading", name="Enrol mentors")).to_be_visible()
    expect(page.get_by_text("who said yes are ticked to begin with.")).to_be_visible()
    page.get_by_role("button", name="Enrol those ticked, without a mail").click()

    expect(page.get_by_role("button", name="Find matches")).to_be_visible()
    expect(page.get_by_text("1 more needed")).to_be_visible()
    check_page(page)


BROKEN = """labels => labels.flatMap(label => [...label.firstChild.data.matchAll(/[^\\s-]+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(label.firstChild, word.index);
    range.setEnd(label.firstChild, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(line => Math.round(line.top))).size > 1;
}).map(word => word[0]))"""


def test_names_to_tick_break_between_words_at_any_width_of_a_table(lead, trust, live_server, page, sign_in):
    people.person("Ottoline Goldsborough", now=timezone.now(), organisation=trust, job_title="Senior pharmacist")
    cohort = programmes.cohort(now=timezone.now(), organisation=trust)
    sign_in(lead)
    page.goto(f"{live_server.url}/programmes/cohorts/{cohort.pk}/enrol/mentor/?q=")
    expect(page.locator(".portal-tick label").filter(has_text="Goldsborough")).to_be_visible()
    for width in (769, 860, 959, 961, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.eval_on_selector_all(".portal-tick label", BROKEN) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_enrolling_nobody_says_so_and_leads_to_the_first_tick(lead, trust, live_server, page, screen, sign_in):
    cohort = programmes.cohort(now=timezone.now(), organisation=trust)
    sign_in(lead)
    page.goto(f"{live_server.url}/programmes/cohorts/{cohort.pk}/enrol/mentor/?q=")
    expect(page.get_by_text("Mentors on this programme are band 6. Hal is band 7.")).to_be_visible()
    page.get_by_role("button", name="Enrol those ticked, without a mail").click()
    summary = page.locator(".nhsuk-error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Tick at least one person.").click()
    expect(page.get_by_role("checkbox", name="Ben Carter")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Ben Carter")).to_be_checked()
    check_page(page)


def test_a_member_sees_the_other_and_ends_it(trust, live_server, page, screen, sign_in):
    now = timezone.now()
    cohort = programmes.cohort(now=now, organisation=trust, start_date=date(now.year + 1, 7, 26))
    asha = programmes.mentee(cohort, "Asha Patel", now=now)
    programmes.pair(cohort, asha, programmes.mentor(cohort, "Ben Carter", now=now), now=now)
    sign_in(asha.person)
    page.goto(live_server.url)
    page.get_by_role("link", name="Ben Carter, your mentor").click()
    expect(page.get_by_role("heading", name="What to expect")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="End this mentoring").click()
    check_page(page)
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("It has ended. Ben is told only that it has ended.")).to_be_visible()
    expect(page.get_by_text("you do not have a mentor yet")).to_be_visible()
    assert not Cohort.objects.get().relationships.live().exists()
