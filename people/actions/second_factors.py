"""The second factor of somebody who has lost it. Setting one up and giving it up oneself is allauth's."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.access import Access
from people.models import Person


@transaction.atomic
def remove(*, person: Person, by: Person | None, now: datetime) -> int:
    """Take away every second factor of ``person``, recovery codes too; return how many there were.

    For somebody whose phone and codes are gone. They sign in with the password
    alone the next time, and where their role needs a second factor they set one
    up before anything else. Only an administrator may, and never for themselves;
    whoever does it should know by another way than mail that it is them who asks.
    """
    if by is not None and (by.pk == person.pk or not Access(by, now=now).is_administrator):
        raise Refused("Only another administrator can take away somebody's second factor.")
    factors = list(Authenticator.objects.filter(user=person))
    if not factors:
        raise Refused(f"{person.name} has no second factor.")
    for factor in factors:
        factor.delete()
    record(Verb.SECOND_FACTOR_REMOVED, by=by, now=now, on=person, about=person)
    return len(factors)
