"""The migrations say all that the models say, and those to come let people work on while they run."""

import pytest
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import Q

from benchmarks.inside import next_release
from mentoring_portal.migration_steps import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from tests.architecture.source import LEVELS

# The newest of each room that was made before there was a release: until then nobody works while one runs.
BEFORE_THE_FIRST_RELEASE = {
    "audit": "0002",
    "matching": "0009",
    "mentoring_portal": "0001",
    "notices": "0003",
    "people": "0013",
    "programmes": "0018",
    "sessions_log": "0019",
}
ALLOWED = {}  # of later ones, "room.name": why it may do what the others may not

QUICK = (
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
    migrations.RunPython,
    migrations.RemoveIndex,
    migrations.RemoveConstraint,
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
OF_NO_TABLE = (*QUICK[:3], migrations.AlterField)  # of words alone: whatever else it did is not permitted
ALONE = (AddIndexConcurrently, ValidateConstraint, migrations.RunPython)  # no lock is held while these take their time


def locking(migration: migrations.Migration, state) -> list[str]:
    """A sentence for each operation of a migration behind which people would wait, or by which the pages of the
    release that still runs would break. ``state``: what the migrations before it came to."""
    told, made, kinds, changes = [], set(), set(), 0
    for operation in migration.operations:
        after = state.clone()
        operation.state_forwards(migration.app_label, after)
        is_apart = isinstance(operation, migrations.SeparateDatabaseAndState)
        for one in operation.database_operations if is_apart else [operation]:
            kinds.add(type(one))
            if isinstance(one, migrations.CreateModel):
                made.add(one.name_lower)
            elif getattr(one, "model_name_lower", None) not in made:
                told += _of(one, migration.app_label, state, after)
                changes += not isinstance(one, OF_NO_TABLE)
        state = after
    if len(kinds) > 1 and kinds & set(ALONE):
        told.append("does something else beside what stands alone: an index, a validation, Python")
    if changes > 1:
        told.append("changes tables more than once: the first would be locked while Django thinks about the second")
    return told


def _of(operation, room: str, before, after) -> list[str]:
    """What speaks against one operation on a table that is there already."""
    if isinstance(operation, QUICK):
        return []
    if isinstance(operation, migrations.AddField):
        return _of_column(operation)
    if isinstance(operation, migrations.AlterField):
        tables = [state.apps.get_model(room, operation.model_name)._meta for state in (before, after)]
        if not connection.schema_editor()._field_should_be_altered(*(one.get_field(operation.name) for one in tables)):
            return []  # words and choices alone
    return [operation.describe()]


def _of_column(operation: migrations.AddField) -> list[str]:
    field, told = operation.field, []
    if field.many_to_many:
        return []  # a table of its own
    if not field.null and not field.has_db_default():
        told.append(f"the running release cannot write {operation.name}: it is neither null nor has a db_default")
    if field.db_index or field.unique:
        told.append(f"{operation.name} is indexed under a lock: db_index=False, and AddIndexConcurrently")
    return told


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_migrations_to_come_let_people_work_on():
    loader = MigrationLoader(None)
    found = []
    for (room, name), migration in loader.disk_migrations.items():
        is_new = room in LEVELS and name[:4] > BEFORE_THE_FIRST_RELEASE.get(room, "")
        if is_new and f"{room}.{name}" not in ALLOWED:
            told = locking(migration, loader.project_state((room, name), at_end=False))
            found += [f"{room}.{name} {sentence}" for sentence in told]
    assert not found, "docs/OPERATING.md says what a migration may do:\n" + "\n".join(found)


MINUTES = models.CheckConstraint(condition=Q(minutes__gt=0), name="x")
BY_DAY = models.Index(fields=["day"], name="x")
TEXT = {"max_length": 9}


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField("session", "x", models.CharField(default="", **TEXT))],
        [migrations.AddField("session", "x", models.CharField(null=True, db_index=True, **TEXT))],
        [migrations.AddField("session", "x", models.ForeignKey("people.person", models.PROTECT, null=True))],
        [migrations.AlterField("session", "mode", models.CharField(max_length=5))],
        [migrations.AddIndex("session", BY_DAY)],
        [migrations.AddConstraint("session", MINUTES)],
        [AddConstraintNotValid("session", MINUTES), ValidateConstraint("session", "x")],
        [
            migrations.RunPython(migrations.RunPython.noop),
            migrations.RemoveIndex("session", "sessions_log_session_by_day"),
        ],
        [migrations.AddField("session", name, models.CharField(null=True, **TEXT)) for name in ("x", "y")],
        [migrations.RunSQL("SELECT 1")],
        [migrations.RemoveField("session", "place")],
        [migrations.RenameField("session", "place", "room")],
        [migrations.DeleteModel("draft")],
        [migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL("SELECT 1")])],
    ],
    ids=lambda operations: " and ".join(one.describe() for one in operations),
)
@pytest.mark.django_db
def test_a_migration_behind_which_people_wait_is_found(operations):
    migration = migrations.Migration("0999_x", "sessions_log")
    migration.operations = operations
    assert locking(migration, MigrationLoader(None).project_state())


@pytest.mark.django_db
def test_the_migrations_of_the_benchmark_are_such_as_are_permitted(settings):
    settings.MIGRATION_MODULES = next_release.MODULES
    loader = MigrationLoader(None)
    made_up = [key for key in loader.disk_migrations if key[1].startswith("09")]
    assert len(made_up) == 9
    for key in made_up:
        assert not locking(loader.disk_migrations[key], loader.project_state(key, at_end=False))


@pytest.mark.django_db
def test_a_field_is_taken_away_in_two_releases():
    """The first only stops to use it: the column stays for those who still run the release before."""
    migration = migrations.Migration("0999_x", "sessions_log")
    forgotten = [migrations.RemoveField("session", "place")]
    migration.operations = [migrations.SeparateDatabaseAndState(state_operations=forgotten)]
    assert not locking(migration, MigrationLoader(None).project_state())
