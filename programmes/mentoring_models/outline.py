"""The outline of a programme week by week: what its members may talk about. A suggestion, and nobody is held to it.

In a model's file a topic is a line, ``8: Calculations`` or ``12-13: The first review``, so that a lead can change
it as text. Which week somebody is in is not known here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_LINE = re.compile(r"\s*(\d{1,3})\s*(?:[-–]\s*(\d{1,3})\s*)?:\s*(\S.*?)\s*\Z")
MOST_LETTERS = 120  # of a topic: it stands beside a date, on a phone


@dataclass(frozen=True)
class Topic:
    """What the weeks from ``first`` to ``last``, both counted from 1, are for."""

    first: int
    last: int
    title: str


def topic_from(line: str) -> Topic:
    """The topic that a line of the outline says. Raises ValueError with what is wrong with it."""
    found = _LINE.match(line)
    if found is None:
        raise ValueError(f"has a topic {line[:40]!r}, which does not begin with its week: “8: Calculations”")
    first, last = int(found[1]), int(found[2] or found[1])
    if not 1 <= first <= last:
        raise ValueError(f"has a topic for weeks {first} to {last}, which are no weeks")
    if len(found[3]) > MOST_LETTERS:
        raise ValueError(f"has a topic of more than {MOST_LETTERS} letters in week {first}")
    return Topic(first, last, found[3])


def topics_from(lines: Iterable[str]) -> list[Topic]:
    """The topics of an outline in the order of weeks. Raises ValueError where one is wrong or a week has two."""
    topics = sorted((topic_from(line) for line in lines), key=lambda topic: topic.first)
    for before, topic in pairwise(topics):
        if topic.first <= before.last:
            raise ValueError(f"has two topics for week {topic.first}")
    return topics


def topic_of_week(lines: Iterable[str], week: int) -> str:
    """What a week is for; empty where the outline says nothing of it."""
    return next((topic.title for topic in topics_from(lines) if topic.first <= week <= topic.last), "")
