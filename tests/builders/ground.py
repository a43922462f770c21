"""Audit events and notices for tests."""

from datetime import timedelta
from uuid import uuid4

from audit.record import record
from audit.verbs import Verb
from notices import kinds
from notices.actions import outbox
from people.models import Person


def person(*, now, email=None, given_name="Ama", family_name="Mensah", is_active=True):
    """A person with an address of their own."""
    return Person.objects.create(
        given_name=given_name,
        family_name=family_name,
        email=email or f"{uuid4().hex[:12]}@example.org",
        is_active=is_active,
        created_at=now,
    )


def events(count, *, now):
    """That many audit events, a second apart."""
    return [
        record(Verb.RECORD_OPENED, by=None, now=now + timedelta(seconds=number), on=("people.person", number))
        for number in range(count)
    ]


def notice(*, recipient, now, kind="test-letter", key=None, due_at=None, expires_at=None, about=None):
    """One notice owed to ``recipient``, due at once where nothing else is said."""
    return outbox.owe(
        kind=kind,
        key=key or f"{kind}:{uuid4().hex}",
        recipient=recipient,
        about=about or {},
        due_at=due_at or now,
        expires_at=expires_at,
        by=None,
        now=now,
    )


def plain_letter(notice, now):
    """A letter that says when it was written."""
    return kinds.Letter(subject=f"About {notice.key}", text=f"Written at {now:%H:%M}.")
