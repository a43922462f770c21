"""Taking a copy of what is kept about oneself."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people import own_file
from people.models import Person


@transaction.atomic
def take(*, person: Person, by: Person, now: datetime) -> bytes:
    """The file of ``person`` as a ZIP archive; theirs alone. That it was taken is on record."""
    if by.pk != person.pk:
        raise Refused("Only the person themselves can take this copy.")
    record(Verb.DATA_TAKEN, by=by, now=now, on=person, about=person)
    return own_file.as_zip(person, now=now)
