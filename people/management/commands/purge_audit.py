"""manage.py purge_audit: delete the audit record of days that are over for 24 months."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.queries import verify
from audit.refusal import Refused
from people.actions import old_things
from people.models import Person


class Command(BaseCommand):
    help = "Deletes the audit record of days that are over for 24 months. Its seals stay, so verify_audit still works."

    def add_arguments(self, parser):
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the administrator who does this; recorded")

    def handle(self, *, by, **options):
        person = Person.objects.filter(email=by.strip().lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody in the portal has the address {by}.")
        if verify().problems:
            raise CommandError("The audit record is not what was sealed: run verify_audit first. Nothing was deleted.")
        try:
            gone = old_things.purge_events(by=person, now=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal))
        self.stdout.write(f"{gone} events were deleted; their seals stay." if gone else "Nothing is old enough.")
