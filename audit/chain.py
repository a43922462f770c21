"""How events are hashed and chained. Pure: sealing and verifying both compute with this.

A leaf is the digest of one event's every field. A seal's digest covers the
digest of the seal before it and its own leaves, so that no event, and no seal
but the last, can be changed without all later ones showing it. Changing any of
this makes every chain that exists look broken.
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from datetime import UTC

from audit.models import AuditEvent

GENESIS = "0" * 64  # stands before the first seal
FIELDS = (
    "id",
    "at",
    "actor_id",
    "role",
    "verb",
    "object_kind",
    "object_id",
    "about_person_id",
    "scope_kind",
    "scope_id",
    "outcome",
    "request_id",
)
_LEAF = struct.Struct(">q32s")  # the event's id, the SHA-256 of its fields


def leaf(event: AuditEvent) -> bytes:
    """Return the 40 bytes that stand for ``event`` in a seal."""
    values = [getattr(event, field) for field in FIELDS]
    values[1] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return _LEAF.pack(event.pk, hashlib.sha256(json.dumps(values).encode()).digest())


def digest(previous: str, leaves: bytes) -> str:
    """Return the digest of a seal over ``leaves`` that follows the seal with digest ``previous``."""
    return hashlib.sha256(previous.encode() + leaves).hexdigest()


def by_id(leaves: bytes) -> dict[int, bytes]:
    """Return each event's leaf by the event's id; ValueError where the bytes are no leaves."""
    if len(leaves) % _LEAF.size:
        raise ValueError("Not a whole number of leaves")
    return {event_id: _LEAF.pack(event_id, hashed) for event_id, hashed in _LEAF.iter_unpack(leaves)}


def differences(sealed: dict[int, bytes], present: Iterable[AuditEvent]) -> Iterator[tuple[int, str]]:
    """Yield (event id, what is wrong) for each event that is not as it was sealed."""
    seen = set()
    for event in present:
        seen.add(event.pk)
        if event.pk not in sealed:
            yield event.pk, "was put in after the seal"
        elif sealed[event.pk] != leaf(event):
            yield event.pk, "was altered"
    for event_id in sorted(sealed.keys() - seen):
        yield event_id, "was removed"
