"""What else ends when a relationship ends. Rooms above register their step here in AppConfig.ready.

A step runs inside the transaction of ``programmes.actions.relationships.end``, after the members have taken leave.
"""

from collections.abc import Callable

_STEPS: dict[str, Callable] = {}


def register(name: str, step: Callable) -> None:
    """Add a step: ``step(relationship=…, by=…, now=…)``."""
    _STEPS[name] = step


def registered() -> dict[str, Callable]:
    return dict(_STEPS)


def run(**about) -> None:
    for step in _STEPS.values():
        step(**about)
