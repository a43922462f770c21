"""What the schedule runs for this room: thin, and safe twice, late or in parallel."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from programmes.actions import introductions, rechecks, reviews, standings, telling, triads, weekly
from programmes.models import Cohort


def _moment(now: str | None) -> datetime:
    return datetime.fromisoformat(now) if now else timezone.now()


@shared_task
def sweep_openings(*, now: str | None = None):
    """Tell those whose day has come of their match, or of their two supervisors."""
    moment = _moment(now)
    telling.open_due(by=None, now=moment)
    triads.tell_due(by=None, now=moment)


@shared_task
def sweep_introductions(*, now: str | None = None):
    """End the introductions whose days are over; what a lead arranged goes back to the lead."""
    introductions.expire_due(by=None, now=_moment(now))


@shared_task
def sweep_standings(*, now: str | None = None):
    """Judge again whoever has changed in an open cohort, so that its pages need not wait for it."""
    moment = _moment(now)
    for cohort in Cohort.objects.open().select_related("programme").iterator():
        standings.refresh(cohort=cohort, by=None, now=moment)


@shared_task
def owe_leads_week(*, now: str | None = None):
    """Owe the weekly mail to whoever leads, from Monday morning."""
    weekly.owe_week(by=None, now=_moment(now))


@shared_task
def pause_at_once(*, now: str | None = None):
    """Where a programme pauses a pair that has come to break a rule, look every minute: six hours are not at once."""
    rechecks.pause_at_once(by=None, now=_moment(now))


@shared_task
def ask_reviews(*, now: str | None = None):
    """Ask pairs whose day has come whether there is still a need to meet."""
    moment = _moment(now)
    for cohort in Cohort.objects.open().select_related("programme").order_by("pk"):
        reviews.ask_due(cohort=cohort, by=None, now=moment)


@shared_task
def recheck_pairs(*, now: str | None = None):
    """Look whether pairs have come to break a rule, cohort by cohort: each a short transaction of its own."""
    moment = _moment(now)
    for cohort in Cohort.objects.open().select_related("programme__organisation").order_by("pk"):
        rechecks.check(cohort=cohort, by=None, now=moment)
