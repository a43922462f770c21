"""Each mail as it goes out, as text and as HTML: the same words and links in both, and no link that leads nowhere.

With PORTAL_MAILS=folder each is written there, KIND.txt and KIND.html, for a person to look at.
"""

import os
import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import strip_tags

from notices.models import Notice
from tests.notices.scenes import SCENES

LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)]")
UNFILLED = re.compile(r"\bNone\b|\{\{|\}\}|\{%|\[\]|\S  +\S|undefined")


def html_of(letter) -> str:
    return next(str(part[0]) for part in letter.alternatives if part[1] == "text/html")


def words(text: str) -> list[str]:
    return re.findall(r"[\w’'-]+", text)


@pytest.mark.parametrize("kind", sorted(SCENES))
def test_a_mail_says_the_same_as_text_and_as_html_and_its_links_lead_somewhere(walk, kind, mailoutbox):
    made, owed = walk(kind)
    recipients = {one.recipient.email: one.recipient for one in Notice.objects.filter(pk__in=owed)}
    assert walk.sent(owed, made.at)
    letter = mailoutbox[0]
    if folder := os.environ.get("PORTAL_MAILS"):
        Path(folder, f"{kind}.txt").write_text(f"Subject: {letter.subject}\n\n{letter.body}", encoding="utf-8")
        Path(folder, f"{kind}.html").write_text(html_of(letter), encoding="utf-8")
    html = html_of(letter)
    said = unescape(strip_tags(re.sub(r"<style.*?</style>|<title.*?</title>|<head>.*?</head>", " ", html, flags=re.S)))
    assert 5 < len(letter.subject) < 120
    assert not UNFILLED.search(letter.body.replace("\n", " \n"))
    assert not UNFILLED.search(re.sub(r"\s+", " ", said))
    for line in letter.body.splitlines():
        assert line == line.rstrip()
    assert "\n\n\n" not in letter.body
    links = {unescape(link) for link in LINK.findall(letter.body)}
    in_html = {unescape(link) for link in re.findall(r'href="(https?://[^"]+)"', html)}
    assert in_html == links
    # What is read in both: all but addresses, and "here" where a link stands in words.
    missing = set(words(LINK.sub(" ", letter.body).lower())) - set(words(said.lower())) - {"here"}
    assert len(missing) <= 10, missing
    person = recipients[letter.to[0]]
    client = Client()
    client.force_login(person)
    for link in sorted(links):
        assert link.startswith(settings.PORTAL_ADDRESS), link
        parts = urlsplit(link)
        answer = client.get(f"{parts.path}?{parts.query}" if parts.query else parts.path, follow=True)
        assert answer.status_code == 200, (link, answer.status_code)
