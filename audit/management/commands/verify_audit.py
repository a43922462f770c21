"""manage.py verify_audit: is the audit record still what was sealed?"""

from django.core.management.base import BaseCommand, CommandError

from audit.queries import verify


class Command(BaseCommand):
    help = "Computes the audit record's hash chain again and names every event that was altered, removed or put in."

    def add_arguments(self, parser):
        parser.add_argument("--lodged", default="", help="a digest kept elsewhere, which the chain must contain")

    def handle(self, *, lodged, **options):
        verdict = verify(lodged=lodged)
        for problem in verdict.problems:
            self.stderr.write(problem)
        if verdict.problems:
            raise CommandError(f"The audit record is not what was sealed: {len(verdict.problems)} found.")
        self.stdout.write(
            f"{verdict.events} events in {verdict.seals} seals are as they were sealed; "
            f"{verdict.unsealed} wait for the next sweep."
        )
        if verdict.purged:
            self.stdout.write(f"{verdict.purged} of them, the oldest, were deleted on purpose; their seals are whole.")
        self.stdout.write(f"Lodge this digest elsewhere: {verdict.head}")
