"""What else happens when somebody comes into a group that is under way, or goes out of it.

Rooms above register their steps here in AppConfig.ready; they run inside the transaction of the action.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from people.models import Person
from programmes.models import Member

_STEPS: dict[str, tuple[Callable, Callable]] = {}


def register(name: str, *, joined: Callable, left: Callable) -> None:
    """Add two steps, each called as ``step(members=…, by=…, now=…)``, with members of one relationship."""
    _STEPS[name] = joined, left


def registered() -> dict[str, Callable]:
    return {f"{name} {when}": step for name, both in _STEPS.items() for when, step in zip("+-", both, strict=True)}


def joined(*, members: Iterable[Member], by: Person | None, now: datetime) -> None:
    for step, _ in _STEPS.values():
        step(members=list(members), by=by, now=now)


def left(*, members: Iterable[Member], by: Person | None, now: datetime) -> None:
    for _, step in _STEPS.values():
        step(members=list(members), by=by, now=now)
