"""What else happens when somebody comes into a group that is under way, goes out of it, or says at a review that it
goes on.

Rooms above register their steps here in AppConfig.ready; they run inside the transaction of the action.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from people.models import Person
from programmes.models import Member

_STEPS: dict[str, tuple[Callable, Callable, Callable]] = {}


def register(name: str, *, joined: Callable, left: Callable, stays: Callable) -> None:
    """Add three steps: two called as ``step(members=…, by=…, now=…)``, with members of one relationship, and ``stays``,
    called as ``step(member=…, by=…, now=…)``, which gives the address of what it asks of them next, or nothing."""
    _STEPS[name] = joined, left, stays


def registered() -> dict[str, Callable]:
    return {f"{name} {when}": step for name, all in _STEPS.items() for when, step in zip("+-=", all, strict=True)}


def joined(*, members: Iterable[Member], by: Person | None, now: datetime) -> None:
    for step, _, _ in _STEPS.values():
        step(members=list(members), by=by, now=now)


def left(*, members: Iterable[Member], by: Person | None, now: datetime) -> None:
    for _, step, _ in _STEPS.values():
        step(members=list(members), by=by, now=now)


def stays(*, member: Member, by: Person, now: datetime) -> str:
    """Where ``member`` is led on to, having said that it goes on; empty where nothing more is asked."""
    led_on = [step(member=member, by=by, now=now) for _, _, step in _STEPS.values()]
    return next(filter(None, led_on), "")
