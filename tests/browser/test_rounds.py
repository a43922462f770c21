"""The facilitator's turn card: a clock that counts down, on a desk and on a phone; without script, until when."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from programmes.actions import groups
from sessions_log.actions import rounds
from tests.browser.conftest import check_page
from tests.builders import programmes, sessions_log

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def group():
    now = timezone.now()
    cohort = programmes.peers_cohort(now=now, start_date=now.date())
    names = ("Ann Llanfairpwllgwyngyllgogerychwyrndrobwll", "Bob Oak", "Cas Rue", "Dee Sand")
    members = [programmes.peer(cohort, name, now=now) for name in names]
    leads = programmes.mentor(cohort, "Nell Barr", capacity=10, now=now)
    made = groups.form(cohort=cohort, mentors=[leads], mentees=members, by=None, now=now)
    sessions_log.all_accept(made, now=now)
    rounds.bring(relationship=made, text="It stayed with me.", by=members[0].person, now=now)
    return made


def test_the_facilitator_follows_a_round_to_its_end(group, live_server, page, screen, sign_in):
    sign_in(group.members.get(role="mentor").person)
    page.goto(f"{live_server.url}/relationships/{group.pk}/round/")
    expect(page.get_by_text("It stayed with me.")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Begin with Ann").click()
    clock = page.locator(".portal-turn__clock")
    expect(clock).to_have_text(re.compile(r"^9:5\d$"))  # of ten minutes, and it counts down
    check_page(page)
    page.get_by_role("button", name="Next: Bob Oak").click()
    page.get_by_role("button", name="Bob Oak passes").click()
    expect(page.get_by_role("heading", name="Cas Rue")).to_be_visible()
    page.get_by_role("link", name="One card back").click()
    expect(page.get_by_role("heading", name="Bob Oak")).to_be_visible()
    for name in ("Next: Cas Rue", "Next: Dee Sand", "Next: All pause", "Next: Reflections"):
        page.get_by_role("button", name=name).click()
    page.get_by_role("button", name=re.compile("Next: Ann")).click()
    page.get_by_role("button", name="Finish the round").click()
    check_page(page)
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("The round is over.")).to_be_visible()


def test_without_script_the_card_says_until_when(group, live_server, browser):
    client = Client()
    client.force_login(group.members.get(role="mentor").person, backend=settings.AUTHENTICATION_BACKENDS[0])
    context = browser.new_context(java_script_enabled=False)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/relationships/{group.pk}/round/")
    page.get_by_role("button", name="Begin with Ann").click()
    expect(page.get_by_text(re.compile(r"10 minutes, until \d\d:\d\d"))).to_be_visible()
    expect(page.locator(".portal-turn__clock")).to_be_hidden()
    context.close()
