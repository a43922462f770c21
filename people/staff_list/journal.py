"""What the saving of a staff list changed, row by row, so that it can be undone and nothing else with it.

The journal is kept as JSON: of rows that were made their ids, each with a checksum of
the whole row; of rows that were changed the fields before and after. Undoing compares
both with what stands there now, so that whatever somebody did since is never overwritten.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache

from django.apps import apps
from django.db.models import Model

CHUNK = 500
LATER = {
    "last_working_day"
}  # columns that came when journals were kept already: empty, they leave checksums as they were


class Journal:
    """Filled while a list is saved. ``made`` and ``changed`` by a model's label, as ``people.employment``."""

    def __init__(self):
        self._made: dict[str, list[list[int]]] = defaultdict(list)  # [id, checksum]
        self._before: dict[str, dict[int, dict]] = defaultdict(dict)

    def makes(self, rows: Iterable[Model]) -> None:
        """These rows were made; call it once they have their ids and their values."""
        for row in rows:
            self._made[row._meta.label_lower].append([row.pk, checksum(row)])

    def changes(self, rows: Iterable[Model], fields: Iterable[str]) -> None:
        """These rows are about to change in ``fields``. The first word about a field of a row holds."""
        fields = tuple(fields)
        for row in rows:
            known = self._before[row._meta.label_lower].setdefault(row.pk, {})
            for name in fields:
                known.setdefault(row._meta.get_field(name).attname, _plain(_value(row, name)))

    def as_data(self) -> dict:
        """The journal as it is kept. Reads the changed rows once more, since what they became is what counts."""
        changed: dict[str, list] = {}
        for label, rows in self._before.items():
            found = []
            for row in in_chunks(label, rows):
                before = rows[row.pk]
                after = {name: _plain(getattr(row, name)) for name in before}
                if after != before:
                    differing = [name for name in before if before[name] != after[name]]
                    found.append([row.pk, {n: before[n] for n in differing}, {n: after[n] for n in differing}])
            if found:
                changed[label] = sorted(found, key=lambda one: one[0])
        return {"made": dict(self._made), "changed": changed}


def in_chunks(label: str, ids: Iterable[int]) -> Iterator[Model]:
    """The rows of a model with these ids, as many as are still there."""
    ids = list(ids)
    for start in range(0, len(ids), CHUNK):
        yield from apps.get_model(label)._base_manager.filter(pk__in=ids[start : start + CHUNK])


def checksum(row: Model) -> int:
    """A number that changes when any field of the row does."""
    values = [getattr(row, name) for name in _columns(type(row)) if name not in LATER or getattr(row, name) is not None]
    plain = [str(value.astimezone(UTC) if isinstance(value, datetime) else value) for value in values]
    return zlib.crc32("\x1f".join(plain).encode())


@cache
def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def is_as_left(row: Model, after: dict) -> bool:
    """Whether the fields of a changed row still hold what saving gave them."""
    return all(_plain(getattr(row, name)) == value for name, value in after.items())


def give_back(row: Model, before: dict) -> None:
    """Put the fields of a row back to what they were; the caller saves it."""
    for name, value in before.items():
        field = next(one for one in row._meta.concrete_fields if one.attname == name)
        setattr(row, name, field.to_python(value) if not field.is_relation else value)


def _value(row: Model, name: str):
    return getattr(row, row._meta.get_field(name).attname)


def _plain(value):
    """A value as JSON keeps it, the same whether it was just set or has come from the database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)
