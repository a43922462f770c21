"""Runs the entries of schedule.py and remembers when each last ran."""

import logging
from datetime import datetime, timedelta

from django.utils.module_loading import import_string

from mentoring_portal.models import SweepRecord
from mentoring_portal.schedule import SCHEDULE, Entry

log = logging.getLogger(__name__)


def run(one: Entry, *, now: datetime) -> bool:
    """Run one entry here and record how it went; True where it ran to its end.

    A fault is logged and recorded, not raised: one entry that fails must not
    keep the others from running.
    """
    try:
        import_string(one.task)(now=now.isoformat())
    except Exception as fault:
        log.exception("The sweep %s stopped", one.name)
        SweepRecord.objects.update_or_create(
            name=one.name, defaults={"failed_at": now, "fault": type(fault).__name__[:200]}
        )
        return False
    SweepRecord.objects.update_or_create(name=one.name, defaults={"finished_at": now, "failed_at": None, "fault": ""})
    return True


def last_sweep_age(*, now: datetime) -> timedelta | None:
    """How long ago the entry that runs most often last ran to its end; None if never."""
    often = min(SCHEDULE, key=lambda one: one.every)
    finished = SweepRecord.objects.filter(name=often.name).values_list("finished_at", flat=True).first()
    return now - finished if finished else None
