"""Filling the gaps in a real browser: a column pasted from a spreadsheet, the arrow keys, an error."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from people.models import Fact
from programmes.gaps import box
from tests.browser.conftest import check_page
from tests.builders import people, programmes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTE = """([target, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  target.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def group():
    """A cohort of designated supervisors: three of whom little is known."""
    now = timezone.now()
    trust = people.organisation(now=now, name="Northbank Hospitals")

    cohort, _, _ = programmes.supervisors(trust, now=now, start_date=date(now.year + 1, 7, 26))
    known = {"band": "7", "job_title": "Senior pharmacist", "would_like_mentor": "yes"}
    names = ("Kim Ahmed", "Lee Marsh", "Moe Okafor")
    return SimpleNamespace(
        cohort=cohort,
        lead=people.lead(trust, "Lorna Lead", now=now),
        mentees=[programmes.mentee(cohort, name, now=now, **known) for name in names],
    )


def paste(page, box_name: str, text: str) -> None:
    target = page.locator(f"#id_{box_name}")
    target.focus()
    page.evaluate(PASTE, [target.element_handle(), text])


def test_a_column_is_pasted_looked_at_taken_back_and_saved(group, live_server, page, screen, sign_in):
    sign_in(group.lead)
    page.goto(f"{live_server.url}/programmes/cohorts/{group.cohort.pk}/gaps/?side=mentee&fact=registered_on")
    check_page(page)
    kim, lee, moe = (box(one.pk, "registered_on") for one in group.mentees)
    paste(page, kim, "01/08/2023\r\n\r\n2022-08-01\r\n")
    expect(page.locator(f"#id_{kim}")).to_have_value("01/08/2023")
    expect(page.locator(f"#id_{lee}")).to_have_value("")
    expect(page.locator(f"#id_{moe}")).to_have_value("2022-08-01")
    expect(page.get_by_role("status")).to_contain_text("2 boxes filled. Nothing is saved yet.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(f"#id_{kim}")).to_have_value("")

    # By name, whatever the order, as a spreadsheet has it.
    paste(page, kim, "Okafor, Moe\t01/08/2021\nKim Ahmed\t01/08/2023\nSomebody Else\t01/08/2020")
    expect(page.locator(f"#id_{kim}")).to_have_value("01/08/2023")
    expect(page.locator(f"#id_{moe}")).to_have_value("01/08/2021")
    expect(page.get_by_role("status")).to_contain_text("1 pasted value found no empty box here.")
    check_page(page)
    page.get_by_role("button", name="Save what I filled in").click()
    expect(page.get_by_text("2 facts saved.")).to_be_visible()
    assert set(Fact.objects.filter(kind="registered_on", day__year__gte=2021).values_list("day", flat=True)) == {
        date(2023, 8, 1),
        date(2021, 8, 1),
    }


def test_the_keyboard_moves_along_a_column_and_an_error_stands_beside_its_box(
    group, live_server, page, screen, sign_in
):
    sign_in(group.lead)
    page.goto(f"{live_server.url}/programmes/cohorts/{group.cohort.pk}/gaps/?side=mentee")
    kim, lee, _ = (box(one.pk, "registered_on") for one in group.mentees)
    page.locator(f"#id_{kim}").focus()
    page.keyboard.type("n/a")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#id_{lee}")).to_be_focused()
    page.keyboard.type("31/31/2023")
    page.get_by_role("button", name="Save what I filled in").click()
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Lee Marsh: “31/31/2023” is not a date").click()
    expect(page.locator(f"#id_{lee}")).to_be_focused()
    expect(page.locator(f"#id_{kim}")).to_have_value("n/a")
    check_page(page)


def test_whoever_leaves_with_something_typed_is_asked_first(group, live_server, page, sign_in):
    sign_in(group.lead)
    page.goto(f"{live_server.url}/programmes/cohorts/{group.cohort.pk}/gaps/?side=mentee")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    kim = page.locator(f"#id_{box(group.mentees[0].pk, 'registered_on')}")
    away = page.get_by_label("Breadcrumb").get_by_role("link", name="Programmes")

    kim.fill("31/31/2023")
    away.click(no_wait_after=True)
    expect(kim).to_have_value("31/31/2023")
    assert asked == ["beforeunload"]

    page.get_by_role("button", name="Save what I filled in").click()  # saving asks nothing
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    assert asked == ["beforeunload"]

    away.click(no_wait_after=True)  # it came back with a mistake and is still not saved
    expect(kim).to_have_value("31/31/2023")
    assert asked == ["beforeunload"] * 2

    kim.fill("01/08/2023")
    page.get_by_role("button", name="Save what I filled in").click()
    expect(page.get_by_text("1 fact saved.")).to_be_visible()
    away.click()
    expect(page.get_by_role("heading", name="Programmes", exact=True)).to_be_visible()
    assert asked == ["beforeunload"] * 2
