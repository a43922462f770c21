"""Neither Python, nor raw SQL, nor a bulk write changes or removes an audit row."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.actions import seals
from audit.append_only import protect, release
from audit.models import AuditEvent, AuditSeal
from tests.builders import ground

pytestmark = pytest.mark.django_db


def sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


ATTACKS = {
    "save": lambda row: row.save(),
    "delete": lambda row: row.delete(),
    "update()": lambda row: type(row).objects.filter(pk=row.pk).update(id=row.pk),
    "raw delete": lambda row: type(row).objects.filter(pk=row.pk)._raw_delete("default"),
    "raw update": lambda row: sql(f"UPDATE {row._meta.db_table} SET id = id"),
    "replace": lambda row: sql(
        f"INSERT OR REPLACE INTO {row._meta.db_table} SELECT * FROM {row._meta.db_table}"
        if connection.vendor == "sqlite"
        else f"INSERT INTO {row._meta.db_table} SELECT * FROM {row._meta.db_table}"
        f" ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id"
    ),
    "empty": lambda row: sql(
        f"DELETE FROM {row._meta.db_table}" if connection.vendor == "sqlite" else f"TRUNCATE {row._meta.db_table}"
    ),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("model", [AuditEvent, AuditSeal])
def test_append_only_refuses(model, attack, now):
    ground.events(2, now=now)
    seals.seal(by=None, now=now)
    before = list(model.objects.values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        attack(model.objects.first())
    assert list(model.objects.values()) == before
    release(connection)  # the twin: without the triggers the same attack goes through
    try:
        attack(model.objects.first())
    finally:
        protect(connection)


def test_append_only_still_lets_rows_in_bulk(now):
    event = ground.events(1, now=now)[0]
    event.pk = None
    AuditEvent.objects.bulk_create([event])
    assert AuditEvent.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_append_only_stands_after_tests_that_empty_the_tables(turn, now):
    assert not AuditEvent.objects.exists()
    event = ground.events(1, now=now)[0]
    with pytest.raises(DatabaseError, match="append-only"):
        event.delete()
