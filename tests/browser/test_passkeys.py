"""Passkeys, made and used in a real browser with an authenticator that Chromium itself plays."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from audit.verbs import Verb
from tests.browser.conftest import PHONE, check_page
from tests.builders import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "three random words"


@pytest.fixture
def authenticator(page):
    """A device with a finger sensor, as far as the browser can tell."""
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    made = chromium.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    return lambda name, **how: chromium.send(name, {"authenticatorId": made["authenticatorId"]} | how)


def test_passkey_is_a_second_step_and_then_signs_in_by_itself(live_server, page, settings, authenticator):
    settings.SECOND_FACTOR_REQUIRED = True
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # as where the portal's address is localhost
    now = timezone.now()
    lead = people.lead(people.organisation(now=now), "Rowan Ashby", now=now, email="rowan@example.org")
    lead.set_password(PASSWORD)
    lead.save()
    page.goto(live_server.url)
    page.get_by_label("E-mail address").fill("rowan@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Use a passkey instead").click()
    check_page(page)
    page.get_by_label("Name of the passkey").fill("Ward computer")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.get_by_role("link", name="Go on to the portal").click()
    page.get_by_role("heading", name="Rowan").first.wait_for()
    page.get_by_role("button", name="Sign out").click()

    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Sign out").wait_for()
    assert AuditEvent.objects.filter(verb=Verb.SIGNED_IN, actor_id=lead.pk).count() == 2
    page.goto(live_server.url + reverse("mfa_list_webauthn"))
    assert page.get_by_text("Signs you in without a password.").is_visible()
    check_page(page)
    for name, heading in (("Rename", "Rename a passkey"), ("Remove", "Remove the passkey “Ward computer”?")):
        page.get_by_role("button", name=f"{name} Ward computer").click()
        page.get_by_role("heading", name=heading).wait_for()
        check_page(page)
        page.go_back()
    for address in ("mfa_index", "usersessions_list", "socialaccount_connections"):
        page.goto(live_server.url + reverse(address))
        check_page(page)

    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail address").fill("rowan@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="The second step").wait_for()
    check_page(page)
    authenticator("WebAuthn.setUserVerified", isUserVerified=False)  # a finger that is not hers
    authenticator("WebAuthn.clearCredentials")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("The passkey was not used").wait_for()
    assert page.locator("[data-passkey-error]").evaluate("one => one === document.activeElement")
    assert Authenticator.objects.filter(user=lead, type="webauthn").count() == 1


def test_passkeys_are_not_offered_where_no_browser_could_use_one(live_server, page):
    page.goto(live_server.url.replace("localhost", "127.0.0.1"))
    page.get_by_role("button", name="Sign in", exact=True).wait_for()
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    check_page(page)
