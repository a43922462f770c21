"""Opening and closing one's own calendar feed."""

import secrets
from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.verbs import Verb
from people.models import Person
from sessions_log.models import CalendarFeed


@transaction.atomic
def open_feed(*, by: Person, now: datetime) -> str:
    """Open a feed for ``by`` and return the secret of its address, which is shown once. The one before is closed."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person=by, defaults={"token_hash": CalendarFeed.hash_of(token), "made_at": now}
    )
    record(Verb.FEED_OPENED, by=by, now=now, on=by)
    return token


@transaction.atomic
def close_feed(*, by: Person, now: datetime) -> None:
    """Close the feed of ``by``: its address opens nothing any more."""
    if CalendarFeed.objects.filter(person=by).delete()[0]:
        record(Verb.FEED_CLOSED, by=by, now=now, on=by)
