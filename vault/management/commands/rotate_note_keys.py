"""manage.py rotate_note_keys: seal everything anew with the newest key."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vault.actions import keys
from vault.keys import keyring


class Command(BaseCommand):
    help = "Seals every confidential text anew with the newest key. May be stopped and run again at any time."

    def add_arguments(self, parser):
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who does this; it is recorded")

    def handle(self, *, by, **options):
        people = get_user_model()._default_manager
        person = people.filter(email=by.lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody in the portal has the address {by}.")
        rotation = keys.rotate(by=person, now=timezone.now())
        newest, *older = keyring().keys
        self.stdout.write(f"{rotation.resealed} texts sealed anew with the key {newest}.")
        if rotation.unreadable:
            raise CommandError(
                f"{rotation.unreadable} texts could not be opened and were left as they are. "
                "The audit record names them. Keep every key."
            )
        if older:
            self.stdout.write(f"These keys seal nothing in the database any more: {', '.join(older)}.")
            self.stdout.write("Keep them for as long as a backup may need them, then remove their lines.")
