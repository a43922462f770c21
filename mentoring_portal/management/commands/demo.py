"""The whole portal with fictional people, on this machine, until Ctrl-C."""

import shutil
from contextlib import suppress

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from mentoring_portal import demo, stack
from people.models import Person

SQLITE_FILES = ("portal.sqlite3", "portal.sqlite3-wal", "portal.sqlite3-shm")


class Command(BaseCommand):
    help = "Run the whole portal with fictional people on this machine, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--fresh", action="store_true", help="forget what was done in the demo before")
        parser.add_argument("--no-open", action="store_true", help="do not open a browser")

    def handle(self, *, port, fresh, no_open, **options):
        stack.insist_port_is_free(port, "demo")
        stack.restart_as(PORTAL_DEMO="1", PORTAL_ADDRESS=stack.local_address(port))
        settings.DEMO_MARKER.touch()
        with stack.only_one():
            if fresh:
                self.forget()
            stack.prepare(self.say)
            self.load()
            stack.keep_running(port=port, say=self.say, welcome=self.welcome, browse=not no_open)

    def say(self, sentence: str):
        self.stdout.write(sentence)
        self.stdout.flush()

    def forget(self):
        """Remove the demo's own database, mail and queue; the keys stay."""
        if connection.vendor != "sqlite":
            raise CommandError("--fresh only removes the demo's own SQLite file. Empty this database yourself.")
        for name in SQLITE_FILES:
            (settings.VAR_DIR / name).unlink(missing_ok=True)
        for folder in (settings.VAR_DIR / "mail", settings.QUEUE_DIR / "messages"):
            with suppress(FileNotFoundError):
                shutil.rmtree(folder)
        (settings.QUEUE_DIR / "messages").mkdir(parents=True)

    def load(self):
        """Fill an empty database with the demo world; leave one that holds it as it is."""
        people = Person.objects.all()
        if people.filter(email__in=demo.LOGINS).exists():
            return
        if people.exists():
            raise CommandError("This database holds people who are not the demo's. The demo will not touch it.")
        self.say("Loading the demo …")
        demo.load(now=timezone.now())

    def welcome(self):
        width = max(map(len, demo.LOGINS))
        self.say(f"\nThe demo is running at {settings.PORTAL_ADDRESS}\n")
        self.say(f"Sign in as any of these, with the password {demo.PASSWORD}:")
        for email, role in demo.LOGINS.items():
            self.say(f"  {email:<{width}}  {role}")
        self.say(f"\nMail that the demo sends can be read at {settings.PORTAL_ADDRESS}/outbox/")
        self.say("Press Ctrl-C to stop.")
