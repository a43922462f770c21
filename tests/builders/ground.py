"""Audit events and notices for tests."""

from datetime import datetime, timedelta
from uuid import uuid4

from audit.models import AuditEvent
from audit.record import record
from audit.verbs import Verb
from notices.actions import outbox
from notices.kinds import Letter
from notices.models import Notice


def events(count: int, *, now: datetime) -> list[AuditEvent]:
    """That many audit events, a second apart, about nobody in particular."""
    return [
        record(Verb.RECORD_OPENED, by=None, now=now + timedelta(seconds=number), on=("people.person", number))
        for number in range(count)
    ]


def notice(*, recipient, now: datetime, kind: str = "test-letter", key: str = "", due_at=None, **more) -> Notice:
    """One notice owed to ``recipient``, due at once where nothing else is said."""
    return outbox.owe(
        kind=kind,
        key=key or f"{kind}:{uuid4().hex}",
        recipient=recipient,
        about=more.pop("about", {}),
        due_at=due_at or now,
        by=more.pop("by", None),
        now=now,
        **more,
    )


def plain_letter(notice: Notice, now: datetime) -> Letter:
    """A letter that says when it was written."""
    return Letter(subject=f"About {notice.key}", text=f"Written at {now:%H:%M}.\n")
