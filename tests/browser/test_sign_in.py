"""Signing in and one's account, in a real browser."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser.conftest import check_page
from tests.builders import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "three random words"


@pytest.fixture
def person():
    made = people.person("Rowan Ashby", now=timezone.now(), email="rowan@example.org")
    made.set_password(PASSWORD)
    made.save()
    return made


def test_sign_in_by_password(live_server, page, screen, person):
    page.goto(live_server.url + "/")
    assert page.title().startswith("Sign in")
    check_page(page)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Enter your e-mail address").click()
    assert page.evaluate("document.activeElement.name") == "login"
    check_page(page)
    page.get_by_label("E-mail address").fill("rowan@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Rowan Ashby").wait_for()
    check_page(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in", exact=True).wait_for()


def test_pages_on_the_way_in_have_no_barriers(live_server, page, screen):
    for address in (
        "account_request_login_code",
        "account_reset_password",
        "account_reset_password_done",
        "account_signup",
        "account_inactive",
    ):
        page.goto(live_server.url + reverse(address))
        check_page(page)


def test_sign_in_by_code(live_server, page, screen, person):
    page.goto(live_server.url + reverse("account_request_login_code"))
    page.get_by_label("E-mail address").fill("rowan@example.org")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("heading", name="Enter your code").wait_for()
    assert page.get_by_text("We have sent a code to rowan@example.org. It may take").is_visible()
    check_page(page)


def test_pages_of_an_account_have_no_barriers(live_server, page, screen, sign_in, person):
    sign_in(person)
    for address in ("account_change_password", "account_email", "mfa_index", "account_logout"):
        page.goto(live_server.url + reverse(address))
        assert page.get_by_role("navigation", name="Your account").is_visible()
        check_page(page)
    page.goto(live_server.url + reverse("mfa_activate_totp"))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    check_page(page)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("img", name="Square to scan").wait_for()
    check_page(page)
