"""``manage.py publish_matches RUN --by EMAIL``: what the board's "Publish" does, for scripts."""

from argparse import ArgumentTypeError
from datetime import date, datetime, time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.refusal import Refused
from matching.actions import publications
from matching.management.who import lead
from matching.models import MatchRun
from people.days import in_words
from programmes.actions.telling import Telling

NINE = time(9)


class Command(BaseCommand):
    help = "Publish a finished match run: its matches go live, and everyone in them is told once."

    def add_arguments(self, parser):
        parser.add_argument("run", metavar="RUN", type=int, help="number of the run, as propose_matches prints it")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="the programme lead who publishes")
        parser.add_argument(
            "--on", metavar="DATE", type=_day, help="tell people on this day (2027-05-17) at 09:00, and nobody before"
        )

    def handle(self, *, run, by, on=None, **options):
        now = timezone.now()
        telling = Telling(opens_at=timezone.make_aware(datetime.combine(on, NINE))) if on else Telling()
        person = lead(by)
        found = MatchRun.objects.visible_to(person, now=now).select_related("cohort__programme").filter(pk=run).first()
        if found is None:
            raise CommandError(f"{person.email} leads no programme with a match run {run}.")
        try:
            started = publications.publish(run=found, telling=telling, by=person, now=now)
        except Refused as refusal:
            raise CommandError(str(refusal))
        when = f" Everyone is told on {in_words(on)} at 09:00." if on else ""
        self.stdout.write(f"{len(started):,} {'match' if len(started) == 1 else 'matches'} published.{when}")


def _day(text: str) -> date:
    """A day as 2027-05-17. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is no day: write it as 2027-05-17.") from error
