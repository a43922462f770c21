"""`migrate` while people work: nobody waits behind it, and what it gave up it tries again."""

import threading
import time
from contextlib import closing, contextmanager
from io import StringIO

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import override_settings

from benchmarks.inside import next_release
from mentoring_portal.management.commands import migrate
from tests.builders import programmes, sessions_log

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def next_release_is_here():
    """The migrations of a next release lie there, and are taken back at the end."""
    with override_settings(MIGRATION_MODULES=next_release.MODULES):
        yield
        for room in next_release.MODULES:
            call_command("migrate", room, next_release.last_of(room), verbosity=0)


@contextmanager
def another_session():
    """A cursor of somebody else, in a transaction of theirs that ends with this."""
    where = {name: connection.get_connection_params()[name] for name in ("dbname", "user", "host", "port")}
    with closing(psycopg2.connect(**where)) as other, other.cursor() as cursor:
        yield cursor


def migrated() -> str:
    said = StringIO()
    call_command("migrate", verbosity=0, stdout=said)
    return said.getvalue()


def index_is_valid(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name])
        return cursor.fetchone() == (True,)


@pytest.mark.postgres
def test_migrate_makes_nobody_wait_behind_it(next_release_is_here, monkeypatch):
    monkeypatch.setattr(migrate, "PAUSES", (0.2,) * 50)
    waited, done = [], threading.Event()

    def read_now_and_then():
        with another_session() as cursor:
            cursor.connection.autocommit = True
            while not done.is_set():
                since = time.monotonic()
                cursor.execute("SELECT count(*) FROM sessions_log_session")
                waited.append(time.monotonic() - since)
                time.sleep(0.02)

    def read_for_long(begun):
        with another_session() as cursor:
            cursor.execute("SELECT count(*) FROM sessions_log_session")
            begun.set()
            time.sleep(4)

    begun = threading.Event()
    threads = [threading.Thread(target=read_for_long, args=[begun]), threading.Thread(target=read_now_and_then)]
    threads[0].start()
    begun.wait()
    threads[1].start()
    try:
        said = migrated()
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert max(waited) < 2, "Somebody who only reads stood behind the migration until the long reading was over."
    assert said.count("in use just now") >= 2
    assert "is_outdoors" in columns("sessions_log_session")
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",), "What was set for migrating stayed set."


@pytest.mark.postgres
def test_migrate_gives_up_in_words_and_goes_on_another_time(next_release_is_here, monkeypatch):
    monkeypatch.setattr(migrate, "PAUSES", (0.01, 0.01))
    with another_session() as cursor:
        cursor.execute("SELECT count(*) FROM sessions_log_session")
        with pytest.raises(CommandError, match="in use for five minutes"):
            migrated()
        assert "is_outdoors" not in columns("sessions_log_session")
        assert "shown_as" in columns("people_person"), "What nobody used was not changed."
    assert "in use" not in migrated()
    assert "is_outdoors" in columns("sessions_log_session")


@pytest.mark.postgres
def test_migrate_makes_an_index_anew_that_was_broken_off(next_release_is_here):
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX sessions_log_attended ON sessions_log_attendance (id)")
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('sessions_log_attended')")
    migrated()
    assert index_is_valid("sessions_log_attended")


@pytest.mark.postgres
def test_migrate_index_waits_for_a_long_reading_as_long_as_it_takes(next_release_is_here, monkeypatch):
    """Nobody waits behind it, so there is nothing to give up: broken off, it would have to begin anew."""
    call_command("migrate", "sessions_log", "0906", verbosity=0)
    monkeypatch.setattr(migrate, "PAUSES", (0,))

    def read_for_long(begun):
        with another_session() as cursor:
            cursor.execute("SELECT count(*) FROM sessions_log_attendance")
            begun.set()
            time.sleep(1.5)

    begun = threading.Event()
    thread = threading.Thread(target=read_for_long, args=[begun])
    thread.start()
    begun.wait()
    assert not migrated()
    thread.join()
    assert index_is_valid("sessions_log_attended")


def columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {one.name for one in connection.introspection.get_table_description(cursor, table)}


def test_migrate_takes_the_permitted_steps_on_either_database(next_release_is_here, now):
    relationship = programmes.pair(programmes.cohort(now=now), now=now)
    sessions_log.session(relationship, relationship.members.first().person, now=now)
    migrated()
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_outdoors FROM sessions_log_session")
        assert not cursor.fetchone()[0]
        with pytest.raises(IntegrityError):
            cursor.execute("UPDATE sessions_log_session SET minutes = 1441")
