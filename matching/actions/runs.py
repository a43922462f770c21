"""Asking for a match run, and cancelling it. What a worker writes meanwhile is in attempts.py."""

from datetime import datetime

from django.db import IntegrityError, transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from matching.models import MatchRun
from matching.publishable import must_lead
from matching.tasks import run_match
from people.models import Person
from programmes import mentoring_models
from programmes.models import Cohort
from programmes.readiness import readiness_of

UNDER_WAY = "Matches are already being found for this cohort."


@transaction.atomic
def request(
    *,
    cohort: Cohort,
    by: Person,
    now: datetime,
    policy: str = MatchRun.Policy.BEST_OVERALL,
    hand_over: bool = True,
) -> MatchRun:
    """Ask for matches for everyone in the cohort who waits, one run at a time. Agreed pairs are kept.

    The worker is told once the row is committed; were the message lost, the sweep
    sends another. ``hand_over=False``: the caller does the work in its own process.
    """
    must_lead(cohort, by, now)
    if not cohort.is_open:
        raise Refused(f"{cohort} is closed. Open it again to find matches.")
    if not mentoring_models.of(cohort.programme).pairs_with_mentors:
        raise Refused("People come together in groups here. Propose groups instead.")
    ready = readiness_of([cohort])[cohort.pk]
    if not ready.waiting:
        raise Refused(f"Nobody in {cohort.name} is waiting for a mentor. Enrol mentees first.")
    if not ready.places_left:
        raise Refused(f"No mentor in {cohort.name} has a free place. Enrol mentors, or give those there more places.")
    try:
        with transaction.atomic():
            run = MatchRun.objects.create(
                cohort=cohort, requested_by=by, requested_at=now, beat_at=now, policy=MatchRun.Policy(policy)
            )
    except IntegrityError:
        raise Refused(UNDER_WAY)
    record(Verb.MATCH_RUN_REQUESTED, by=by, now=now, on=run, scope=("programme", cohort.programme_id))
    if hand_over:
        # robust: a broker that is away must not undo the request, since the sweep finds the row.
        transaction.on_commit(lambda: run_match.delay(run_id=run.pk), robust=True)
    return run


@transaction.atomic
def cancel(*, run: MatchRun, by: Person, now: datetime) -> MatchRun:
    """Stop a run that is under way. The worker hears of it at its next sign of life and stores nothing."""
    must_lead(run.cohort, by, now)
    cancelled = MatchRun.objects.under_way().filter(pk=run.pk).update(state=MatchRun.State.CANCELLED, finished_at=now)
    run.refresh_from_db()
    if not cancelled:
        raise Refused(f"There is nothing to cancel: these matches are “{run.get_state_display().lower()}”.")
    record(Verb.MATCH_RUN_CANCELLED, by=by, now=now, on=run, scope=("programme", run.cohort.programme_id))
    return run
