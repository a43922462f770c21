"""What the schedule runs for this room."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from audit.actions import seals


@shared_task
def seal_events(*, now: str | None = None):
    """Seal every settled event into the chain."""
    seals.seal(by=None, now=datetime.fromisoformat(now) if now else timezone.now())
