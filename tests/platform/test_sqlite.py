"""SQLite under eight writing processes: nobody is locked out, nothing is lost; and why settings.py says IMMEDIATE."""

import os
import subprocess
import sys

import pytest

from mentoring_portal.supervisor import BASE_DIR

pytestmark = pytest.mark.slow

PROCESSES, UPDATES = 8, 250

# Reads, then writes, as most actions do. Prints how often the database was said to be locked.
WRITE = """
import sys
import django
django.setup()
from django.db import OperationalError, connection, transaction
mode, updates = sys.argv[1], int(sys.argv[2])
if mode == "deferred":
    connection.settings_dict["OPTIONS"]["transaction_mode"] = None
if updates == 0:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE counter (value integer)")
        cursor.execute("INSERT INTO counter VALUES (0)")
locked = 0
for _ in range(updates):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            value = cursor.execute("SELECT value FROM counter").fetchone()[0]
            cursor.execute("UPDATE counter SET value = %s", [value + 1])
    except OperationalError:
        locked += 1
with connection.cursor() as cursor:
    print(locked, cursor.execute("SELECT value FROM counter").fetchone()[0])
"""


def write_together(var, mode: str) -> tuple[int, int]:
    """Let the processes write at once; return how often one was locked out, and the counter's last value."""
    env = {**os.environ, "PORTAL_VAR": str(var), "PORTAL_DEMO": "0", "PORTAL_ENV_FILE": os.devnull}
    env |= {"DJANGO_SETTINGS_MODULE": "mentoring_portal.settings", "DATABASE_URL": ""}
    how = {"cwd": BASE_DIR, "env": env, "stdout": subprocess.PIPE, "text": True}
    subprocess.run([sys.executable, "-c", WRITE, mode, "0"], check=True, **how)
    writers = [subprocess.Popen([sys.executable, "-c", WRITE, mode, str(UPDATES)], **how) for _ in range(PROCESSES)]
    told = [[int(word) for word in writer.communicate(timeout=120)[0].split()] for writer in writers]
    return sum(locked for locked, _ in told), max(value for _, value in told)


def test_eight_processes_write_and_nothing_is_locked_or_lost(tmp_path):
    assert write_together(tmp_path, "immediate") == (0, PROCESSES * UPDATES)


def test_without_immediate_writers_are_locked_out(tmp_path):
    locked, written = write_together(tmp_path, "deferred")
    assert locked > 0
    assert locked + written == PROCESSES * UPDATES
