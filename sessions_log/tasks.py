"""What the schedule runs for this room: thin, and safe twice, late or in parallel."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from sessions_log.actions import asking, board_reports, chasing, drafts, form_opening, gatherings, plans, registers


def _moment(now: str | None) -> datetime:
    return datetime.fromisoformat(now) if now else timezone.now()


@shared_task
def lay_targets(*, now: str | None = None):
    """Lay the dates of those who were told of each other since, and of those who run out of dates."""
    moment = _moment(now)
    while plans.lay_due(by=None, now=moment):  # in batches: each a short transaction
        pass


@shared_task
def sweep_forms(*, now: str | None = None):
    """Open the forms whose day has come, and owe the mails about those that are open, batch by batch."""
    moment = _moment(now)
    while form_opening.open_due(by=None, now=moment):
        pass
    while chasing.see_to_due(by=None, now=moment):
        pass


@shared_task
def lay_registers(*, now: str | None = None):
    """Lay the dates of the registers, and of the supervision, of cohorts that have none yet."""
    registers.lay_due(by=None, now=_moment(now))
    gatherings.lay_due(by=None, now=_moment(now))


@shared_task
def sweep_board_reports(*, now: str | None = None):
    """Lay the reports that groups owe their boards, and chase those that are late."""
    board_reports.see_to_due(by=None, now=_moment(now))


@shared_task
def ask_after_sessions(*, now: str | None = None):
    """Ask whether sessions that have ended took place, and say once that a date went by."""
    moment = _moment(now)
    for step in (asking.ask_due, asking.nudge_due):
        while step(by=None, now=moment):
            pass


@shared_task
def drop_old_drafts(*, now: str | None = None):
    """Forget what nobody has sent or touched for thirty days."""
    while drafts.drop_old(by=None, now=_moment(now)):
        pass
