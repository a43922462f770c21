"""Reads of the audit record: whether it is still what was sealed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from audit import chain
from audit.models import AuditEvent, AuditSeal
from audit.verbs import Verb


@dataclass
class Verdict:
    """What a verification found. ``problems`` are sentences; none means that the record is as sealed."""

    events: int = 0
    seals: int = 0
    purged: int = 0  # of the events, those that were deleted by audit/actions/purging.py
    unsealed: int = 0
    head: str = chain.GENESIS
    problems: list[str] = field(default_factory=list)


def purgeable(before: datetime, *, seals: int) -> int | None:
    """The id of the last event that may go: of the oldest ``seals`` that still have events, of those that hold nothing
    from ``before`` on. None where none may."""
    old = AuditSeal.objects.filter(last_event_id__gt=purged_to()).order_by("pk")
    young = AuditEvent.objects.filter(at__gte=before).order_by("pk").values_list("pk", flat=True).first()
    if young is not None:
        old = old.filter(last_event_id__lt=young)
    return max(old.values_list("last_event_id", flat=True)[:seals], default=None)


def purged_to() -> int:
    """The id of the event up to which all were deleted on purpose; 0 where none was. The record itself says so."""
    said = AuditEvent.objects.filter(verb=Verb.AUDIT_PURGED, object_kind=AuditEvent._meta.label_lower)
    return max((int(one) for one in said.values_list("object_id", flat=True)), default=0)


def verify(*, lodged: str = "") -> Verdict:
    """Compute the whole chain again and compare. ``lodged``: a digest kept elsewhere that must be in the chain.

    Whoever owns the database can write a whole new chain; only a digest lodged
    elsewhere shows that. Of events that were deleted on purpose only the seals are left, which must still fit.
    """
    verdict = Verdict()
    purged = purged_to()
    is_lodged = not lodged
    last = 0
    for seal in AuditSeal.objects.order_by("pk").iterator(chunk_size=20):
        verdict.problems += _faults_of(seal, last=last, previous=verdict.head, purged=purged)
        verdict.seals += 1
        verdict.events += seal.events
        verdict.purged += seal.events if seal.last_event_id <= purged else 0
        verdict.head, last = seal.digest, seal.last_event_id
        is_lodged = is_lodged or seal.digest == lodged
    verdict.unsealed = AuditEvent.objects.filter(pk__gt=last).count()
    if not is_lodged:
        verdict.problems.append("The digest that was lodged is not in the chain: it was written anew or cut short.")
    return verdict


def _faults_of(seal: AuditSeal, *, last: int, previous: str, purged: int) -> Iterator[str]:
    leaves = bytes(seal.leaves)
    try:
        sealed = chain.by_id(leaves)
    except ValueError:
        yield f"Seal {seal.pk} was altered."
        return
    if (
        seal.after_event_id != last
        or seal.digest != chain.digest(previous, leaves)
        or len(sealed) != seal.events
        or max(sealed, default=0) != seal.last_event_id
    ):
        yield f"Seal {seal.pk} was altered, or one before it was removed."
    present = AuditEvent.objects.filter(pk__gt=last, pk__lte=seal.last_event_id).order_by("pk")
    there = {} if seal.last_event_id <= purged else sealed
    for event_id, what in chain.differences(there, present):
        yield f"Event {event_id} {what}."
