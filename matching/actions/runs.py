"""Asking for a match run, cancelling it, publishing it. What a worker writes meanwhile is in attempts.py."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from matching.decisions import Decisions, decisions_of
from matching.models import MatchRun, Proposal
from matching.tasks import run_match
from people.models import Person
from programmes.actions import relationships
from programmes.actions.telling import Telling, tell_those_due
from programmes.models import Cohort, Enrolment, Relationship
from programmes.places import PairRefused
from programmes.readiness import readiness_of

NOT_LEAD = "Only a lead of this programme can do that."
AT_ONCE = Telling()
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
    if not cohort.is_open:
        raise Refused(f"{cohort} is closed. Open it again to find matches.")
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
def publish(*, run: MatchRun, telling: Telling = AT_ONCE, by: Person, now: datetime) -> list[Relationship]:
    """Start every proposed relationship: all of them, once, or nothing. ``telling`` says when and how people hear.

    The rules are asked again for each pair, since people and facts may have changed
    since the run; a pair that has come to break one stops the whole publication.
    """
    _must_lead(run.cohort, by, now)
    if telling.opens_at is not None and telling.opens_at <= now:
        raise Refused("That moment has passed. Choose a later one, or tell people now.")
    if not _claim_publication(run, now):
        run.refresh_from_db()
        raise Refused(_why_not_published(run))
    proposals = list(run.proposals.select_related("mentee__person", "mentor__person").order_by("pk"))
    decisions = decisions_of(run.cohort, at=now)
    try:
        for one in proposals:
            _must_take_part(one)
            _must_not_be_apart(decisions, one)
        started = relationships.start_many(
            cohort=run.cohort,
            pairs=[(one.mentee, one.mentor) for one in proposals],
            telling=telling,
            by=by,
            now=now,
        )
    except PairRefused as refusal:
        pair = f"{refusal.mentee.person.name} with {refusal.mentor.person.name}"
        raise Refused(
            f"Nothing was published. {pair} can no longer be matched: {refusal} Find matches again, "
            "then look at them and publish."
        )
    _note_what_became_of(run)
    record(Verb.MATCH_RUN_PUBLISHED, by=by, now=now, on=run, scope=("programme", run.cohort.programme_id))
    run.refresh_from_db()
    return started


def _note_what_became_of(run: MatchRun) -> None:
    """Tie each proposal to the pair that was made of it, in one statement: two people have one live pair here."""
    made = (
        Relationship.objects.live()
        .filter(cohort=run.cohort_id, members__enrolment=OuterRef("mentee"))
        .filter(members__enrolment=OuterRef("mentor"))
        .order_by()
        .values("pk")[:1]
    )
    run.proposals.update(relationship=Subquery(made))


def _must_take_part(proposal: Proposal) -> None:
    """Before the rules are asked: of somebody who has left they would only say that a fact is not known."""
    for one in (proposal.mentee, proposal.mentor):
        if one.state != Enrolment.State.ENROLLED:
            raise PairRefused(f"{one.person.given_name} is not taking part any more.", proposal.mentee, proposal.mentor)


def _must_not_be_apart(decisions: Decisions, proposal: Proposal) -> None:
    try:
        decisions.must_not_keep_apart(proposal.mentee.person, proposal.mentor.person)
    except Refused as refusal:
        raise PairRefused(str(refusal), proposal.mentee, proposal.mentor)


@transaction.atomic
def tell_at(*, run: MatchRun, telling: Telling, by: Person, now: datetime) -> int:
    """Change when, or how, those of a published run are told who have not been told yet; return how many pairs.

    ``opens_at`` None: now. Refused where everybody knows already, and for a moment that has passed.
    """
    _must_lead(run.cohort, by, now)
    if telling.opens_at is not None and telling.opens_at <= now:
        raise Refused("That moment has passed. Choose a later one, or tell people now.")
    untold = _untold(run)
    if not untold:
        raise Refused("Everybody has been told already.")
    Relationship.objects.filter(pk__in=[one.pk for one in untold]).update(
        opens_at=telling.opens_at, by_mail=telling.by_mail
    )
    for one in untold:
        one.opens_at, one.by_mail = telling.opens_at, telling.by_mail
    record(Verb.PUBLICATION_MOVED, by=by, now=now, on=run, scope=("programme", run.cohort.programme_id))
    tell_those_due(cohort=run.cohort, relationships=untold, by=by, now=now)
    return len(untold)


@transaction.atomic
def take_back(*, run: MatchRun, by: Person, now: datetime) -> MatchRun:
    """Take a publication back while nobody has been told: the pairs are gone, and the run can be published again.

    It is a draft again, so nothing of the pairs is kept. Refused once anybody knows of one.
    """
    _must_lead(run.cohort, by, now)
    untold = _untold(run)
    made = run.proposals.filter(relationship__isnull=False)
    if not untold or made.filter(relationship__told_at__isnull=False).exists():
        raise Refused("Some people have been told already, so this cannot be taken back. End single matches instead.")
    taken = MatchRun.objects.filter(pk=run.pk, state=MatchRun.State.PUBLISHED)
    if not taken.update(state=MatchRun.State.FINISHED, published_at=None):
        raise Refused("This has been taken back already.")
    relationships.unmake(relationships=untold, by=by, now=now)
    record(Verb.PUBLICATION_TAKEN_BACK, by=by, now=now, on=run, scope=("programme", run.cohort.programme_id))
    run.refresh_from_db()
    return run


def _untold(run: MatchRun) -> list[Relationship]:
    """Those of the run of which nobody knows, locked, so that the sweep does not tell them meanwhile."""
    rows = Relationship.objects.live().select_for_update(of=("self",)).filter(proposal__run=run, told_at=None)
    return list(rows.order_by("pk"))


def _claim_publication(run: MatchRun, now: datetime) -> bool:
    """Of two at once the second waits here for the first, and then finds nothing to update."""
    ready = MatchRun.objects.filter(pk=run.pk, state=MatchRun.State.FINISHED, matched__gt=0)
    return bool(ready.update(state=MatchRun.State.PUBLISHED, published_at=now))


def _why_not_published(run: MatchRun) -> str:
    match run.state:
        case MatchRun.State.PUBLISHED:
            return "These matches have been published already. Nobody is told twice."
        case MatchRun.State.QUEUED | MatchRun.State.RUNNING:
            return "These matches are still being found. Wait until they are ready, look at them, then publish."
        case MatchRun.State.FINISHED:
            return "There is no pair to publish: nobody could be placed."
        case _:
            return f"These matches cannot be published: the run is “{run.get_state_display().lower()}”."
