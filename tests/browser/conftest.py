"""A real Chromium, and what every page must stand up to in it.

Tests here carry ``pytestmark = pytest.mark.browser`` and are skipped, with the
reason, where no Chromium is found. They end by calling ``check_page(page)``.
"""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from tests import services

# Playwright's loop makes Django refuse the ORM in these tests otherwise.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
QUIET = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 800}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Instead of pytest-base-url's, which pytest 9 warns of; tests take ``live_server.url``."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": services.find_chromium(), "args": list(QUIET)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/London", "viewport": DESKTOP}


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def screen(request, page) -> dict:
    """Runs a test twice, on a desk and on a phone."""
    page.set_viewport_size(request.param)
    return request.param


@pytest.fixture
def page(page):
    """A page that remembers what went wrong in it: broken scripts, what the policy refused, failing answers."""
    page.faults = []
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (one) => "
        "console.error(`refused by the policy: ${one.effectiveDirective} ${one.blockedURI}`))"
    )
    page.on("pageerror", lambda error: page.faults.append(f"script error: {error}"))
    page.on("console", lambda said: page.faults.append(said.text) if said.type in {"error", "warning"} else None)
    page.on(
        "response",
        lambda answer: page.faults.append(f"{answer.status} for {answer.url}") if answer.status >= 500 else None,
    )
    return page


@pytest.fixture
def sign_in(page, live_server):
    """``sign_in(person)``: the browser is signed in, without the form. The sign-in form has its own test."""

    def as_person(person):
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return as_person


# What axe takes for a barrier and is none: rule and class of the element, with the reason.
NO_BARRIER = {
    # The button's name is "Staff list, No file chosen Choose file or drop file": all that is to be seen,
    # but for a comma that nhsuk-frontend hides from view.
    ("label-content-name-mismatch", "nhsuk-file-upload__drop-button"),
}


def check_page(page) -> None:
    """No barrier that axe knows of, nothing wider than the screen, nothing wrong in the console.

    With PORTAL_PICTURES=folder each page that is checked is also drawn there, for a person to look at.
    """
    page.wait_for_load_state("load")
    if folder := os.environ.get("PORTAL_PICTURES"):
        name = re.sub(r"[^a-z0-9]+", "-", urlsplit(page.url).path.lower()).strip("-") or "home"
        taken = len(list(Path(folder).glob(f"{name}-{page.viewport_size['width']}*")))
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}-{taken + 1}.png", full_page=True)
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE)  # a script element would be refused by our own Content-Security-Policy
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    barriers = [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
        if not any(rule == violation["id"] and name in node["html"] for rule, name in NO_BARRIER)
    ]
    assert not barriers, "\n".join([page.url, *barriers])
    assert len(found["passes"]) > 10, "axe looked at next to nothing."
    headings = [heading.strip() for heading in page.locator("h1").all_inner_texts()]
    assert len(headings) == 1, f"{page.url} has {len(headings)} main headings"
    assert headings[0], f"{page.url} has an empty heading"
    assert not page.faults, "\n".join([page.url, *page.faults])
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{page.url} is {width} pixels wide"
