"""Takes the pictures of docs/USING.md from a running demo, so that they show what is there.

    ./portal demo --fresh                     # in one terminal
    .venv/bin/python docs/pictures/take.py    # in another; Chromium must be installed

Pages are reached as a reader would reach them, by the words on links and buttons.
Nothing is published or changed for good.
"""

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent
EXAMPLES = FOLDER.parents[1] / "examples"
PASSWORD = "pharmacy-demo"
DESK, PHONE = {"width": 1100, "height": 760}, {"width": 390, "height": 760}


def press(page: Page, name: str) -> None:
    """Press the first link or button that is called so."""
    page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).first.click()
    page.wait_for_load_state("networkidle")


def take(page: Page, name: str, *, top: str = "") -> None:
    """One screen of the page, from its beginning or from the element ``top``."""
    page.evaluate("window.scrollTo(0, 0)")
    if top:
        page.locator(top).first.evaluate("element => window.scrollBy(0, element.getBoundingClientRect().top - 24)")
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"{name}.png")


def importing(page: Page) -> None:
    press(page, "Import a newer staff list")
    page.get_by_label("This is everyone").check()
    page.locator("input[type=file]").set_input_files(EXAMPLES / "staff-list-next-month.csv")
    press(page, "Look at the list")
    take(page, "import-preview")


def programme(page: Page) -> None:
    press(page, "Programmes")
    press(page, "Start a programme")
    take(page, "models")


def cohort(page: Page) -> None:
    press(page, "Programmes")
    press(page, "2027 intake")
    take(page, "cohort")


def board(page: Page) -> None:
    page.get_by_role("link", name="look at the matches").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("details.portal-pair > summary").nth(1).click()
    take(page, "board", top=".portal-pairs-head")


def home(page: Page) -> None:
    take(page, "home")


def own_match(page: Page) -> None:
    take(page, "mentee-home")
    page.get_by_role("link", name="Session with").click()
    page.wait_for_load_state("networkidle")
    take(page, "mentee-sessions")
    press(page, "Home")
    page.get_by_role("link", name=", your mentor").click()
    page.wait_for_load_state("networkidle")
    take(page, "mentee-match")


WALKS: list[tuple[str, dict, list[Callable[[Page], None]]]] = [
    ("lead@example.org", DESK, [home, board, cohort, programme, importing]),
    ("mentee@example.org", PHONE, [own_match]),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    address = parser.parse_args().address
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for login, screen, steps in WALKS:
            page = browser.new_context(viewport=screen, locale="en-GB", timezone_id="Europe/London").new_page()
            page.goto(address)
            page.get_by_label("E-mail").fill(login)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.wait_for_url(f"{address}/")
            for step in steps:
                page.goto(address)
                step(page)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
