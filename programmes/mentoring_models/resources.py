"""What else helps: guides, courses, tools. For everybody or for one side, at any time or in some weeks.

In a model's file each is a line, so that a lead can change it as text: a title, with an address at its end where it
has one, and before it for whom and when where it is not for all: ``Mentor, weeks 1-4: CPPE, mentoring guide``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LINE = re.compile(
    r"\s*(?:(?P<side>mentor|mentee|trainee)s?)?\s*,?\s*"
    r"(?:weeks?\s+(?P<first>\d{1,3})(?:\s*[-–]\s*(?P<last>\d{1,3}))?)?\s*:\s*(?P<what>\S.*)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?P<title>.*\S)\s+(?P<address>https?://\S+)\s*\Z")
MOST_LETTERS = 200  # of a title


@dataclass(frozen=True)
class Resource:
    """One of them. ``side``: for whom alone; empty: for everybody. ``first`` and ``last``: its weeks; 0: any time."""

    title: str
    address: str = ""
    side: str = ""
    first: int = 0
    last: int = 0

    def is_for(self, sides: Iterable[str]) -> bool:
        return not self.side or self.side in sides

    def is_of_week(self, week: int) -> bool:
        """Whether it is meant for that very week; what is for any time is for none."""
        return self.first <= week <= self.last if self.first else False

    @property
    def when(self) -> str:
        if not self.first:
            return ""
        return f"week {self.first}" if self.first == self.last else f"weeks {self.first} to {self.last}"


def resource_from(line: str) -> Resource:
    """The resource that a line says. Raises ValueError with what is wrong with it."""
    found = _LINE.match(line)
    what = (found["what"] if found else line).strip()
    with_address = _ADDRESS.match(what)
    title, address = (with_address["title"], with_address["address"]) if with_address else (what, "")
    if not title or title.startswith(("http://", "https://")):
        raise ValueError("has a resource without a title: write what it is before its address")
    if len(title) > MOST_LETTERS:
        raise ValueError(f"has a resource whose title is longer than {MOST_LETTERS} letters: {title[:40]}…")
    if address.startswith("http:"):
        raise ValueError(f"has a resource at {address}, which does not begin with https://")
    first = int(found["first"] or 0) if found else 0
    last = int(found["last"] or first) if found else 0
    if first > last or (found and found["first"] and not first):
        raise ValueError(f"has a resource for weeks {first} to {last}, which are no weeks")
    return Resource(title, address, (found["side"] or "").lower() if found else "", first, last)


def resources_from(lines: Iterable[str]) -> list[Resource]:
    """All of them, in the order in which they are written. Raises ValueError where one is wrong."""
    return [resource_from(line) for line in lines if line.strip()]
