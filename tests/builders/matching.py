"""Match runs for tests, made by calling actions, and done by the work that a worker does."""

from datetime import datetime

from matching.actions import runs
from matching.models import MatchRun
from matching.work import work
from people.models import Person
from programmes.models import Cohort


def requested(cohort: Cohort, by: Person, *, now: datetime) -> MatchRun:
    """A run that waits for a worker."""
    return runs.request(cohort=cohort, by=by, now=now)


def finished(cohort: Cohort, by: Person, *, now: datetime) -> MatchRun:
    """A run that a worker has done."""
    run = requested(cohort, by, now=now)
    work(run_id=run.pk, clock=lambda: now)
    run.refresh_from_db()
    return run


def published(cohort: Cohort, by: Person, *, now: datetime) -> MatchRun:
    """A run whose matches are live."""
    run = finished(cohort, by, now=now)
    runs.publish(run=run, by=by, now=now)
    run.refresh_from_db()
    return run
