"""Steps of migrations that lock nobody out on PostgreSQL; on SQLite they are Django's plain ones.

What a migration may do stands in docs/OPERATING.md, and tests/architecture/test_migrations.py holds them to it.
"""

from contextlib import contextmanager

from django.contrib.postgres import operations
from django.db.migrations import AddConstraint, AddIndex


def is_postgresql(schema_editor) -> bool:
    return schema_editor.connection.vendor == "postgresql"


@contextmanager
def waiting_as_long_as_it_takes(schema_editor):
    """`migrate` gives up a lock after half a second; what makes nobody wait may wait itself."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        [before] = cursor.fetchone()
        cursor.execute("SET lock_timeout = 0")
        try:
            yield
        finally:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])


class AddIndexConcurrently(operations.AddIndexConcurrently):
    """An index made beside those who read and write. Its migration says ``atomic = False`` and does nothing else."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if not is_postgresql(schema_editor):
            return AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)
        with waiting_as_long_as_it_takes(schema_editor):
            # Of one that was broken off an index stays behind that nothing uses. Where there is none, nothing is done.
            model = to_state.apps.get_model(app_label, self.model_name)
            schema_editor.remove_index(model, self.index, concurrently=True)
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if not is_postgresql(schema_editor):
            return AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)
        with waiting_as_long_as_it_takes(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class AddConstraintNotValid(operations.AddConstraintNotValid):
    """A check of whatever is written from now on, without reading what is there. ``ValidateConstraint`` does that."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if not is_postgresql(schema_editor):
            return AddConstraint.database_forwards(self, app_label, schema_editor, from_state, to_state)
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class ValidateConstraint(operations.ValidateConstraint):
    """Read what was there before, while people go on; in a migration of its own, after the one that adds the check."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if is_postgresql(schema_editor):  # SQLite read it all when the check was added
            super().database_forwards(app_label, schema_editor, from_state, to_state)
