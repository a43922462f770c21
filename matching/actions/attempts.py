"""What a worker writes while it works on a run: each a short transaction, none held during the work."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.record import record
from audit.verbs import Verb
from matching.attempt import ATTEMPTS
from matching.models import LeftOut, MatchRun, Proposal
from matching.plan import Plan
from people.models import Person

SILENT_AFTER = timedelta(seconds=60)  # a worker at work is heard twice a second, save inside one long calculation
WORKER_LOST = (
    "The work was interrupted three times before it was done. Nothing was changed. You can start again; "
    "if it happens again, tell the people who run this portal."
)


@transaction.atomic
def begin(*, run_id: int, by: Person | None, now: datetime) -> MatchRun | None:
    """Take a waiting run. None where there is nothing to take: it was cancelled, or another worker has it."""
    taken = MatchRun.objects.take(run_id, now=now)
    return MatchRun.objects.select_related("cohort__programme").get(pk=run_id) if taken else None


@transaction.atomic
def tell(*, run: MatchRun, stage: str, done: int, of: int, by: Person | None, now: datetime) -> bool:
    """Store how far the work is, which is also its sign of life. False: stop, the run is no longer yours."""
    return MatchRun.objects.write(run, stage=stage, done=done, of=of, now=now)


@transaction.atomic
def finish(*, run: MatchRun, plan: Plan, by: Person | None, now: datetime) -> bool:
    """Store the whole plan at once. False, and nothing stored, where the run is no longer yours."""
    stored = MatchRun.objects.write(
        run,
        now=now,
        state=MatchRun.State.FINISHED,
        finished_at=now,
        stage="",
        mentees=plan.mentees,
        mentors=plan.mentors,
        places=plan.places,
        matched=plan.matched,
        total=plan.total,
        bound=plan.bound,
        optimal=plan.optimal,
        fingerprint=plan.fingerprint,
        found=plan.matched,
        in_force=plan.in_force,
        policies=plan.policies,
        hardly_known=plan.hardly_known,
    )
    if not stored:
        return False
    Proposal.objects.bulk_create(
        [
            Proposal(
                run=run,
                mentee_id=pair.mentee_id,
                mentor_id=pair.mentor_id,
                score=pair.score,
                components=pair.components,
                cautions=pair.cautions,
                runner_up_id=pair.runner_up_id,
                runner_up_score=pair.runner_up_score,
                close_to_id=pair.close_to_id,
                close_loss=pair.close_loss,
                site=pair.site,
                band=pair.band,
            )
            for pair in plan.pairs
        ],
        batch_size=500,
    )
    LeftOut.objects.bulk_create(
        [
            LeftOut(
                run=run,
                mentee_id=one.mentee_id,
                reasons=one.reasons,
                remedies=one.remedies,
                site=one.site,
                band=one.band,
            )
            for one in plan.left_out
        ],
        batch_size=500,
    )
    record(Verb.MATCH_RUN_FINISHED, by=by, now=now, on=run, scope=("programme", run.cohort.programme_id))
    return True


@transaction.atomic
def fail(*, run: MatchRun, fault: str, by: Person | None, now: datetime) -> bool:
    """Stop the run with a sentence for the lead. False where the run is no longer yours."""
    fault = fault[: MatchRun._meta.get_field("fault").max_length]
    stopped = MatchRun.objects.write(run, state=MatchRun.State.FAILED, fault=fault, finished_at=now, now=now)
    if stopped:
        record(Verb.MATCH_RUN_FAILED, by=by, now=now, on=run, scope=("programme", run.cohort.programme_id))
    return stopped


@transaction.atomic
def put_back(*, run: MatchRun, by: Person | None, now: datetime) -> bool:
    """Queue again a run that was seen silent, or give it up after three attempts. True: hand it to a worker.

    ``run`` is the row as it was seen: where it has moved since, nothing happens,
    so of two sweeps that saw the same silence only one hands it out.
    """
    if run.attempt < ATTEMPTS:
        return MatchRun.objects.put_back(run, now=now)
    if MatchRun.objects.give_up(run, fault=WORKER_LOST, finished_at=now):
        record(Verb.MATCH_RUN_FAILED, by=by, now=now, on=run, scope=("programme", run.cohort.programme_id))
    return False


@transaction.atomic
def revive(*, by: Person | None, now: datetime) -> list[int]:
    """Put back every run without a sign of life; return the ids to hand to workers. Safe at any time and twice."""
    silent = MatchRun.objects.silent(since=now - SILENT_AFTER).select_related("cohort")
    return [run.pk for run in silent if put_back(run=run, by=by, now=now)]
