"""What ends when somebody leaves. Rooms above register their step here in AppConfig.ready.

A step runs inside the transaction of ``people.actions.people.leave``, before the
person's own employment and grants end, and must be safe for someone whom the room
has never heard of.
"""

from collections.abc import Callable

_STEPS: dict[str, Callable] = {}


def register(name: str, step: Callable) -> None:
    """Add a step, named for the docs (``relationships``): ``step(person=…, by=…, now=…)``."""
    _STEPS[name] = step


def registered() -> dict[str, Callable]:
    return dict(_STEPS)
