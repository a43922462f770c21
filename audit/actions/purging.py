"""Deleting the oldest events. Their seals stay, so that the chain still proves every later event, and itself."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import ProgrammingError, connection, transaction

from audit.append_only import events_can_go
from audit.models import AuditEvent
from audit.queries import purgeable
from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb

SEALS = 100  # of which the events go in one transaction: writers wait for its end


@transaction.atomic
def purge(*, before: datetime, by: AbstractBaseUser, now: datetime) -> int:
    """Delete the events of the oldest seals in which everything happened before ``before``; return how many.

    At most so many seals at a time: call again until it returns 0. Where an event that is younger stands among older
    ones, its whole seal waits. That they were deleted, and up to which, is an event itself. Refused where this
    connection does not own the tables.
    """
    last = purgeable(before, seals=SEALS)
    if last is None:
        return 0
    try:
        with events_can_go(connection):
            gone = AuditEvent.objects.filter(pk__lte=last).delete()[0]
    except ProgrammingError as error:
        raise Refused("Only whoever owns the tables of the database can delete from the audit record.") from error
    record(Verb.AUDIT_PURGED, by=by, now=now, on=(AuditEvent._meta.label_lower, last))
    return gone
