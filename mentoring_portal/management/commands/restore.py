"""A backup is put back, and proved."""

import fcntl
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mentoring_portal import backups


class Command(BaseCommand):
    help = "Put a backup back, compare every table with its checksum and open every confidential text."
    requires_system_checks = []  # the database may be missing

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="what `back_up` wrote")
        parser.add_argument(
            "--over", action="store_true", help="although this database holds people: they are replaced"
        )

    def handle(self, *, folder: Path, over: bool, **options):
        with while_nothing_runs():
            try:
                manifest = backups.restore(folder, over=over, say=self.stdout.write)
            except backups.BackupError as fault:
                raise CommandError(str(fault)) from None
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(
            f"Restored {rows:,} rows of {len(manifest['tables'])} tables as they stood at {manifest['made_at']}: every "
            f"checksum is equal, {manifest['opened']:,} confidential texts open."
        )
        self.stdout.write("Now run `migrate` (`serve` does), and start the portal.")


@contextmanager
def while_nothing_runs():
    """Refuse while `demo` or `serve` runs from this folder. Other ways to run it are the operator's to stop."""
    with (settings.VAR_DIR / "running").open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError("The portal runs from this folder. Stop it first.") from None
        yield
