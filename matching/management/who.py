"""Who a command acts for."""

from django.core.management.base import CommandError

from people.models import Person


def lead(email: str) -> Person:
    """The active person with this e-mail address; whether they lead anything is for the action to ask."""
    try:
        return Person.objects.get(email=email.strip().lower(), is_active=True)
    except Person.DoesNotExist:
        raise CommandError(f"Nobody here has the e-mail address {email}.")
