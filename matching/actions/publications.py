"""Publishing a run: once, all of it or nothing; changing when people are told; taking it back while nobody knows.

A large publication is a worker's: asked for in publication_asks.py, what the worker writes meanwhile is in
publication_work.py.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from matching.decisions import Decisions, decisions_of
from matching.models import MatchRun, Proposal
from people.models import Person
from programmes.actions import relationships
from programmes.actions.telling import Telling, tell_those_due
from programmes.facts import facts_for
from programmes.models import Cohort, Enrolment, Relationship
from programmes.overrides import overridden
from programmes.places import PairRefused, judge

NOT_LEAD = "Only a lead of this programme can do that."
AT_ONCE = Telling()
TOGETHER = 100  # pairs looked at between two signs of life


def must_lead(cohort: Cohort, by: Person, now: datetime) -> None:
    """Refused for anybody else. Pages show a cohort to its leads alone; commands name a person, who may be anyone."""
    if not Cohort.objects.led_by(by, now=now).filter(pk=cohort.pk).exists():
        raise Refused(NOT_LEAD)


@transaction.atomic
def publish(*, run: MatchRun, telling: Telling = AT_ONCE, by: Person, now: datetime) -> list[Relationship]:
    """Start every proposed relationship: all of them, once, or nothing. ``telling`` says when and how people hear.

    The rules are asked again for each pair, since people and facts may have changed
    since the run; a pair that has come to break one stops the whole publication.
    """
    _must_be_asked_well(run, telling, by, now)
    if not _claim_publication(run, now):
        run.refresh_from_db()
        raise Refused(_why_not_published(run))
    proposals = _proposals(run)
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
        raise _not_published(refusal)
    _note_what_became_of(run)
    record(Verb.MATCH_RUN_PUBLISHED, by=by, now=now, on=run, scope=("programme", run.cohort.programme_id))
    run.refresh_from_db()
    return started


def must_be_publishable(*, run: MatchRun, telling: Telling, by: Person, now: datetime) -> None:
    """Refused where ``publish`` would be for all pairs alike: not a lead, a day that has passed, nothing to publish."""
    _must_be_asked_well(run, telling, by, now)
    if not run.may_be_published:
        raise Refused(_why_not_published(run))


def look_again(*, run: MatchRun, step: Callable[[int], None], now: datetime) -> None:
    """Judge each pair as ``publish`` will, writing nothing and holding no lock; ``step`` hears how many are done.

    Refused with the sentence that ``publish`` would give.
    """
    proposals = _proposals(run)
    decisions, set_aside = decisions_of(run.cohort, at=now), overridden(run.cohort, at=now)
    try:
        for one in proposals:
            _must_take_part(one)
            _must_not_be_apart(decisions, one)
        facts = facts_for(run.cohort, [one for pair in proposals for one in (pair.mentee, pair.mentor)], now=now)
        for low in range(0, len(proposals), TOGETHER):
            some = [(one.mentee, one.mentor) for one in proposals[low : low + TOGETHER]]
            judge(run.cohort, some, facts, set_aside)
            step(low + len(some))
    except PairRefused as refusal:
        raise _not_published(refusal)


def _must_be_asked_well(run: MatchRun, telling: Telling, by: Person, now: datetime) -> None:
    must_lead(run.cohort, by, now)
    if telling.opens_at is not None and telling.opens_at <= now:
        raise Refused("That moment has passed. Choose a later one, or tell people now.")


def _proposals(run: MatchRun) -> list[Proposal]:
    return list(run.proposals.select_related("mentee__person", "mentor__person").order_by("pk"))


def _not_published(refusal: PairRefused) -> Refused:
    pair = f"{refusal.mentee.person.name} with {refusal.mentor.person.name}"
    return Refused(
        f"Nothing was published. {pair} can no longer be matched: {refusal} Find matches again, "
        "then look at them and publish."
    )


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
    _must_be_asked_well(run, telling, by, now)
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
    must_lead(run.cohort, by, now)
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
