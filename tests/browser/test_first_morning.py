"""The main job, in a real browser against a real, empty portal: from a spreadsheet to a pair that see each other.

Web server, workers, beat and mail are the portal's own processes; nothing is called from here.
The lead begins with the link that `./portal serve` prints, as everybody who runs it does.
"""

import csv
import re
import time
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.browser.conftest import PHONE, check_page
from tests.platform.running import portal, wait_until

pytestmark = pytest.mark.browser

STAFF_LIST = Path(__file__).resolve().parents[2] / "examples" / "staff-list.csv"
PASSWORD = "three quiet words of mine"
CLICKS_AT_MOST = 12  # from the first page after sign-in to published pairs, every one counted


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with portal("serve", tmp_path_factory.mktemp("first-morning")) as running:
        yield running


class Walk:
    """A person's way through the portal: counts every click, that on a file too, and checks every page they come to."""

    def __init__(self, page, address):
        self.page, self.address, self.clicks = page, address, 0

    def set_up(self, link: str):
        """Create the organisation and its first lead, and set up the second factor that leads must have."""
        self.page.goto(link)
        check_page(self.page)
        self.page.get_by_label("Name of your organisation").fill("Northbank Teaching Hospitals")
        self.page.get_by_label("What kind of organisation it is").select_option("acute")
        self.page.get_by_label("Your first name").fill("Lorna")
        self.page.get_by_label("Your last name").fill("Fairweather")
        self.page.get_by_label("Your work e-mail address").fill("lead@example.org")
        self.page.get_by_label("Choose a password", exact=True).fill(PASSWORD)
        self.page.locator("main button[type=submit]").last.click()
        self.page.wait_for_url("**/totp/activate/")
        check_page(self.page)
        secret = self.page.inner_text(".portal-key")
        self.page.get_by_label(re.compile("code", re.I)).fill(
            format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        )
        self.page.get_by_role("button", name="Turn on").click()
        self.page.wait_for_load_state("load")
        check_page(self.page)
        self.page.goto(self.address)
        check_page(self.page)
        self.clicks = 0

    def press(self, name):
        """Press the first button or link that is called so; ``name`` is part of it, or a pattern."""
        self._press(self.page.get_by_role("link", name=name).or_(self.page.get_by_role("button", name=name)).first)

    def choose(self, file: Path):
        """Choose a file: a click, and then whatever the computer's own window asks."""
        self.page.locator("input[type=file]").set_input_files(file)
        self.clicks += 1

    def _press(self, what):
        what.click(timeout=10_000)
        self.clicks += 1
        check_page(self.page)

    def sees(self, text: str):
        assert text in self.page.inner_text("main"), self.page.inner_text("main")


def letters(served, email: str) -> list[str]:
    """The mails to ``email`` that the portal has sent, as text, oldest first."""
    found = []
    for file in sorted((served.var / "mail").glob("[!.]*"), key=lambda file: file.stat().st_mtime_ns):
        text = file.read_text(errors="replace")
        if re.search(rf"^To: .*{re.escape(email)}", text, re.M):
            found.append(text)
    return found


def test_first_morning_from_staff_list_to_published_pairs(page, served, browser):
    lead = Walk(page, served.address)
    lead.set_up(re.search(rf"{served.address}/start/\S+", served.said())[0])

    lead.press("Import")
    assert page.get_by_label("Additions").is_checked()  # a first list: nobody can have left
    lead.choose(STAFF_LIST)
    lead.press("Look at the list")
    lead.press("Save the list")

    lead.press("Start a programme")
    lead.press("Start a programme with Trainee pharmacist and band 6 mentor")
    lead.press("Start the programme")

    for side in ("trainee pharmacists", "mentors"):
        assert page.inner_text("h1").endswith(f"Enrol {side}")  # the portal leads on by itself
        lead.sees("ticked to begin with")
        lead.press("Enrol those ticked, without a mail")

    lead.press("Find matches")
    page.get_by_text("Go on to publish").wait_for(timeout=60_000)
    check_page(page)
    lead.sees("No better plan exists")
    lead.press("Go on to publish")
    # This portal has no mail server, so that telling people oneself is chosen already; its mails are files, read below.
    page.get_by_label("Now, by e-mail").check()
    lead.press("Publish")
    lead.sees("Published")
    assert lead.clicks <= CLICKS_AT_MOST, lead.clicks

    first_pair = page.locator("section[aria-labelledby=proposed] li").first.inner_text()
    (mentee_name, mentor_name) = sorted((name for name in staff() if name in first_pair), key=first_pair.index)
    _meet(browser, served, mentee_name, mentor_name)
    _meet(browser, served, mentor_name, mentee_name)


def _meet(browser, served, own_name: str, other_name: str):
    """Come in by the link in the mail, on a phone, choose a password, and see the other."""
    email = staff()[own_name]
    mail = wait_until(lambda: letters(served, email), seconds=60, told=lambda: f"No mail to {email}.")
    assert len(mail) == 1
    link = re.search(rf"{re.escape(served.address)}/welcome/\S+", mail[0].replace("=\n", "").replace("=3D", "="))[0]
    page = browser.new_context(viewport=PHONE, locale="en-GB").new_page()
    page.faults = []
    person = Walk(page, served.address)
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
