"""What holds for every page: where its parts may come from, and what it carries in its head."""

import json
import re
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from mentoring_portal import demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in_page(client):
    return client.get(reverse("account_login"))


def test_pages_load_nothing_from_elsewhere_and_nothing_inline(sign_in_page):
    directives = dict(part.strip().split(" ", 1) for part in sign_in_page["Content-Security-Policy"].split(";"))
    assert directives == {
        "default-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }


def test_pages_tell_other_sites_nothing_and_are_not_kept(sign_in_page):
    assert sign_in_page["Referrer-Policy"] == "same-origin"
    assert sign_in_page["X-Content-Type-Options"] == "nosniff"
    assert sign_in_page["X-Frame-Options"] == "DENY"
    assert "no-store" in sign_in_page["Cache-Control"]


def test_pages_say_their_language_and_their_name(sign_in_page):
    page = sign_in_page.content.decode()
    assert '<html lang="en-GB">' in page
    assert f"<title>Sign in – {settings.SERVICE_NAME}</title>" in page
    assert page.count("<h1") == 1


def test_htmx_keeps_no_page_in_the_browser(sign_in_page):
    config = re.search(r"<meta name=\"htmx-config\" content='([^']+)'", sign_in_page.content.decode())[1]
    assert json.loads(config)["history"] == "reload"


def test_the_service_may_have_another_name(client, settings):
    settings.SERVICE_NAME = "Northbank mentors"
    page = client.get(reverse("account_login")).content.decode()
    assert "<title>Sign in – Northbank mentors</title>" in page
    assert ">Northbank mentors</a>" in page


def test_static_files_can_be_collected_under_hashed_names(tmp_path, settings):
    """Fails where a style sheet or script names a file that is not there."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "look.static_files.HashedStaticFiles"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    script = (tmp_path / names["portal/portal.js"]).read_text()
    assert names["nhsuk/nhsuk-frontend.min.js"].removeprefix("nhsuk/") in script
    css = (tmp_path / names["nhsuk/nhsuk-frontend.min.css"]).read_text()
    icons = re.findall(r'url\("?(images/[^")]+)', css)
    assert len(icons) == 12
    assert all((tmp_path / "nhsuk" / icon).exists() for icon in icons)


def test_the_demo_says_how_to_sign_in(client, settings):
    settings.DEMO = True
    page = client.get(reverse("account_login")).content.decode()
    assert re.findall(r"<dt>([^<]+)</dt>", page) == list(demo.LOGINS)
    assert f"<strong>{demo.PASSWORD}</strong>" in page


def test_only_the_demo_says_how_to_sign_in(sign_in_page):
    assert demo.PASSWORD not in sign_in_page.content.decode()


ACCOUNT_PAGES = [
    path
    for folder in ("account", "mfa")
    for path in sorted((Path(settings.BASE_DIR) / "templates" / folder).rglob("*.html"))
    if "snippets" not in path.parts and "email" not in path.parts
]


@pytest.mark.parametrize("path", ACCOUNT_PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_account_pages_say_their_title_in_sentence_case(path):
    text = path.read_text()
    assert re.search(r"{% block (head_title|title) %}", text) or "base_reauthenticate" in text
    assert not re.search(r"Sign In|Sign Out|E?mail Address|Log ?[Ii]n|[Ss]ign up", text)


# Pages of allauth that no address of ours leads to.
UNREACHABLE = {
    "signup.html",
    "signup_by_passkey.html",
    "email.html",
    "phone_change.html",
    "confirm_phone_verification_code.html",
    "confirm_email_verification_code.html",
    "confirm_password_reset_code.html",
}


def test_every_account_page_of_allauth_that_can_be_reached_is_in_our_words():
    theirs = Path(allauth.__file__).parent / "templates" / "account"
    ours = Path(settings.BASE_DIR) / "templates" / "account"
    missing = {
        path.name
        for path in theirs.glob("*.html")
        if not path.name.startswith("base_") and not (ours / path.name).exists()
    }
    assert missing == UNREACHABLE
