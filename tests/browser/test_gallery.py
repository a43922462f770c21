"""Every component in a real browser, on a desk and on a phone."""

import pytest
from django.urls import reverse

from tests.browser.conftest import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def gallery(live_server, page, settings, screen):
    settings.DEMO = True
    page.goto(live_server.url + reverse("gallery"))
    return page


def test_gallery_has_no_barriers(gallery):
    check_page(gallery)


def test_gallery_with_errors_has_no_barriers_and_its_links_lead_to_the_fields(gallery):
    gallery.get_by_role("button", name="Save").click()
    summary = gallery.locator(".nhsuk-error-summary")
    assert summary.evaluate("node => node === document.activeElement"), "The summary takes the focus."
    summary.get_by_role("link", name="First day in the department").or_(
        summary.get_by_role("link", name="Enter first day in the department")
    ).first.click()
    assert gallery.evaluate("document.activeElement.id") == "id_start-day"
    check_page(gallery)


def test_gallery_works_by_keyboard(gallery):
    gallery.keyboard.press("Tab")
    assert gallery.evaluate("document.activeElement.textContent") == "Skip to main content"
    gallery.keyboard.press("Enter")
    assert gallery.evaluate("document.activeElement.id") == "maincontent"


def test_gallery_shows_a_password_on_request(gallery):
    field = gallery.get_by_label("Password", exact=True)
    field.fill("three random words")
    gallery.get_by_role("button", name="Show password").click()
    assert field.get_attribute("type") == "text"


def test_gallery_counts_characters(gallery):
    gallery.get_by_label("What would you like to work on?").fill("x" * 510)
    gallery.get_by_text("You have 10 characters too many").wait_for()


def test_gallery_wakes_the_components_of_a_fragment(gallery):
    """What htmx swaps in behaves like what the page came with, and htmx itself breaks no rule of the CSP."""
    gallery.evaluate("document.querySelector('#form').dataset.old = 'yes'")
    gallery.evaluate("window.htmx.ajax('GET', location.href, {target: '#form', select: '#form', swap: 'outerHTML'})")
    gallery.wait_for_selector("#form:not([data-old]) [data-nhsuk-password-input-init]")
    gallery.get_by_role("button", name="Show password").click()
    assert gallery.get_by_label("Password", exact=True).get_attribute("type") == "text"
    check_page(gallery)
