"""Nobody is led off the portal by an address that names another site (TRUST, T12).

Every page is asked, and every form is sent, with another site in each parameter
that anything might return to, and as if that site had led there.
"""

import itertools
import re
from urllib.parse import urlencode, urlsplit

import pytest

from tests.architecture.access_page import enough
from tests.posting import Senders, pages, shown_forms
from tests.scenarios import world

NAMES = ("next", "back", "return", "return_to", "redirect", "redirect_to", "url", "to", "then", "page", "came_from")
ELSEWHERE = (
    "https://evil.example.net/x",
    "//evil.example.net/x",
    "///evil.example.net/x",
    "/\\evil.example.net/x",
    "http:evil.example.net",
    "\thttps://evil.example.net",
    "https:\\\\evil.example.net",
    "javascript:alert('evil.example.net')",
    "https://testserver@evil.example.net/",
    "http://testserver.evil.example.net/",
)
# Where signing in leads on from: each other site is tried there, elsewhere they take turns.
SIGNING_IN = {
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_request_login_code",
    "people:welcome",
}
LEADS_THERE = re.compile(rb"""(?:href|action|src|hx-\w+|formaction|content)="[^"]*evil\.example\.net[^"]*\"""")


def harmless(link: bytes) -> bool:
    """A link of ours that carries the other site on as text, as it was asked: it is looked at when it arrives."""
    value = link.partition(b'"')[2]
    return value.startswith((b"/", b"?")) and not value.startswith((b"//", b"/\\"))


def leads_away(answer) -> list[str]:
    found = []
    for header in ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "Refresh"):
        value = answer.headers.get(header, "")
        parts = urlsplit(value.replace("\\", "/").strip())
        if parts.netloc or parts.scheme:
            found.append(f"{header}: {value}")
    if not answer.streaming:
        found += [link.decode() for link in LEADS_THERE.findall(answer.content) if not harmless(link)]
    return found


@pytest.mark.django_db
def test_nobody_is_led_off_the_portal(now, time_machine, subtests):
    time_machine.move_to(now, tick=False)
    senders = Senders(world(now=now))
    turns = itertools.cycle(ELSEWHERE)
    asked = 0

    def tried(role, method, address, data=None):
        nonlocal asked
        asked += 1
        whither = next(turns)
        joint = "&" if "?" in address else "?"
        there = address + joint + urlencode(dict.fromkeys(NAMES, whither))
        body = None if data is None else dict.fromkeys((name for name in NAMES if name not in data), whither) | data
        headers = {"referer": ELSEWHERE[0], "hx-current-url": ELSEWHERE[0], "x-forwarded-host": "evil.example.net"}
        return whither, leads_away(senders.ask(role, method, there, body, headers=headers))

    for name, role, address in pages(senders.things):
        for _ in ELSEWHERE if name in SIGNING_IN else [None]:
            with subtests.test(name, role=role):
                whither, found = tried(role, "get", address)
                assert not found, f"{whither!r}: {found}"
    for form in shown_forms(senders):
        if form.method == "post":
            for _ in ELSEWHERE if form.name in SIGNING_IN else [None]:
                with subtests.test(str(form)):
                    whither, found = tried(form.role, "post", form.action, form.filled(next(iter(form.buttons), None)))
                    assert not found, f"{whither!r}: {found}"
    assert asked > enough(700)
