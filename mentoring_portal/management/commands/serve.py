"""The whole portal with your own data, on this machine, until Ctrl-C."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from mentoring_portal import stack
from people.actions import founding


class Command(BaseCommand):
    help = "Run the whole portal with your own data on this machine, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port, **options):
        stack.insist_port_is_free(port, "serve")
        wanted = {"PORTAL_DEMO": "0"}
        if settings.DEMO or not settings.ADDRESS_IS_GIVEN:
            wanted["PORTAL_ADDRESS"] = stack.local_address(port)
        stack.restart_as(**wanted)
        settings.DEMO_MARKER.unlink(missing_ok=True)
        with stack.only_one():
            stack.prepare(self.say)
            stack.keep_running(port=port, say=self.say, welcome=self.welcome, browse=False)

    def say(self, sentence: str):
        self.stdout.write(sentence)
        self.stdout.flush()

    def welcome(self):
        self.say(f"\nThe portal is running at {settings.PORTAL_ADDRESS}")
        if first := founding.start_address(by=None, now=timezone.now()):
            self.say("\nNobody can sign in yet. This link, good once and for a day, creates your organisation")
            self.say(f"and its first lead:\n  {first}")
        self.say("\nPress Ctrl-C to stop.")
