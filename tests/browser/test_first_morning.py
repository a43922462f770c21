"""The main job, in a real browser against the real demo: from the staff list to a pair that see each other.

Web server, workers, beat and mail are the demo's own processes; nothing is called from here.
"""

import csv
import re
from pathlib import Path

import pytest

from tests.browser.conftest import PHONE, check_page
from tests.platform.running import portal, wait_until

pytestmark = pytest.mark.browser

STAFF_LIST = Path(__file__).resolve().parents[2] / "examples" / "staff-list.csv"
PASSWORD = "pharmacy-demo"
CLICKS_AT_MOST = 12


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with portal("demo", tmp_path_factory.mktemp("first-morning")) as running:
        yield running


class Walk:
    """A person's way through the portal: counts what they press and checks every page they come to."""

    def __init__(self, page, address):
        self.page, self.address, self.clicks = page, address, 0

    def sign_in(self, email: str, password: str = PASSWORD):
        self.page.goto(self.address)
        check_page(self.page)
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(f"{self.address}/")
        self.clicks = 0

    def press(self, name):
        """Press the first button or link that is called so; ``name`` is part of it, or a pattern."""
        self._press(self.page.get_by_role("link", name=name).or_(self.page.get_by_role("button", name=name)).first)

    def _press(self, what):
        what.click(timeout=10_000)
        self.clicks += 1
        check_page(self.page)

    def sees(self, text: str):
        assert text in self.page.inner_text("main"), self.page.inner_text("main")


def letters(demo, email: str) -> list[str]:
    """The mails to ``email`` that the demo has sent, as text, oldest first."""
    found = []
    for file in sorted((demo.var / "demo" / "mail").glob("*"), key=lambda file: file.stat().st_mtime_ns):
        text = file.read_text(errors="replace")
        if re.search(rf"^To: .*{re.escape(email)}", text, re.M):
            found.append(text)
    return found


def test_first_morning_from_staff_list_to_published_pairs(page, demo, browser):
    lead = Walk(page, demo.address)
    lead.sign_in("lead@example.org")
    check_page(page)

    lead.press("Import")
    page.get_by_label("Additions").check()
    page.locator("input[type=file]").set_input_files(STAFF_LIST)
    lead.press("Look at the list")
    lead.press("Save the list")

    lead.press("Programmes")
    lead.press("Start")
    lead.press("Trainee pharmacist and band 6 mentor")
    lead.press("Start the programme")

    for side in ("trainee pharmacists", "mentors"):
        assert page.inner_text("h1").endswith(f"Enrol {side}")  # the portal leads on by itself
        lead.sees("ticked to begin with")
        lead.press("Enrol the people I ticked")

    lead.press("Find matches")
    page.get_by_text("Go on to publish").wait_for(timeout=60_000)
    check_page(page)
    lead.sees("No better plan exists")
    lead.press("Go on to publish")
    lead.press("Publish")
    lead.sees("Published")
    assert lead.clicks <= CLICKS_AT_MOST, lead.clicks

    first_pair = page.locator("section[aria-labelledby=proposed] li").first.inner_text()
    (mentee_name, mentor_name) = sorted((name for name in staff() if name in first_pair), key=first_pair.index)
    _meet(browser, demo, mentee_name, mentor_name)
    _meet(browser, demo, mentor_name, mentee_name)


def _meet(browser, demo, own_name: str, other_name: str):
    """Come in by the link in the mail, on a phone, choose a password, and see the other."""
    email = staff()[own_name]
    mail = wait_until(lambda: letters(demo, email), seconds=60, told=lambda: f"No mail to {email}.")
    assert len(mail) == 1
    link = re.search(rf"{re.escape(demo.address)}/welcome/\S+", mail[0].replace("=\n", "").replace("=3D", "="))[0]
    page = browser.new_context(viewport=PHONE, locale="en-GB").new_page()
    page.faults = []
    person = Walk(page, demo.address)
    page.goto(link)
    check_page(page)
    for box in page.locator("input[type=password]").all():
        box.fill("a long and private sentence")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/programmes/relationships/*/")  # straight to the other, who is what the mail is about
    check_page(page)
    person.sees(other_name)
    person.press("Home")
    person.press(other_name)
    person.sees(other_name)
    page.context.close()


def staff() -> dict[str, str]:
    """The e-mail addresses on the staff list, by name."""
    with STAFF_LIST.open(encoding="utf-8", newline="") as file:
        return {f"{row['First Name']} {row['Last Name']}": row["E-mail Address"] for row in csv.DictReader(file)}
