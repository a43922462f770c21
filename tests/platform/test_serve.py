"""The portal on one's own data: set up from the terminal's link, and the same stack on PostgreSQL and Redis."""

import os
import re
import signal
from contextlib import closing
from urllib.error import HTTPError

import psycopg2
import pytest

from tests.platform.running import Browser, portal, wait_until

pytestmark = pytest.mark.slow

ORGANISATION = {
    "organisation_name": "Northbank Teaching Hospitals",
    "organisation_kind": "acute",
    "given_name": "Lorna",
    "family_name": "Fairweather",
    "email": "lorna.fairweather@example.org",
    "password": "a long unguessable sentence",
}


def first_link(running) -> str | None:
    found = re.search(rf"^  ({running.address}/start/\S+)$", running.said(), re.MULTILINE)
    return found and found[1].removeprefix(running.address)


def test_serve_prints_a_link_that_sets_the_portal_up_once(tmp_path):
    with portal("serve", tmp_path) as running:
        link = first_link(running)
        Browser(running.address).post(link, **ORGANISATION)
        with pytest.raises(HTTPError) as gone:
            Browser(running.address).get(link)
        with gone.value:
            assert gone.value.code == 410
    (tmp_path / "output").write_text("")
    with portal("serve", tmp_path, port=running.port) as again:
        assert first_link(again) is None


def test_serve_never_opens_the_demo(tmp_path):
    (tmp_path / "demo-in-use").touch()
    with portal("serve", tmp_path) as running:
        assert first_link(running)
        assert not (tmp_path / "demo-in-use").exists()
        assert "pharmacy-demo" not in Browser(running.address).get("/accounts/login/")


@pytest.fixture
def database_url():
    """An empty database on the tests' own PostgreSQL."""
    server = os.environ.get("PORTAL_TEST_DATABASE_URL")
    if not server:
        pytest.skip("needs PostgreSQL: ./portal test --all installs and starts it")
    with closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS served")
            cursor.execute("CREATE DATABASE served")
        yield server.rpartition("/")[0] + "/served"
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE served WITH (FORCE)")


@pytest.mark.redis
def test_serve_runs_on_postgresql_with_redis(tmp_path, database_url, redis_url):
    """Nothing but two variables differs, and a killed worker comes back there too."""
    with portal("serve", tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url) as running:
        assert not (tmp_path / "portal.sqlite3").exists()
        assert not (tmp_path / "queue").exists()
        Browser(running.address).post(first_link(running), **ORGANISATION)
        wait_until(lambda: (running.health() or {}).get("last_sweep_seconds") is not None)
        worker = wait_until(lambda: running.child("--queues default"))
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: (pid := running.child("--queues default")) != worker and pid, told=running.said)
        before = running.health()["last_sweep_seconds"]
        wait_until(lambda: (running.health() or {}).get("last_sweep_seconds", before) < before)
