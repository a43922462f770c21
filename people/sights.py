"""Who may see a person, and why. Rooms above register their reasons here in AppConfig.ready.

A sight is a function ``sight(viewer, now) -> QuerySet | Q`` over people: the
people whom the viewer may see for that reason.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

_SIGHTS: dict[str, Callable] = {}


def register(name: str, sight: Callable) -> None:
    """Add a reason, named for the docs (``pair``), under which a viewer sees people.

    ``sight(viewer, now)`` returns a ``Q`` over Person.
    """
    _SIGHTS[name] = sight


def registered() -> dict[str, Callable]:
    return dict(_SIGHTS)


def visible_people(people, viewer, *, now: datetime):
    """Narrow the queryset ``people`` to those whom ``viewer`` may see at ``now``, self included."""
    seen = Q(pk=viewer.pk)
    for sight in _SIGHTS.values():
        seen |= sight(viewer, now)
    return people.filter(seen)
