"""Do everything that is due, once."""

from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mentoring_portal import sweeps
from mentoring_portal.celery import app
from mentoring_portal.schedule import SCHEDULE


@contextmanager
def here_and_now():
    """Do what the sweeps would send to workers in this process, so that all is done when the command ends.

    Workers may be at it as well: each piece of work is claimed in the database.
    """
    app.conf.task_always_eager = True
    try:
        yield
    finally:
        app.conf.task_always_eager = False


class Command(BaseCommand):
    help = "Do everything that is due, once: what beat does by the clock."

    def add_arguments(self, parser):
        parser.add_argument("--now", metavar="ISO", help="as if it were this moment (only in the demo and in tests)")

    def handle(self, *, now=None, **options):
        moment = self.moment(now) if now else timezone.now()
        with here_and_now():
            failed = [entry.name for entry in SCHEDULE if not sweeps.run(entry, now=moment)]
        if failed:
            raise CommandError(f"These stopped with a fault: {', '.join(failed)}. The log says why.")
        self.stdout.write(f"Swept: {', '.join(entry.name for entry in SCHEDULE)}.")

    def moment(self, text: str) -> datetime:
        """Read ``--now``; a time without a zone is London's."""
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("--now works only in the demo and in tests: elsewhere it would send mail too early.")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise CommandError(f"{text} is no moment. Write it like 2027-04-14T09:00.") from None
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
