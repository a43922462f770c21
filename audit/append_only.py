"""Database triggers by which events and seals can be added, but neither changed nor removed.

Triggers, not Python, because ``update()``, raw SQL and another program go round
Python. Django rebuilds a table on SQLite to alter it and drops its triggers with
the old one: a migration that alters an audit table calls ``protect`` again.
"""

from contextlib import contextmanager

EVENTS, SEALS = TABLES = ("audit_auditevent", "audit_auditseal")
SENTENCE = "the audit record is append-only"


def protect(connection) -> None:
    """Put the triggers on the audit tables; harmless where they are there already."""
    release(connection)
    _run(connection, _MAKE[connection.vendor])


def release(connection) -> None:
    """Take the triggers off. For tests that empty tables, and for undoing the migration."""
    _run(connection, _DROP[connection.vendor])


@contextmanager
def events_can_go(connection):
    """Within, the oldest events can be deleted; seals cannot. Only inside a transaction, which puts the triggers back
    whatever happens: taking one off locks the table, so nobody else gets a word in between."""
    if not connection.in_atomic_block:
        raise RuntimeError("Outside a transaction the triggers could stay off")
    _run(connection, _DROP[connection.vendor], tables=[EVENTS])
    yield
    _run(connection, _MAKE[connection.vendor], tables=[EVENTS])


def _run(connection, templates, *, tables=TABLES) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            for template in templates:
                cursor.execute(template.format(table=table, sentence=SENTENCE))


_MAKE = {
    "sqlite": (
        "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
        "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
        # INSERT OR REPLACE removes the old row without waking the trigger on DELETE.
        "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
        " WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
        " BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ),
}
_DROP = {
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS {{table}}_{what}" for what in ("no_update", "no_delete", "no_replace")),
    "postgresql": (
        "DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
        "DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        "DROP FUNCTION IF EXISTS {table}_refuse()",
    ),
}
