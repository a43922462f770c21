"""What rooms above offer on people's pages: parts of a person's card, ways to narrow the list.

This room may not import them; each registers a function in AppConfig.ready and
shows only what its viewer may see.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from people.access import Access
from people.home import Item
from people.models import Organisation, Person


@dataclass(frozen=True)
class Line:
    """One thing of a part: "Mentor in Trainee mentoring, 2027 intake", since when, and the page that opens it."""

    text: str
    hint: str = ""
    url: str = ""
    is_over: bool = False


@dataclass(frozen=True)
class Part:
    """A titled list on somebody's page; past things stand last."""

    title: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Narrowing:
    """One more choice over the list of people. ``options(access)`` are (value, text); none: it is not offered.

    ``rows(value, access)`` is a Q over people made of subqueries alone.
    """

    key: str  # the parameter of the address
    label: str
    options: Callable[[Access], list[tuple[str, str]]]
    rows: Callable[[str, Access], Q]


_PARTS: dict[str, Callable[..., Part | None]] = {}
_NARROWINGS: dict[str, Narrowing] = {}
_AFTER_IMPORT: dict[str, Callable[..., Item | None]] = {}


def register_part(name: str, part: Callable[..., Part | None]) -> None:
    """``part(person, viewer, now=…)`` gives the part, or None; in a number of queries that does not grow."""
    _PARTS[name] = part


def register_narrowing(narrowing: Narrowing) -> None:
    _NARROWINGS[narrowing.key] = narrowing


def register_after_import(name: str, step: Callable[..., Item | None]) -> None:
    """``step(organisation, access)`` gives what a lead does next once the organisation's staff list is saved, or
    None."""
    _AFTER_IMPORT[name] = step


def registered() -> dict[str, Callable]:
    return {**_PARTS, **_AFTER_IMPORT, **{key: narrowing.rows for key, narrowing in _NARROWINGS.items()}}


def parts(person: Person, viewer: Person, *, now: datetime) -> list[Part]:
    """What rooms above know of ``person`` and ``viewer`` may see."""
    found = (part(person, viewer, now=now) for part in _PARTS.values())
    return [part for part in found if part is not None and part.lines]


def after_import(organisation: Organisation, access: Access) -> Item | None:
    """The next step of whoever saved a list of ``organisation``, of the first room that has one."""
    found = (step(organisation, access) for step in _AFTER_IMPORT.values())
    return next((item for item in found if item is not None), None)


def narrowings() -> list[Narrowing]:
    return list(_NARROWINGS.values())
