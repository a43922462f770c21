"""What beat sends: one task that runs one entry of the schedule."""

from celery import shared_task
from django.utils import timezone

from mentoring_portal import schedule, sweeps


@shared_task
def run_entry(*, name: str):
    """Run the schedule's entry ``name`` now."""
    sweeps.run(schedule.entry(name), now=timezone.now())
