"""Sealing events into the hash chain. The sweep does it, so that no writer waits for the chain's head."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, OperationalError, connection, transaction

from audit import chain
from audit.models import AuditEvent, AuditSeal

BATCH = 1000  # events a seal


def seal(*, by: AbstractBaseUser | None, now: datetime) -> int:
    """Seal all events that are settled, in the order of their ids; return how many.

    Returns 0, and leaves the work to the next sweep, while a writer is still
    under way or another sealer is at work. Sealing is not itself recorded: the
    seal is the record.
    """
    sealed = 0
    horizon = _settled_horizon()
    while batch := _seal_batch(horizon=horizon, now=now):
        sealed += batch
    return sealed


def _settled_horizon() -> int:
    """Return the highest id below which no event can still appear; 0 where that cannot be told now.

    SQLite has one writer at a time, so ids appear in order. On PostgreSQL an id
    is taken before its transaction commits: id 11 may be visible before id 10.
    Whoever writes holds a lock on the table until the end, so once we hold one
    that excludes writers, every id that was taken has either appeared or never
    will. We hold it for one query, and give up after a second so that writers
    never queue behind a long transaction for more than that.
    """
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '1s'")
                    cursor.execute(f"LOCK TABLE {AuditEvent._meta.db_table} IN SHARE MODE")
            return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    except OperationalError:
        if connection.vendor == "postgresql":
            return 0
        raise


def _seal_batch(*, horizon: int, now: datetime) -> int:
    head = AuditSeal.objects.order_by("-pk").first()
    after, previous = (head.last_event_id, head.digest) if head else (0, chain.GENESIS)
    events = list(AuditEvent.objects.filter(pk__gt=after, pk__lte=horizon).order_by("pk")[:BATCH])
    if not events:
        return 0
    leaves = b"".join(chain.leaf(event) for event in events)
    link = AuditSeal(
        after_event_id=after,
        last_event_id=events[-1].pk,
        events=len(events),
        leaves=leaves,
        digest=chain.digest(previous, leaves),
        sealed_at=now,
    )
    try:
        with transaction.atomic():
            link.save()
    except IntegrityError:  # another sealer extended the chain first: its seal stands
        return 0
    return len(events)
