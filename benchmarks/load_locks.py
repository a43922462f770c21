"""Which locks a migration holds on PostgreSQL, and how long anybody waits for one."""

import threading
import time
from contextlib import closing

import psycopg2

# Those behind which a page waits that writes; the last also stops those that only read.
STOPPING = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
LOCKS = """
    SELECT pid, relation::regclass::text, mode, application_name = %s,
           CASE WHEN granted THEN NULL ELSE extract(epoch FROM clock_timestamp() - waitstart) END
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE pid <> pg_backend_pid() AND locktype IN ('relation', 'tuple', 'transactionid', 'virtualxid')
      AND (application_name = %s OR NOT granted)
"""


class LockWatch:
    """Looks fifty times a second, from ``with`` to its end. ``held``: the longest that the migration held a lock on one
    table that stops others; ``waited``: the longest that anybody else waited for any lock, both in seconds."""

    NAME = "migrate"  # as which the migration names itself to the database

    def __init__(self, url: str):
        self.url = url
        self.held = self.waited = 0.0
        self.tables: set[str] = set()
        self.first_seen: dict[tuple, float] = {}
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    @property
    def seen(self) -> int:
        """On how many tables the migration held such a lock."""
        return len(self.tables)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()

    def watch(self) -> None:
        with closing(psycopg2.connect(self.url)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            while not self.stopping.wait(0.02):
                cursor.execute(LOCKS, [self.NAME, self.NAME])
                self.note(cursor.fetchall(), time.monotonic())

    def note(self, locks: list[tuple], now: float) -> None:
        held = set()
        for pid, table, mode, is_ours, waited in locks:
            if waited is not None:
                self.waited = self.waited if is_ours else max(self.waited, round(float(waited), 2))
            elif table and mode in STOPPING:
                held.add((pid, table, mode))
        self.first_seen = {one: self.first_seen.get(one, now) for one in held}
        for (_, table, _), since in self.first_seen.items():
            self.tables.add(table)
            self.held = max(self.held, round(now - since, 2))
