"""Who may see a person, and why. Rooms above register their reasons here in AppConfig.ready.

A sight is a function ``sight(viewer, now) -> Q`` over people: those whom the
viewer may see for that reason. Most show a card (name, job, site); a sight
registered with ``record=True`` also shows what a keeper of the record sees:
band, employer, managers and facts. People's own sights are people/staff_sights.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q


@dataclass(frozen=True)
class Sight:
    rows: Callable
    record: bool = False


_SIGHTS: dict[str, Sight] = {}


def register(name: str, sight: Callable, *, record: bool = False) -> None:
    """Add a reason, named for the docs (``pair``), under which a viewer sees people."""
    _SIGHTS[name] = Sight(sight, record)


def registered() -> dict[str, Sight]:
    return dict(_SIGHTS)


def visible_people(people, viewer, *, now: datetime):
    """Narrow the queryset ``people`` to those whom ``viewer`` may see at ``now``, self included."""
    return people.filter(_any_of(_SIGHTS.values(), viewer, now))


def people_on_record(people, viewer, *, now: datetime):
    """Narrow ``people`` to those whose band, employer, managers and facts ``viewer`` may see at ``now``."""
    return people.filter(_any_of([sight for sight in _SIGHTS.values() if sight.record], viewer, now))


def _any_of(sights, viewer, now) -> Q:
    seen = Q(pk=viewer.pk)
    for sight in sights:
        seen |= sight.rows(viewer, now)
    return seen
