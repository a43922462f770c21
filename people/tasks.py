"""What Celery carries for this room, and what runs by the clock; the table of that is mentoring_portal/schedule.py."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from people import retention, staff_import_work
from people.actions import kept_forms, people, sign_ins, staff_imports
from people.actions import staff_import_work as attempts


@shared_task
def work_on_staff_list(*, import_id: int):
    """Check or save one staff list. Safe twice: whoever comes second finds nothing to take."""
    staff_import_work.work(import_id=import_id, clock=timezone.now)


@shared_task
def sweep_staff_imports(*, now: str | None = None):
    """Hand out again the staff lists that no worker has given a sign of life for."""
    moment = datetime.fromisoformat(now) if now else timezone.now()
    for import_id in attempts.revive(by=None, now=moment):
        work_on_staff_list.delay(import_id=import_id)


@shared_task
def leave_after_last_day(*, now: str):
    """Mark those as having left whose last working day is over."""
    people.leave_after_last_day(by=None, now=datetime.fromisoformat(now))


@shared_task
def drop_old_staff_imports(*, now: str):
    """Forget the rows of staff lists that nobody confirmed within two days."""
    staff_imports.drop_old(by=None, now=datetime.fromisoformat(now))


@shared_task
def drop_old_kept_forms(*, now: str):
    """Forget what was kept for somebody whose sign-in had run out, an hour on."""
    kept_forms.drop_old(by=None, now=datetime.fromisoformat(now))


@shared_task
def drop_old_sessions(*, now: str):
    """Forget sign-ins that are over, with the browsers and addresses they came from."""
    sign_ins.drop_old(by=None, now=datetime.fromisoformat(now))


@shared_task
def keep_no_longer(*, now: str):
    """Delete what has been kept as long as its rule says (people/retention.py)."""
    retention.apply(now=datetime.fromisoformat(now))
