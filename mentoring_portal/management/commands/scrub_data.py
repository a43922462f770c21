"""Takes everybody's names, addresses and words out of a copy of the database, for development."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from mentoring_portal import scrubbing


class Command(BaseCommand):
    help = "Take everybody's names, addresses and words out of this database. For copies; it cannot be undone."

    def add_arguments(self, parser):
        parser.add_argument(
            "--this-is-a-copy", metavar="DATABASE", help="the name (PostgreSQL) or file of the database, to be sure"
        )

    def handle(self, *, this_is_a_copy, **options):
        name = str(connection.settings_dict["NAME"])
        if this_is_a_copy != name:
            raise CommandError(
                f"This would scrub {name}. If that is a copy, say so: scrub_data --this-is-a-copy {name}"
            )
        if settings.IS_HTTPS and not settings.DEBUG:
            raise CommandError("This portal is a real site (its address begins with https): scrub a copy elsewhere.")
        changed = scrubbing.scrub()
        scrubbing.vacuum()
        for label, count in sorted(changed.items()):
            self.stdout.write(f"{label}: {count}")
        self.stdout.write(
            "Scrubbed. Nobody can sign in: make yourself a way in with `manage.py changepassword person-1@example.org`."
        )
