"""Django's `migrate`, behind which nobody waits.

PostgreSQL lets everybody queue behind whoever waits for a table. A migration that waits for the end of one long
reading would so stop every page that opens the same table. Here it gives the lock up after half a second, lets those
go who came behind it, and comes again.
"""

import time
from contextlib import contextmanager

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

LOCK_TIMEOUT = "500ms"  # and so the longest that a page waits behind a migration that waits itself
PAUSES = (1, 2, 4, 8, *[10] * 30)  # seconds, five minutes in all: longer than the longest reading, a backup
LOCK_NOT_AVAILABLE = "55P03"
GIVEN_UP = (
    "What a migration changes was in use for five minutes, so it was left as it is; those before it are done. "
    "Wait for the end of what runs so long (a backup?), or end it, then run this again."
)


class Command(migrate.Command):
    help = f"{migrate.Command.help} On PostgreSQL no page waits for it."

    def handle(self, *args, **options):
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":  # SQLite has one writer at a time, who is waited for as always
            return super().handle(*args, **options)
        for pause in PAUSES:
            try:
                with giving_up_soon(connection):
                    return super().handle(*args, **options)
            except OperationalError as fault:
                if getattr(fault.__cause__, "pgcode", None) != LOCK_NOT_AVAILABLE:
                    raise
            self.stdout.write(f"  in use just now; nobody waits for it; again in {pause} s")
            self.stdout.flush()
            time.sleep(pause)
        raise CommandError(GIVEN_UP)


@contextmanager
def giving_up_soon(connection):
    """Whoever waits for a lock on ``connection`` gives up after ``LOCK_TIMEOUT``; afterwards as before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
