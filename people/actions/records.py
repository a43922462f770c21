"""Records of people: the fact that somebody opened one."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.verbs import Verb
from people.models import Person


@transaction.atomic
def opened(*, person: Person, by: Person, now: datetime) -> None:
    """Write down that ``by`` opened the page of ``person``, who may ask to see this. One's own is nobody's business."""
    if by.pk != person.pk:
        record(Verb.RECORD_OPENED, by=by, now=now, on=person, about=person)
