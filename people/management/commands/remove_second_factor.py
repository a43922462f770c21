"""manage.py remove_second_factor: let somebody in again who has lost phone and recovery codes."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.refusal import Refused
from people.actions import second_factors
from people.models import Person


class Command(BaseCommand):
    help = "Takes away the second factor of somebody who has lost phone and recovery codes. Make sure who is asking."

    def add_arguments(self, parser):
        parser.add_argument("email", help="the address of the person who cannot get in")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the administrator who does this; recorded")

    def handle(self, *, email, by, **options):
        person, administrator = self.find(email), self.find(by)
        try:
            second_factors.remove(person=person, by=administrator, now=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal))
        self.stdout.write(f"{person.name} signs in without a second factor the next time.")

    def find(self, email: str) -> Person:
        person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody in the portal has the address {email}.")
        return person
