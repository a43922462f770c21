"""Reads of the audit record: whether it is still what was sealed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit import chain
from audit.models import AuditEvent, AuditSeal


@dataclass
class Verdict:
    """What a verification found. ``problems`` are sentences; none means that the record is as sealed."""

    events: int = 0
    seals: int = 0
    unsealed: int = 0
    head: str = chain.GENESIS
    problems: list[str] = field(default_factory=list)


def verify(*, lodged: str = "") -> Verdict:
    """Compute the whole chain again and compare. ``lodged``: a digest kept elsewhere that must be in the chain.

    Whoever owns the database can write a whole new chain; only a digest lodged
    elsewhere shows that.
    """
    verdict = Verdict()
    is_lodged = not lodged
    last = 0
    for seal in AuditSeal.objects.order_by("pk").iterator(chunk_size=20):
        verdict.problems += _faults_of(seal, last=last, previous=verdict.head)
        verdict.seals += 1
        verdict.events += seal.events
        verdict.head, last = seal.digest, seal.last_event_id
        is_lodged = is_lodged or seal.digest == lodged
    verdict.unsealed = AuditEvent.objects.filter(pk__gt=last).count()
    if not is_lodged:
        verdict.problems.append("The digest that was lodged is not in the chain: it was written anew or cut short.")
    return verdict


def _faults_of(seal: AuditSeal, *, last: int, previous: str) -> Iterator[str]:
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
    for event_id, what in chain.differences(sealed, present):
        yield f"Event {event_id} {what}."
