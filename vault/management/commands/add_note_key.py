"""manage.py add_note_key: make a fresh key, the first or one more."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vault.keys import KeyFileError, add_key


class Command(BaseCommand):
    help = "Puts a fresh key first in NOTE_KEY_FILE, which is made where it is missing. New texts are sealed with it."
    requires_system_checks = []  # it mends what they would complain of

    def handle(self, **options):
        try:
            key_id = add_key(settings.NOTE_KEY_FILE)
        except KeyFileError as fault:
            raise CommandError(str(fault))
        self.stdout.write(f"{settings.NOTE_KEY_FILE} now begins with the key {key_id}. Back the file up by itself now:")
        self.stdout.write("without it, what is sealed can never be read again. Then run: manage.py rotate_note_keys")
