"""The matching board as a lead works on it: forty matches, by mouse, by keyboard, on a phone and without script."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from matching.models import PairDecision
from tests.browser.conftest import check_page
from tests.builders import matching
from tests.matching.conftest import make_department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def department():
    return make_department(timezone.now())


@pytest.fixture
def run(department):
    return matching.finished(department.cohort, department.lead, now=timezone.now())


@pytest.fixture
def board(run, department, live_server, page, sign_in):
    """The board of forty matches, open."""
    sign_in(department.lead)
    page.goto(f"{live_server.url}/matching/runs/{run.pk}/")
    return page


def test_board_row_is_agreed_in_place_and_taken_back(board, run, screen):
    first = board.locator("[data-row]").first
    first.locator("summary").first.click()
    first.get_by_role("button", name="Agree").click()

    expect(board.get_by_role("status")).to_contain_text("are agreed")
    expect(board.locator("#board-counts")).to_contain_text("1 of 42 agreed")
    button = board.locator("[data-row]").first.get_by_role("button", name="Take the agreement back")
    expect(button).to_be_focused()
    button.click()
    expect(board.locator("#board-counts")).to_contain_text("0 of 42 agreed")
    # Last of all: axe leaves empty style attributes, which htmx would carry over into the next row.
    check_page(board)


def test_board_keys_move_through_the_rows_and_decide(board, run):
    rows = board.locator("[data-row]")
    rows.nth(0).locator("summary").first.focus()
    board.keyboard.press("j")
    board.keyboard.press("ArrowDown")
    expect(rows.nth(2).locator("summary").first).to_be_focused()
    board.keyboard.press("k")
    board.keyboard.press("a")
    expect(board.get_by_role("status")).to_contain_text("are agreed")
    expect(rows.nth(1).locator("summary").first).to_be_focused()
    assert PairDecision.objects.get().mentee == run.proposals.order_by("-score", "pk")[1].mentee

    board.get_by_label("Name", exact=True).fill("jama")  # letters in a box are letters
    expect(board.get_by_label("Name", exact=True)).to_have_value("jama")


def test_board_pages_stand_up_to_a_look(board, run, department, live_server, screen):
    board.locator("[data-row] > details > summary").nth(1).click()
    check_page(board)
    for path in ("?view=without", "?show=close", "?q=nobody-is-called-so", "figures/", "compare/"):
        board.goto(f"{live_server.url}/matching/runs/{run.pk}/{path}")
        check_page(board)
    for path in ("runs/", "decisions/"):
        board.goto(f"{live_server.url}/matching/cohorts/{department.cohort.pk}/{path}")
        check_page(board)


def test_board_moves_a_mentee_by_hand_by_swapping(board, run, live_server, screen):
    proposal = run.proposals.select_related("mentee__person").first()
    board.goto(f"{live_server.url}/matching/runs/{run.pk}/mentees/{proposal.mentee_id}/")
    check_page(board)
    board.get_by_text("What would it cost everybody?").first.click()
    answer = board.get_by_text("The total of all matches would").or_(board.get_by_text("It would be just as good"))
    expect(answer.first).to_be_visible()
    board.get_by_text(re.compile("all the same")).first.click()
    board.get_by_role("button", name=re.compile("^Swap")).first.click()

    expect(board.get_by_text("are matched by hand and agreed")).to_be_visible()
    expect(board.get_by_text("changed by hand").first).to_be_visible()
    check_page(board)
    board.goto(f"{live_server.url}/matching/runs/{run.pk}/")
    check_page(board)


def test_board_works_without_script(run, department, live_server, browser, sign_in, page):
    sign_in(department.lead)
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    page = plain.new_page()
    page.goto(f"{live_server.url}/matching/runs/{run.pk}/?sort=mentee")
    first = page.locator("[data-row]").first
    first.locator("summary").first.click()
    first.get_by_role("button", name="Agree").click()

    expect(page.get_by_text("are agreed")).to_be_visible()
    expect(page).to_have_url(re.compile(r"sort=mentee&page=1#pair-\d+$"))
    first = page.locator("[data-row]").first
    first.locator("summary").first.click()
    first.get_by_text("Another mentor, or why not").click()
    page.get_by_text("What would it cost everybody?").first.click()
    page.get_by_role("link", name="Work it out").first.click()
    expect(page.get_by_role("heading", name="Why not somebody else?")).to_be_visible()
    plain.close()
