"""What runs by the clock in this room; the table of it is mentoring_portal/schedule.py."""

from datetime import datetime

from celery import shared_task

from people.actions import kept_forms, staff_imports


@shared_task
def drop_old_staff_imports(*, now: str):
    """Forget the rows of staff lists that nobody confirmed within two days."""
    staff_imports.drop_old(by=None, now=datetime.fromisoformat(now))


@shared_task
def drop_old_kept_forms(*, now: str):
    """Forget what was kept for somebody whose sign-in had run out, an hour on."""
    kept_forms.drop_old(by=None, now=datetime.fromisoformat(now))
