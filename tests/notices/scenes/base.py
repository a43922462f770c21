"""What a scene is, and what several of them begin with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from programmes.actions import (
    relationships,
)
from tests.builders import people, programmes

NOW = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=60)


@dataclass
class Scene:
    """What was owed: when it is due, whose cohort's mail it is, and what would make it untrue, by a word."""

    cohort: object = None
    at: datetime = NOW
    causes: dict[str, Callable[[], object]] = field(default_factory=dict)


SCENES: dict[str, Callable[[], Scene]] = {}


def scene(kind: str):
    def register(make):
        SCENES[kind] = make
        return make

    return register


def pair_of(cohort, **more):
    return programmes.pair(cohort, now=NOW, **more)


def person(pair, role="mentee"):
    return pair.members.get(role=role).person


def ended(pair):
    return {"ended": lambda: relationships.end(relationship=pair, by=None, now=NOW)}


def lead_of(cohort):
    return people.lead(cohort.programme.organisation, now=NOW)
