"""What this room keeps no longer: one function for each rule of people/retention_rules.py."""

from datetime import datetime

from django.db import transaction

from audit.actions import purging
from audit.refusal import Refused
from people.access import Access
from people.actions import erasure
from people.models import Person
from people.old_things import audit_kept_from, old_imports, old_leavers, old_links, old_notices

BATCH = 100  # people erased in one go; the next sweep goes on


@transaction.atomic
def drop_notices(*, by: Person | None, now: datetime) -> int:
    """Forget that a message went, a year on; return how many."""
    return old_notices(now).delete()[0]


@transaction.atomic
def drop_links(*, by: Person | None, now: datetime) -> int:
    """Forget links that have opened nothing for a year; return how many."""
    return old_links(now).delete()[0]


@transaction.atomic
def drop_imports(*, by: Person | None, now: datetime) -> int:
    """Forget that a staff list came, a year on; return how many."""
    return old_imports(now).delete()[0]


@transaction.atomic
def erase_leavers(*, by: Person | None, now: datetime) -> int:
    """Erase those who left a year ago, a batch at a time; return how many."""
    leavers = list(old_leavers(now).order_by("pk")[:BATCH])
    for person in leavers:
        erasure.erase(person=person, by=by, now=now)
    return len(leavers)


def purge_events(*, by: Person, now: datetime) -> int:
    """Delete the audit record of days that are over for 24 months, as far as its seals reach; return how many events.

    Never by the sweep: whoever runs it owns the database, and an administrator's name stands under it. Refused to
    everybody else.
    """
    if not Access(by, now=now).is_administrator:
        raise Refused("Only an administrator can delete old days of the audit record.")
    gone = 0
    while some := purging.purge(before=audit_kept_from(now), by=by, now=now):
        gone += some
    return gone
