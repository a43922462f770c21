"""Follows every link and every form that stands on the pages, as somebody does who has nothing but the screens.

``Walker.walk`` starts at home and tells of each page that it comes to; ``faults`` says what is wrong with where it led:
a page that does not open, a page that leads nowhere, a form without a button, a button that nobody answers.
"""

import re
from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.urls import Resolver404, resolve, reverse

from tests.posting import Senders, Shown, forms_of

# Signing in and out, which every person does alike and tests of their own look at.
LEFT_ALONE = ("account_", "mfa_", "usersessions_", "socialaccount_", "openid_", "outbox-", "gallery", "healthz")
NOWHERE = "it leads nowhere"
DOUBLED = re.compile(r".{0,40}(?:[?!][”’]?[.,:;]|(?<!\.)\.\.(?!\.)|,[.,])(?=\s|$)")
ANSWERS = (200, 302, 303, 400, 409)  # done, led on, shown again with what is to be mended, refused in words


class _Reader(HTMLParser):
    """What of a page may be pressed: links with where they stand, ids, and how much of it is in its main part."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.links: list[str | None] = []
        self.fragments: list[str] = []
        self.ids: set[str] = set()
        self.controls_in_main, self.headings, self.goes_back = 0, [], False
        self.words: list[str] = []
        self._in_main, self._heading = False, False

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if "id" in told:
            self.ids.add(told["id"])
        if tag == "main":
            self._in_main = True
        elif tag == "h1":
            self._heading = True
            self.headings.append("")
        elif tag == "a":
            self.links.append(told.get("href"))
        if "hx-get" in told:
            self.fragments.append(told["hx-get"])
        if tag == "nav" and told.get("aria-label") in ("Back", "Breadcrumb"):
            self.goes_back = True
        if self._in_main and (tag == "button" or (tag == "a" and told.get("href"))):
            self.controls_in_main += 1

    def handle_endtag(self, tag):
        if tag == "main":
            self._in_main = False
        elif tag == "h1":
            self._heading = False

    def handle_data(self, data):
        if self._in_main:
            self.words.append(data)
        if self._heading:
            self.headings[-1] += data


@dataclass
class Page:
    """Where a link or a form led, and what was found there."""

    address: str
    name: str  # as the resolver calls it; "" where the address is none of ours
    came_from: str
    status: int
    content: str = ""  # of a file: nothing
    is_whole: bool = True  # not a piece that a script fetches into a page
    part: str = ""  # of the portal, as the walker was told
    posts: list[tuple[str, int]] = field(default_factory=list)  # where its forms were sent, and what came of it

    @cached_property
    def read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.content)
        reader.close()
        return reader

    @cached_property
    def forms(self) -> list[Shown]:
        return [
            Shown("", self.address, "", urljoin(self.address, form["action"]) or self.address, **_rest(form))
            for form in forms_of(self.content)
        ]

    def ways(self) -> Iterator[tuple[str, bool]]:
        """(address, whether it is a whole page) of what may be followed, forms that only ask included."""
        for href in self.read.links:
            if href and not href.startswith(("mailto:", "tel:", "#")):
                yield urljoin(self.address, href), True
        for href in self.read.fragments:
            yield urljoin(self.address, href), False
        for form in self.forms:
            if form.method == "get":
                asked = urlencode([(name, one) for name, all in form.filled().items() for one in all], doseq=True)
                yield f"{urlsplit(form.action).path}?{asked}", True


def _rest(form: dict) -> dict:
    return {name: form[name] for name in ("method", "fields", "buttons")}


def name_of(address: str) -> str:
    """What the resolver calls the address; "" where it is none of ours."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


class Walker:
    """Walks for one person after another; a form is sent once for each kind in each part of the portal."""

    def __init__(self, senders: Senders, *, part_of: Callable[[str], str]):
        """``part_of`` says of a path to which part of the portal it belongs: of each kind of page one is looked at in
        each part, however long a list is."""
        self.senders, self.part_of = senders, part_of
        self._sent: set[tuple] = set()

    def walk(self, who: str) -> Iterator[Page]:
        """Each page that ``who`` comes to from home, breadth first."""
        home = reverse("home")
        waits, known, seen = deque([(home, True, "")]), {home}, set()
        while waits:
            address, is_whole, came_from = waits.popleft()
            parts = urlsplit(address)
            part = self.part_of(parts.path)
            kind = (part, name_of(address), is_whole, *sorted({name for name, _ in parse_qsl(parts.query)}))
            if kind in seen:
                continue
            seen.add(kind)
            page = _open(self.senders, who, address, is_whole, came_from)
            page.part = part
            if is_whole:
                self._send(who, page)
            yield page
            for way, whole in page.ways():
                there = urlsplit(way)
                way = there.path + (f"?{there.query}" if there.query else "")
                if not there.netloc and way not in known and not name_of(way).startswith(LEFT_ALONE):
                    known.add(way)
                    waits.append((way, whole, page.address))

    def _send(self, who: str, page: Page) -> None:
        """Its forms, as they stand; whatever that does is taken back."""
        for form in page.forms:
            name = name_of(form.action)
            if form.method != "post" or name.startswith(LEFT_ALONE):
                continue
            for button in form.buttons:
                kind = (page.part, page.name, name, *sorted(form.fields), button and button[0])
                if kind not in self._sent:
                    self._sent.add(kind)
                    answer = self.senders.ask(who, "post", form.action, form.filled(button))
                    page.posts.append((form.action, answer.status_code))


def _open(senders: Senders, who: str, address: str, is_whole: bool, came_from: str) -> Page:
    """The page at ``address``, or that to which it leads on."""
    extra = {} if is_whole else {"headers": {"HX-Request": "true"}}
    for _ in range(5):
        answer = senders.ask(who, "get", address, **extra)
        if answer.status_code not in (301, 302, 303):
            break
        address = urljoin(address, answer.url)
    is_html = "html" in answer.headers.get("Content-Type", "")
    content = answer.content.decode() if is_html and not answer.streaming else ""
    return Page(address, name_of(address), came_from, answer.status_code, content, is_whole)


def faults(page: Page, *, to_read: Collection[str]) -> Iterator[str]:
    """A sentence for each thing that is wrong with where a link led; pages ``to_read`` are left by the way one came."""
    if page.status != 200:
        yield f"a link leads to an answer of {page.status}"
        return
    for action, status in page.posts:
        if status not in ANSWERS:
            yield f"its form for {action} is answered by {status}"
    if not page.content or not page.is_whole:
        return
    if [bool(heading.strip()) for heading in page.read.headings] != [True]:
        yield f"its main headings are {page.read.headings}"
    for href in page.read.links:
        if not href or href == "#" or href.startswith("javascript:"):
            yield f"a link leads to {href!r}"
        elif href.startswith("#") and href[1:] not in page.read.ids:
            yield f"a link leads to {href}, which is not on it"
    if found := DOUBLED.search(" ".join("".join(page.read.words).split())):
        yield f"it says {found[0]!r}, with a mark too many"
    for form in page.forms:
        if not form.buttons:
            yield f"its form for {form.action} has no button"
    if not page.read.controls_in_main and not (page.name in to_read and page.read.goes_back):
        yield NOWHERE
