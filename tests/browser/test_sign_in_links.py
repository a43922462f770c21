"""The ways in by a one-time link, and a note that outlives its sign-in, in a real browser."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from people.actions import founding, invitations
from people.models import KeptForm
from sessions_log.models import Note
from tests.browser.conftest import check_page
from tests.builders import people, programmes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "violet-harbour-lantern"


@pytest.fixture(autouse=True)
def _links_lead_here(settings, live_server):
    settings.PORTAL_ADDRESS = live_server.url


def expect_gone(page):
    """A spent link answers 410, which Chromium reports as a fault; here it is what should happen."""
    page.faults = [fault for fault in page.faults if "410" not in fault]


def test_first_lead_sets_up_the_portal(page, screen):
    start = founding.start_address(by=None, now=timezone.now())
    page.goto(start)
    check_page(page)
    page.get_by_role("button", name="Set up and sign in").click()
    page.get_by_role("link", name="Enter your first name").wait_for()
    check_page(page)
    for label, text in {
        "Name of your organisation": "Northmoor Hospitals",
        "Your first name": "Eleanor",
        "Your last name": "Marsh",
        "Your work e-mail address": "eleanor@example.org",
        "Choose a password": PASSWORD,
    }.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Set up and sign in").click()
    page.get_by_role("link", name="Eleanor Marsh").wait_for()
    check_page(page)
    page.goto(start)
    page.get_by_role("heading", name="This link does not open any more").wait_for()
    expect_gone(page)
    check_page(page)


def test_welcome_from_the_mail_to_the_home_page(page, screen):
    now = timezone.now()
    person = people.person("Amara Quill", now=now, organisation=people.organisation(now=now))
    address = invitations.welcome_address(person=person, by=None, now=now)
    page.goto(address)
    page.get_by_label("Choose a password", exact=True).fill("short")
    page.get_by_role("button", name="Save and sign in").click()
    page.get_by_role("link", name="at least 12 characters").wait_for()
    check_page(page)
    page.get_by_label("Choose a password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    page.get_by_role("link", name="Amara Quill").wait_for()
    page.goto(address)
    expect_gone(page)
    check_page(page)
    page.get_by_role("button", name="Send me a new invitation").click()
    page.get_by_role("heading", name="Look in your mail").wait_for()
    check_page(page)


def test_kept_form_brings_back_a_note(page, screen, live_server, sign_in):
    now = timezone.now()
    relationship = programmes.pair(programmes.cohort(now=now), now=now)
    author = relationship.members.first().person
    author.set_password(PASSWORD)
    author.save()
    sign_in(author)
    page.goto(live_server.url + reverse("sessions_log:note-list", args=[relationship.pk]))
    note = page.locator("textarea")
    note.fill("We talked about the diploma.\nA day on the ward comes next.")
    Session.objects.all().delete()  # so that the draft, sent as the box is left, meets the same end as the note
    page.get_by_role("button", name="Keep this note").click()
    page.get_by_text("What you typed is kept").wait_for()
    check_page(page)
    page.get_by_label("E-mail address").fill(author.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("A day on the ward comes next.").wait_for()
    check_page(page)
    page.get_by_role("button", name="Send it now").click()
    page.get_by_text("Note kept").wait_for()
    assert "A day on the ward comes next." in Note.objects.get().text
    assert not KeptForm.objects.exists()
