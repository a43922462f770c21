"""What this room keeps no longer: one function for each rule of people/retention_rules.py."""

from datetime import datetime

from django.db import transaction

from people.actions import erasure
from people.models import Person
from people.old_things import old_imports, old_leavers, old_links, old_notices

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
