"""Who may see a person, and why. Rooms above register their reasons here in AppConfig.ready.

A record that was merged into another is nobody's to see: it is a signpost, and its rows have moved. Nor is one that
was erased: only that somebody was there is left of it.

A sight is a function ``sight(viewer, now) -> Q`` over people: those whom the
viewer may see for that reason. Most show a card (name, job, site); a sight
registered with ``record=True`` also shows the record: band, employer, managers
and facts. With ``keep=True`` the viewer may also change it. One that holds for most
of what is seen is registered with ``often=True`` and asked first; one that shows nobody whom another
does not show, but their record too, names that other as ``within``; one that cannot hold
for this viewer is ``NOBODY``. People's own sights are people/staff_sights.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

NOBODY = Q(pk__in=[])
EVERYBODY = ~NOBODY
THERE = {"merged_into": None, "erased_at": None}


@dataclass(frozen=True)
class Sight:
    rows: Callable
    record: bool = False
    keep: bool = False
    often: bool = False
    within: str = ""


_SIGHTS: dict[str, Sight] = {}


def register(
    name: str, sight: Callable, *, record: bool = False, keep: bool = False, often: bool = False, within: str = ""
) -> None:
    """Add a reason, named for the docs (``pair``), under which a viewer sees people. Who keeps a record sees it."""
    _SIGHTS[name] = Sight(sight, record or keep, keep, often, within)


def registered() -> dict[str, Sight]:
    return dict(_SIGHTS)


def visible_people(people, viewer, *, now: datetime):
    """Narrow the queryset ``people`` to those whom ``viewer`` may see at ``now``, self included."""
    return people.filter(seen_condition(viewer, now=now), **THERE)


def seen_condition(viewer, *, now: datetime) -> Q:
    """That ``viewer`` may see somebody who is there, as a condition to put beside others."""
    return _any_of([sight for sight in _SIGHTS.values() if not sight.within], viewer, now)


def people_on_record(people, viewer, *, now: datetime):
    """Narrow ``people`` to those whose band, employer, managers and facts ``viewer`` may see at ``now``."""
    return people.filter(on_record_condition(viewer, now=now), **THERE)


def on_record_condition(viewer, *, now: datetime) -> Q:
    """That ``viewer`` may see somebody's record, as a condition to put beside others: the database then asks it only
    of those whom the others leave."""
    return _any_of([sight for sight in _SIGHTS.values() if sight.record], viewer, now)


def people_kept(people, viewer, *, now: datetime):
    """Narrow ``people`` to those whose record ``viewer`` may change at ``now``; being oneself is not enough."""
    return people.filter(kept_condition(viewer, now=now), **THERE)


def kept_condition(viewer, *, now: datetime) -> Q:
    """That ``viewer`` may change somebody's record, as a condition to put beside others."""
    return _any_of([sight for sight in _SIGHTS.values() if sight.keep], viewer, now, own=False)


def _any_of(sights, viewer, now, *, own: bool = True) -> Q:
    seen = Q(pk=viewer.pk) if own else Q()
    # The database stops at the first reason that holds, so the one that mostly does is asked first.
    for sight in sorted(sights, key=lambda one: not one.often):
        rows = sight.rows(viewer, now)
        if rows is EVERYBODY:
            return EVERYBODY
        if rows is not NOBODY:
            seen |= rows
    return seen or NOBODY
