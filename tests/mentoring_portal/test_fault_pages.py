"""What a request that meets a fault shows: 503 and a sentence where database or disk is to blame, else 500."""

import errno
import sqlite3
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.db import OperationalError, connection
from django.db.utils import DatabaseErrorWrapper
from django.urls import reverse

from mentoring_portal.web.views import Home
from tests.builders import people
from tests.services import free_port


@pytest.fixture
def ama(client, now):
    """Signed in."""
    person = people.person(now=now)
    client.force_login(person)
    client.raise_request_exception = False
    return person


@contextmanager
def as_django(database):
    """What Django makes of the driver's errors."""

    class Wrapper:
        Database = database
        errors_occurred = False

    with DatabaseErrorWrapper(Wrapper):
        yield


def full_database(folder):
    with closing(sqlite3.connect(folder / "full")) as small, as_django(sqlite3):
        small.execute("PRAGMA max_page_count = 2")
        small.execute("CREATE TABLE t (x)")
        small.execute("INSERT INTO t VALUES (zeroblob(100000))")


def locked_database(folder):
    with closing(sqlite3.connect(folder / "locked", isolation_level=None)) as one:
        one.execute("BEGIN EXCLUSIVE")
        with closing(sqlite3.connect(folder / "locked", timeout=0)) as other, as_django(sqlite3):
            other.execute("CREATE TABLE t (x)")


def absent_server(folder):
    with as_django(psycopg2):
        psycopg2.connect(host="127.0.0.1", port=free_port(), user="nobody")


def missing_table(folder):
    with closing(sqlite3.connect(":memory:")) as empty, as_django(sqlite3):
        empty.execute("SELECT * FROM nothing")


def full_disk(folder):
    raise OSError(errno.ENOSPC, "No space left on device")


def full_disk_behind_another_fault(folder):
    try:
        full_disk(folder)
    except OSError as fault:
        raise RuntimeError("It could not be kept") from fault


def own_mistake(folder):
    raise ValueError("a mistake of ours")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("breaks", "status", "says"),
    [
        (full_database, 503, "The disk that this service writes to is full."),
        (full_disk, 503, "The disk that this service writes to is full."),
        (full_disk_behind_another_fault, 503, "The disk that this service writes to is full."),
        (locked_database, 503, "Its database is being restarted or is very busy."),
        (absent_server, 503, "Its database is being restarted or is very busy."),
        (missing_table, 500, "Something has gone wrong on our side"),
        (own_mistake, 500, "Something has gone wrong on our side"),
    ],
)
def test_fault_pages_say_what_is_to_blame(client, ama, monkeypatch, tmp_path, breaks, status, says):
    monkeypatch.setattr(Home, "get", lambda *arguments, **more: breaks(tmp_path))
    response = client.get(reverse("home"))
    assert response.status_code == status
    assert says in response.content.decode()
    assert response.headers.get("Retry-After") == ("10" if status == 503 else None)
    assert "Traceback" not in response.content.decode()


@pytest.mark.django_db
def test_fault_pages_need_no_database_even_before_the_view(client, ama, monkeypatch):
    """Sessions are rows too: where the database is away, the middleware fails first."""

    def away(*arguments, **more):
        raise OperationalError("server closed the connection unexpectedly") from psycopg2.OperationalError()

    monkeypatch.setattr(connection, "cursor", away)
    response = client.get(reverse("home"))
    assert response.status_code == 503
    assert "no-store" in response.headers["Cache-Control"]
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
