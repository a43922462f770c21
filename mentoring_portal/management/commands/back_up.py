"""A backup of the database, made while the portal runs."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mentoring_portal import backups


class Command(BaseCommand):
    help = "Write a backup of the database to a new folder, with checksums. The portal may run meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")

    def handle(self, *, folder: Path, **options):
        try:
            manifest = backups.back_up(folder, now=timezone.now())
        except backups.BackupError as fault:
            raise CommandError(str(fault)) from None
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(f"Backed up {rows:,} rows of {len(manifest['tables'])} tables to {folder}.")
        self.stdout.write(
            f"The keys are not in it. Keep {settings.NOTE_KEY_FILE} at another place: without "
            f"{', '.join(manifest['note_keys'])} no note in this backup can be read."
        )
