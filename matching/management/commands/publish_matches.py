"""``manage.py publish_matches RUN --by EMAIL``: what the board's "Publish" does, for scripts."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.refusal import Refused
from matching.actions import runs
from matching.management.who import lead
from matching.models import MatchRun


class Command(BaseCommand):
    help = "Publish a finished match run: its matches go live, and everyone in them is told once."

    def add_arguments(self, parser):
        parser.add_argument("run", metavar="RUN", type=int, help="number of the run, as propose_matches prints it")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="the programme lead who publishes")

    def handle(self, *, run, by, **options):
        now = timezone.now()
        person = lead(by)
        found = MatchRun.objects.visible_to(person, now=now).select_related("cohort__programme").filter(pk=run).first()
        if found is None:
            raise CommandError(f"{person.email} leads no programme with a match run {run}.")
        try:
            started = runs.publish(run=found, by=person, now=now)
        except Refused as refusal:
            raise CommandError(str(refusal))
        self.stdout.write(f"{len(started)} {'match' if len(started) == 1 else 'matches'} published.")
