"""People from outside whom an organisation keeps on its list: adding them and taking them off."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Guest, Organisation, Person
from people.names import tidy


@transaction.atomic
def add(*, person: Person, organisation: Organisation, works_at: str = "", by: Person | None, now: datetime) -> Guest:
    """Put somebody on the list of ``organisation`` without a job there, from today."""
    today = timezone.localdate(now)
    if Guest.objects.not_over(on=today).filter(person=person, organisation=organisation).exists():
        raise Refused(f"{person.name} is on the list of {organisation} already.")
    guest = Guest(person=person, organisation=organisation, works_at=tidy(works_at)[:150], start_date=today)
    guest.save()
    record(Verb.GUEST_ADDED, by=by, now=now, on=guest, about=person, scope=("organisation", organisation.pk))
    return guest


@transaction.atomic
def end(*, guest: Guest, by: Person | None, now: datetime) -> Guest:
    """Take somebody from outside off the list, from today."""
    today = timezone.localdate(now)
    if guest.is_over(today):
        raise Refused("This has ended already.")
    guest.end_on(today)
    scope = ("organisation", guest.organisation_id)
    record(Verb.GUEST_ENDED, by=by, now=now, on=guest, about=guest.person, scope=scope)
    return guest
