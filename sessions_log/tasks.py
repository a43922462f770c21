"""What the schedule runs for this room: thin, and safe twice, late or in parallel."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from sessions_log.actions import plans


def _moment(now: str | None) -> datetime:
    return datetime.fromisoformat(now) if now else timezone.now()


@shared_task
def lay_targets(*, now: str | None = None):
    """Lay the dates of those who were told of each other since, and of those who run out of dates."""
    moment = _moment(now)
    while plans.lay_due(by=None, now=moment):  # in batches: each a short transaction
        pass
