"""What becomes of a record's rows when two records of one person are made one.

Every room registers a step in AppConfig.ready and answers in it for each of its
foreign keys to Person; tests/architecture/test_registries.py fails on a key that
nobody answers for. The merging itself is people/actions/merges.py.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import IntegrityError, models, transaction


@dataclass(frozen=True)
class Step:
    """What one room does. Fields are written "programmes.Enrolment.person"."""

    moves: tuple[str, ...]
    handles: tuple[str, ...]
    run: Callable | None
    obstacles: Callable[..., list[str]] | None
    preview: Callable[..., list[str]] | None


_STEPS: dict[str, Step] = {}


def register(
    name: str,
    *,
    moves: Iterable[str] = (),
    handles: Iterable[str] = (),
    run: Callable | None = None,
    obstacles: Callable[..., list[str]] | None = None,
    preview: Callable[..., list[str]] | None = None,
) -> None:
    """Add what a room does when ``gone`` becomes one with ``kept``.

    ``moves`` are fields whose rows simply pass to ``kept``; where a unique
    constraint says that ``kept`` has that very row already, the row stays with
    the signpost. ``handles`` are fields for which ``run(kept=…, gone=…, by=…,
    now=…)`` answers; it runs first, inside the merge's transaction, and must be
    safe for people of whom the room has never heard.

    ``obstacles(kept, gone, viewer, now=…)`` gives sentences for what forbids it;
    what ``viewer`` may not see is never named in them. ``preview`` with the same
    arguments says what passes over, of what ``viewer`` may see.
    """
    _STEPS[name] = Step(tuple(moves), tuple(handles), run, obstacles, preview)


def registered() -> dict[str, Step]:
    return dict(_STEPS)


def answered_for() -> list[str]:
    """Every field for which some step answers; twice where two do."""
    return [field for step in _STEPS.values() for field in (*step.moves, *step.handles)]


def obstacles(kept, gone, viewer, *, now: datetime) -> list[str]:
    """Why the two cannot be made one, in sentences; each once."""
    found = (step.obstacles(kept, gone, viewer, now=now) for step in _STEPS.values() if step.obstacles)
    return list(dict.fromkeys(sentence for some in found for sentence in some))


def preview(kept, gone, viewer, *, now: datetime) -> list[str]:
    """What passes over from ``gone``, in sentences, as far as ``viewer`` may see it."""
    found = (step.preview(kept, gone, viewer, now=now) for step in _STEPS.values() if step.preview)
    return [sentence for some in found for sentence in some]


def run(*, kept, gone, by, now: datetime) -> None:
    """Every room's step, in the order of registration; inside the caller's transaction."""
    for step in _STEPS.values():
        if step.run:
            step.run(kept=kept, gone=gone, by=by, now=now)
        for field in step.moves:
            move(field, kept=kept, gone=gone)


def move(field: str, *, kept, gone) -> None:
    """Pass the rows of one field from ``gone`` to ``kept``; what the database refuses stays with the signpost."""
    label, _, name = field.rpartition(".")
    model: type[models.Model] = apps.get_model(label)
    rows = model._base_manager.filter(**{name: gone})
    try:
        with transaction.atomic():
            rows.update(**{name: kept})
    except IntegrityError:
        for pk in list(rows.values_list("pk", flat=True)):
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=pk).update(**{name: kept})
            except IntegrityError:  # the same row, known of both
                continue
