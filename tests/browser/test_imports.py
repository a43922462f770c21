"""Importing a staff list in a real browser, on a desk and on a phone: columns, doubts, preview, saving, undoing."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from people.actions import staff_import_asks as asks
from people.actions import staff_import_work as attempts
from people.actions import staff_imports
from people.models import StaffImport
from tests.browser.conftest import check_page
from tests.builders import people
from tests.builders.staff_lists import as_workbook

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "staff-list.csv"
HEADINGS = [
    "Payroll ref",
    "Name of pharmacist",
    "Where to write to",
    "Pay Scale Description",
    "Base",
    "Line manager",
    "Shoes",
]


@pytest.fixture
def trust():
    return people.organisation(now=timezone.now(), name="Northbank Hospitals")


@pytest.fixture
def lead(trust):
    return people.lead(trust, "Lorna Lead", now=timezone.now(), email="lead@example.org")


def choose(page, live_server, name, data, everyone="This is everyone"):
    page.goto(f"{live_server.url}/people/import/")
    page.get_by_label(everyone).check()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Look at the list").click()


def messy(count: int, *, wrong: bool) -> bytes:
    """A workbook with a title, another sheet, headings of its own, and mistakes where it shall have them."""
    people_of_it = [
        [
            f"{number:06}",
            f"{'KHAN' if number % 3 else 'O’BRIEN-LEE'}{number}, Asha",
            f"asha{number}@example.org",
            ["Review Body Band 6", "XR07", "8 - Range A", "Band 8" if wrong else "none"][number % 4],
            ["Northbank General", "Riverside"][number % 2],
            "Somebody Elsewhere" if number % 9 == 0 else "Asha Khan1" if number > 1 else "",
            number % 12,
        ]
        for number in range(1, count + 1)
    ]
    return as_workbook({"Staff": [["Pharmacy staff, March 2027"], [], HEADINGS, *people_of_it], "Notes": [["By hand"]]})


def test_import_of_a_messy_workbook_from_its_columns_to_undoing_it(lead, live_server, page, screen, sign_in):
    sign_in(lead)
    page.goto(f"{live_server.url}/people/import/lists/")
    check_page(page)
    page.goto(f"{live_server.url}/people/import/")
    page.get_by_text("What can be in the list").click()
    check_page(page)
    choose(page, live_server, "Pharmacy staff (final) v3.xlsx", messy(70, wrong=True))

    expect(page.get_by_role("heading", name="What do the columns mean?")).to_be_visible()
    expect(page.get_by_text("Some columns were found by what stands in them.")).to_be_visible()
    check_page(page)
    page.get_by_label("Name of pharmacist").select_option("Not used")
    page.get_by_role("button", name="Check the list").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say which column holds the name")
    check_page(page)
    page.get_by_label("Payroll ref").select_option("Staff number")
    page.get_by_label("Name of pharmacist").select_option("Name")
    page.get_by_role("button", name="Check the list").click()

    expect(page.get_by_role("heading", name="Check the staff list")).to_be_visible()
    expect(page.get_by_text("is not a pay band")).to_be_visible()
    check_page(page)
    choose(page, live_server, "Pharmacy staff (final) v4.xlsx", messy(70, wrong=False))
    expect(page.get_by_text("Left out, since the portal has no use for it: Shoes.")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="See all 70 new people").click()
    check_page(page)
    page.go_back()
    page.get_by_role("button", name="Save the list").click()
    expect(page.get_by_role("heading", name="Staff list saved")).to_be_visible()
    check_page(page)

    choose(page, live_server, "half.xlsx", messy(40, wrong=False))
    expect(page.get_by_role("heading", name="Is this really everyone?")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Save, and mark 30 people as having left").click()
    expect(page.get_by_text("Tick that the list is really everyone")).to_be_visible()
    page.get_by_label("Yes, these 30 people have left").check()
    page.get_by_role("button", name="Save, and mark 30 people as having left").click()
    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_text("Will work here again (30)")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_role("heading", name="Import undone")).to_be_visible()
    check_page(page)
    page.goto(f"{live_server.url}/people/import/lists/")
    check_page(page)


def test_import_asks_whether_somebody_is_known_already(lead, trust, live_server, page, screen, sign_in):
    people.person("Asha Khan", now=timezone.now(), organisation=trust, staff_number="21", job_title="Pharmacist")
    sign_in(lead)
    data = (
        b"Name,E-mail,Job title\nAsha Khan,asha.khan@example.org,Senior pharmacist\nBo Lee,bo@example.org,Pharmacist\n"
    )
    choose(page, live_server, "list.csv", data, everyone="These are additions and changes")
    expect(page.get_by_text("is this the Asha you already have?")).to_be_visible()
    check_page(page)
    page.get_by_label("The same person as Asha Khan").check()
    page.get_by_role("button", name="Keep these answers").click()
    check_page(page)
    page.get_by_role("button", name="Save the list").click()
    expect(page.get_by_role("heading", name="Staff list saved")).to_be_visible()


def test_import_of_a_long_list_shows_how_far_it_is_by_itself(lead, trust, live_server, page, screen, sign_in):
    now = timezone.now()
    staff_import = staff_imports.receive(
        organisation=trust, file_name="list.csv", data=EXAMPLE.read_bytes(), is_complete=True, by=lead, now=now
    )
    asks.check(staff_import=staff_import, by=lead, now=now, hand_over=False)
    sign_in(lead)
    page.goto(f"{live_server.url}/people/import/{staff_import.pk}/")
    expect(page.get_by_text("Waiting to start")).to_be_visible()
    staff_import = attempts.begin(import_id=staff_import.pk, by=None, now=now)
    attempts.tell(staff_import=staff_import, stage="Checking the rows", done=60, of=120, by=None, now=now)
    expect(page.get_by_text("60 of 120")).to_be_visible()
    check_page(page)
    StaffImport.objects.filter(pk=staff_import.pk).update(state="preview")
    expect(page.get_by_role("heading", name="Check the staff list")).to_be_visible()
