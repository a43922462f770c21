"""What the schedule runs for this room: thin, and safe twice, late or in parallel."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from programmes.actions import telling


def _moment(now: str | None) -> datetime:
    return datetime.fromisoformat(now) if now else timezone.now()


@shared_task
def sweep_openings(*, now: str | None = None):
    """Tell those whose day has come of their match."""
    telling.open_due(by=None, now=_moment(now))
