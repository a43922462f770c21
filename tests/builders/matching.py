"""Match runs for tests, made by calling actions, and done by the work that a worker does."""

from datetime import datetime

from matching.actions import decisions, publications, runs
from matching.models import MatchRun, PairDecision
from matching.work import work
from people.models import Person
from programmes.models import Cohort, Enrolment


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
    publications.publish(run=run, by=by, now=now)
    run.refresh_from_db()
    return run


def kept_apart(mentee: Enrolment, by: Person, *, now: datetime) -> PairDecision:
    """``mentee`` is kept apart from the first mentor of their cohort."""
    mentor = mentee.cohort.enrolments.live().on_side("mentor").select_related("person").first()
    return decisions.keep_apart(mentee=mentee, mentor=mentor, by=by, now=now)
