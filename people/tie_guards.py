"""What may stand in the way of a tie. Rooms above register their guard here in AppConfig.ready.

Who may supervise alone is for a way of mentoring to say, but a tie is recorded
in this room: so ``people.actions.ties.record`` asks every guard first.
"""

from collections.abc import Callable

_GUARDS: dict[str, Callable] = {}


def register(name: str, guard: Callable) -> None:
    """Add a guard, named for the docs (``phases``): ``guard(kind=…, person=…, other=…, on=…, now=…)``.

    It raises Refused where ``other`` may not stand in this tie to ``person`` from the day ``on``.
    """
    _GUARDS[name] = guard


def registered() -> dict[str, Callable]:
    return dict(_GUARDS)


def check(**asked) -> None:
    """Ask every guard; Refused by the first that objects."""
    for guard in _GUARDS.values():
        guard(**asked)
