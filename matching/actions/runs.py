"""Asking for a match run, cancelling it, publishing it. What a worker writes meanwhile is in attempts.py."""

from datetime import datetime

from django.db import IntegrityError, transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from matching.decisions import decisions_of
from matching.models import MatchRun
from matching.tasks import run_match
from notices.actions import outbox
from people.models import Person
from programmes.actions import relationships
from programmes.facts import facts_for
from programmes.models import Cohort, Relationship
from programmes.overrides import overridden
from programmes.readiness import readiness_of

NOT_LEAD = "Only a lead of this programme can do that."
UNDER_WAY = "Matches are already being found for this cohort."


def _must_lead(cohort: Cohort, by: Person, now: datetime) -> None:
    """The pages show a cohort to its leads alone; commands name a person, who may be anyone."""
    if not Cohort.objects.led_by(by, now=now).filter(pk=cohort.pk).exists():
        raise Refused(NOT_LEAD)


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
    _must_lead(cohort, by, now)
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
    _must_lead(run.cohort, by, now)
    cancelled = MatchRun.objects.under_way().filter(pk=run.pk).update(state=MatchRun.State.CANCELLED, finished_at=now)
    run.refresh_from_db()
    if not cancelled:
        raise Refused(f"There is nothing to cancel: these matches are “{run.get_state_display().lower()}”.")
    record(Verb.MATCH_RUN_CANCELLED, by=by, now=now, on=run, scope=("programme", run.cohort.programme_id))
    return run


@transaction.atomic
def publish(*, run: MatchRun, by: Person, now: datetime) -> list[Relationship]:
    """Start every proposed relationship and owe both people the news: all of it, once, or nothing.

    The rules are asked again for each pair, since people and facts may have changed
    since the run; a pair that has come to break one stops the whole publication.
    """
    _must_lead(run.cohort, by, now)
    if not _claim_publication(run, now):
        run.refresh_from_db()
        raise Refused(_why_not_published(run))
    proposals = list(run.proposals.select_related("mentee__person", "mentor__person").order_by("pk"))
    people = {one.pk: one for proposal in proposals for one in (proposal.mentee, proposal.mentor)}
    facts = facts_for(run.cohort, people.values(), now=now)
    set_aside, decisions = overridden(run.cohort, at=now), decisions_of(run.cohort, at=now)
    started = []
    for proposal in proposals:
        try:
            decisions.must_not_keep_apart(proposal.mentee.person, proposal.mentor.person)
            relationship = relationships.start(
                cohort=run.cohort,
                mentee=proposal.mentee,
                mentor=proposal.mentor,
                by=by,
                now=now,
                facts=facts,
                set_aside=set_aside,
            )
        except Refused as refusal:
            pair = f"{proposal.mentee.person.name} with {proposal.mentor.person.name}"
            raise Refused(
                f"Nothing was published. {pair} can no longer be matched: {refusal} Find matches again, "
                "then look at them and publish."
            )
        started.append(relationship)
        for person in (proposal.mentee.person, proposal.mentor.person):
            outbox.owe(
                kind="match-published",
                key=f"match-published:{relationship.pk}:{person.pk}",
                recipient=person,
                about={"relationship": relationship.pk},
                due_at=now,
                by=by,
                now=now,
            )
    record(Verb.MATCH_RUN_PUBLISHED, by=by, now=now, on=run, scope=("programme", run.cohort.programme_id))
    run.refresh_from_db()
    return started


def _claim_publication(run: MatchRun, now: datetime) -> bool:
    """Of two at once the second waits here for the first, and then finds nothing to update."""
    ready = MatchRun.objects.filter(pk=run.pk, state=MatchRun.State.FINISHED, matched__gt=0)
    return bool(ready.update(state=MatchRun.State.PUBLISHED, published_at=now))


def _why_not_published(run: MatchRun) -> str:
    match run.state:
        case MatchRun.State.PUBLISHED:
            return "These matches have been published already. Everyone has been told once."
        case MatchRun.State.QUEUED | MatchRun.State.RUNNING:
            return "These matches are still being found. Wait until they are ready, look at them, then publish."
        case MatchRun.State.FINISHED:
            return "There is no pair to publish: nobody could be placed."
        case _:
            return f"These matches cannot be published: the run is “{run.get_state_display().lower()}”."
