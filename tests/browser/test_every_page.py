"""Every page that somebody gets into, opened in a real browser on a desk and on a phone.

The addresses and who gets in are those of the access matrix, so a new page is
looked at from its first day. With PORTAL_PICTURES=folder each is drawn there too.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.architecture.test_access_matrix import MATRIX
from tests.browser.conftest import check_page
from tests.scenarios import ROLES, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Addresses that answer with something other than a page of ours, and why.
NO_PAGE = {
    "healthz": "JSON",
    "matching:letter-preview": "a letter in a sandbox where no script runs, axe included",
    "sessions_log:session-met": "a link that opens nothing any more (410); its page is looked at by a test of its own",
    "people:first-lead": "a link that opens nothing any more, which a browser reports as a fault (410)",
    "account_logout": "asked again by the test of signing in, which still needs its session",
}


def pages():
    """Each address that takes GET, with a role that is let in; the lead where there is a choice."""
    for name, entry in sorted(MATRIX.items()):
        roles = ROLES if entry.get("get") == "everyone" else entry.get("get", ())
        if roles and name not in NO_PAGE and not entry.get("demo"):
            yield name, entry, "lead" if "lead" in roles else roles[0]


def test_every_page_stands_on_a_desk_and_on_a_phone(live_server, page, screen, sign_in, settings, subtests):
    settings.SECOND_FACTOR_REQUIRED = False
    things = world(now=timezone.now())
    signed_in = None
    for name, entry, role in pages():
        with subtests.test(name):
            if role != signed_in:
                page.context.clear_cookies()
                sign_in(things[role])
                signed_in = role
            page.faults.clear()
            arguments = {word: things[thing] for word, thing in entry.get("args", {}).items()}
            address = live_server.url + reverse(name, kwargs=arguments)
            answer = page.request.get(address, max_redirects=0)
            if answer.status in (301, 302) or "html" not in answer.headers.get("content-type", ""):
                continue  # leads on to a page of its own line, or is a file
            page.goto(address)
            if answer.status == 409:  # a refusal in words, whose status the browser tells as a fault
                page.faults.clear()
            check_page(page)


def test_what_the_policy_refuses_is_a_fault_of_the_page(live_server, page):
    page.goto(live_server.url)
    assert page.faults == []
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\"><b onclick=\"1\">')")
    page.wait_for_function("document.querySelector('p[style]')")
    assert any("refused by the policy: style-src" in fault for fault in page.faults)
    assert any("refused by the policy: script-src" in fault for fault in page.faults)
