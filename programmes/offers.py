"""What rooms above offer on this room's pages: the next step of a cohort, a link on a relationship.

This room may not import them, and a bare address in a template would know only
that a page exists, not whether matches are waiting to be looked at. So each room
registers a function in AppConfig.ready, and answers for many cohorts at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import QuerySet
from django.urls import reverse

from people.home import Found, Item
from people.models import Person
from programmes import mentoring_models
from programmes.bringing import is_brought
from programmes.models import Cohort, Enrolment, Relationship
from programmes.readiness import Readiness


@dataclass(frozen=True)
class Step:
    """What a lead does next for a cohort. ``acts`` makes it a button that posts to ``url``, not a link.

    ``hint`` says how things stand: "30 pairs are ready to look at"; ``also`` is another way to the same end.
    """

    text: str
    url: str
    hint: str = ""
    acts: bool = False
    also: Item | None = None


class Under(StrEnum):
    """The headings under which a cohort's page keeps what a lead can open from it, in the order of a cohort's life."""

    READY = "Getting ready"
    MATCHES = "Matches"
    RUNNING = "While it runs"
    AFTERWARDS = "What comes of it"


@dataclass(frozen=True)
class Ahead:
    """Something that comes once matches are made: what, when, where it opens and what else to know of it. Without a
    day it comes when people make it."""

    text: str
    on: date | None = None
    url: str = ""
    hint: str = ""


@dataclass(frozen=True)
class TaskKind:
    """One kind of thing that waits for a lead on their list.

    ``waiting(viewer, now=…)`` is the rows that wait, as a queryset; ``items(viewer, now=…)`` at most a page of them as
    following.Task, or Unnamed where members are to be named, the oldest first, in one query; ``home(count)`` says on
    the home page how many there are: "2 matches were not well at a meeting".
    """

    key: str
    heading: str
    hint: str
    action: str
    waiting: Callable[..., QuerySet]
    items: Callable[..., list]
    home: Callable[[int], str]


_STEPS: dict[str, Callable[..., dict[int, Step]]] = {}
_LINKS: dict[str, Callable[..., Item | None]] = {}
_COHORT_LINKS: dict[str, tuple[Under, Callable[..., Item | None]]] = {}
_CHOICES: dict[str, Callable[[Enrolment], Item | None]] = {}
_TASKS: dict[str, TaskKind] = {}
_AHEAD: dict[str, Callable[..., list[Ahead]]] = {}
_PART_LINKS: dict[str, Callable[..., Item | None]] = {}
_GROUP_DATES: dict[str, Callable[..., dict[int, date]]] = {}
_DATES: dict[str, Callable[..., list[Item]]] = {}
_DATE_ROWS: dict[str, Callable[..., QuerySet]] = {}


def register_step(name: str, steps: Callable[..., dict[int, Step]]) -> None:
    """``steps(cohorts, readiness, now=…)`` gives the next step by cohort id, for those cohorts where it has one.

    It is asked only for cohorts in which both sides are enrolled, in a constant number of queries.
    """
    _STEPS[name] = steps


def register_link(name: str, link: Callable[..., Item | None]) -> None:
    """``link(relationship, viewer, now=…)`` gives what the viewer can open from a relationship's page, or None."""
    _LINKS[name] = link


def register_cohort_link(name: str, link: Callable[..., Item | None], *, under: Under) -> None:
    """``link(cohort, readiness, now=…)`` gives what a lead can open from a cohort's page beside its next step, or None.

    It asks nothing of the database: the page has as many queries as it may.
    """
    _COHORT_LINKS[name] = (under, link)


def register_ahead(name: str, ahead: Callable[..., list[Ahead]]) -> None:
    """``ahead(relationship, now=…)`` gives what comes in a match that is made, for its leads."""
    _AHEAD[name] = ahead


def register_choice(name: str, choice: Callable[[Enrolment], Item | None]) -> None:
    """``choice(enrolment)`` gives the page on which a lead chooses a partner for a waiting mentee by hand, or None."""
    _CHOICES[name] = choice


def register_tasks(kind: TaskKind) -> None:
    """Something of a room above on the list of a lead."""
    _TASKS[kind.key] = kind


def register_group_dates(name: str, dates: Callable[..., dict[int, date]]) -> None:
    """``dates(relationships, now=…)`` gives by their ids the day of the next meeting of each that has one."""
    _GROUP_DATES[name] = dates


def register_part_link(name: str, link: Callable[..., Item | None]) -> None:
    """``link(enrolment, now=…)`` gives what somebody can open from the page of their own part, also once it is over."""
    _PART_LINKS[name] = link


def register_dates(name: str, dates: Callable[..., list[Item]], *, rows: Callable[..., QuerySet]) -> None:
    """``dates(person, now=…)`` gives what stands on the home page of somebody who takes part: a date to come. One
    query or two; it is not asked for anybody else, nor where ``rows``, counted with all else, has none."""
    _DATES[name], _DATE_ROWS[name] = dates, rows


def registered() -> dict[str, Callable]:
    tasks = {key: kind.items for key, kind in _TASKS.items()}
    cohort_links = {name: link for name, (_, link) in _COHORT_LINKS.items()}
    return {**_STEPS, **_LINKS, **cohort_links, **_AHEAD, **_CHOICES, **_GROUP_DATES, **_PART_LINKS, **_DATES, **tasks}


def part_links(enrolment: Enrolment, *, now: datetime) -> list[Item]:
    """What rooms above have on the page of somebody's own part."""
    found = (link(enrolment, now=now) for link in _PART_LINKS.values())
    return [item for item in found if item is not None]


def date_rows(person: Person, *, now: datetime) -> dict[str, QuerySet]:
    """The dates to come of somebody who takes part, to be counted."""
    return {name: rows(person, now=now) for name, rows in _DATE_ROWS.items()}


def dates_of(person: Person, *, now: datetime, found: Found) -> list[Item]:
    """What rooms above have on the home page of somebody who takes part; not where ``found`` says that there is
    none."""
    asked = (name for name in _DATES if found.get(f"dates_of_{name}", 1))
    return [item for name in asked for item in _DATES[name](person, now=now)]


def task_kinds() -> list[TaskKind]:
    """What rooms above have on the list of a lead."""
    return list(_TASKS.values())


def group_dates(relationships: Iterable[int], *, now: datetime) -> dict[int, date]:
    """The day of the next meeting of each of these relationships (ids) that has one."""
    found = {}
    for dates in _GROUP_DATES.values():
        found |= dates(list(relationships), now=now)
    return found


def ahead_of(relationship: Relationship, *, now: datetime) -> list[Ahead]:
    """What comes in this match, what has no day first, then in the order of days."""
    found = [one for ahead in _AHEAD.values() for one in ahead(relationship, now=now)]
    return sorted(found, key=lambda one: one.on or date.min)


def choices(enrolment: Enrolment) -> list[Item]:
    """Where a lead can choose a partner for this waiting mentee."""
    found = (choice(enrolment) for choice in _CHOICES.values())
    return [item for item in found if item is not None]


def next_steps(cohorts: Iterable[Cohort], readiness: dict[int, Readiness], *, now: datetime) -> dict[int, Step]:
    """The one next step of each cohort by its id: enrol both sides, then whatever a room above has to offer."""
    steps, complete = {}, []
    for cohort in cohorts:
        model = mentoring_models.of(cohort.programme)
        words, ready = model.words, readiness[cohort.pk]
        lacking = "mentee" if not ready.mentees else "mentor" if not ready.mentors else None
        if is_brought(model) and lacking == "mentor":  # they come with those who name them
            lacking = None
        if lacking:
            url = reverse("programmes:enrolment-add", args=[cohort.pk, lacking])
            first, then = words.mentee.many, words.mentor.many
            hint = f"First the {first}, then the {then}. Then the portal can find matches."
            if is_brought(model):
                hint = f"Each of them then names their {words.mentor.one}, who says yes or no."
            elif ready.mentees:
                hint = f"The {first} are enrolled. Enrol the {then}, and the portal can find matches."
            steps[cohort.pk] = Step(f"Enrol {words.of(lacking).many}", url, hint=hint)
        else:
            complete.append(cohort)
    if complete:
        for offer in _STEPS.values():
            steps = offer(complete, readiness, now=now) | steps
    return steps


def links(relationship: Relationship, viewer: Person, *, now: datetime) -> list[Item]:
    """What ``viewer`` can open from the page of a relationship."""
    found = (link(relationship, viewer, now=now) for link in _LINKS.values())
    return [item for item in found if item is not None]


def cohort_links(cohort: Cohort, readiness: Readiness, *, now: datetime) -> list[tuple[Under, Item]]:
    """What rooms above have for the leads of a cohort, each with its heading."""
    found = ((under, link(cohort, readiness, now=now)) for under, link in _COHORT_LINKS.values())
    return [(under, item) for under, item in found if item is not None]


def cohort_link(name: str, cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item | None:
    """The one of these links that was registered as ``name``."""
    return _COHORT_LINKS[name][1](cohort, readiness, now=now)
