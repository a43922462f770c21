"""What ends when somebody leaves. Rooms above register their step here in AppConfig.ready.

A step runs inside the transaction of ``people.actions.people.leave``, before the
person's own employment and grants end, and must be safe for someone whom the room
has never heard of. Its preview says beforehand, in words, what the step will end.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Model

_STEPS: dict[str, Callable] = {}
_PREVIEWS: dict[str, Callable[..., list[str]]] = {}


def register(name: str, step: Callable, *, preview: Callable[..., list[str]]) -> None:
    """Add a step, named for the docs (``relationships``): ``step(person=…, by=…, now=…)``.

    ``preview(person, viewer, now=…)`` gives a sentence for each thing that will
    end, of those things alone that ``viewer`` may see: the page says once, for
    everybody alike, that there may be more.
    """
    _STEPS[name] = step
    _PREVIEWS[name] = preview


def registered() -> dict[str, Callable]:
    return dict(_STEPS)


def previews() -> dict[str, Callable[..., list[str]]]:
    return dict(_PREVIEWS)


def sentences(person: Model, viewer: Model, *, now: datetime) -> list[str]:
    """What would end in the rooms above if ``person`` left now, as far as ``viewer`` may see it."""
    return [sentence for preview in _PREVIEWS.values() for sentence in preview(person, viewer, now=now)]
