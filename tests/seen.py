"""What every page of the access matrix shows to whoever it lets in, to be compared with what it shows another time."""

import io
import re
from zipfile import ZipFile

from django.urls import reverse

from tests.architecture.access_page import walked
from tests.architecture.test_access_matrix import roles_of
from tests.posting import Senders

MASKS = [
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(rb'nonce="[^"]*"'),
]
PASSING = {"X-Request-ID", "Content-Security-Policy", "Set-Cookie", "Expires", "Last-Modified", "Content-Length"}


def answered(answer) -> tuple:
    """What somebody could learn from an answer; of a workbook, what its parts hold, without the moments of their
    making."""
    content = answer.getvalue() if answer.streaming else answer.content
    if "spreadsheet" in answer.headers.get("Content-Type", ""):
        with ZipFile(io.BytesIO(content)) as book:
            content = {part: book.read(part) for part in book.namelist() if part != "docProps/core.xml"}
    else:
        for mask in MASKS:
            content = mask.sub(b"", content)
    return answer.status_code, sorted(one for one in answer.headers.items() if one[0] not in PASSING), content


def every_page(senders: Senders) -> dict[tuple[str, str], tuple]:
    """By (role, name of the address), what is answered. allauth's pages and the health of the machine know nothing of
    anybody's mentoring, and are left out."""
    found = {}
    for name, entry in walked():
        if entry.get("demo") or entry.get("off") or name.startswith(("account_", "mfa_", "socialaccount_", "healthz")):
            continue
        things = {word: senders.things[thing] for word, thing in entry.get("args", {}).items()}
        for role in roles_of(entry, "get"):
            found[role, name] = answered(senders.ask(role, "get", reverse(name, kwargs=things)))
    return found
