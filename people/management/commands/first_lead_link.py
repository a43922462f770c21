"""The link with which an empty portal gets its organisation and first lead, for those who do not use `serve`."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people.actions import founding


class Command(BaseCommand):
    help = "Print the one-time link that creates the organisation and its first lead; only while nobody is there."

    def handle(self, *args, **options):
        address = founding.start_address(by=None, now=timezone.now())
        if address is None:
            raise CommandError("Somebody can sign in already. They invite everybody else.")
        self.stdout.write(address)
