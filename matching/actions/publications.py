"""Publishing a run: once, all of it or nothing; changing when people are told; taking it back while nobody knows.

A large publication is a worker's: asked for in publication_asks.py, what the worker writes meanwhile is in
publication_work.py.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from matching.decisions import decisions_of
from matching.models import MatchRun
from matching.publishable import (
    must_be_asked_well,
    must_lead,
    must_not_be_apart,
    must_take_part,
    not_published,
    proposals_of,
    why_not_published,
)
from people.models import Person
from programmes.actions import relationships
from programmes.actions.telling import Telling, tell_those_due
from programmes.models import Relationship
from programmes.places import PairRefused

AT_ONCE = Telling()


@transaction.atomic
def publish(*, run: MatchRun, telling: Telling = AT_ONCE, by: Person, now: datetime) -> list[Relationship]:
    """Start every proposed relationship: all of them, once, or nothing. ``telling`` says when and how people hear.

    The rules are asked again for each pair, since people and facts may have changed
    since the run; a pair that has come to break one stops the whole publication.
    """
    must_be_asked_well(run, telling, by, now)
    if not _claim_publication(run, now):
        run.refresh_from_db()
        raise Refused(why_not_published(run))
    proposals = proposals_of(run)
    decisions = decisions_of(run.cohort, at=now)
    try:
        for one in proposals:
            must_take_part(one)
            must_not_be_apart(decisions, one)
        started = relationships.start_many(
            cohort=run.cohort,
            pairs=[(one.mentee, one.mentor) for one in proposals],
            telling=telling,
            by=by,
            now=now,
        )
    except PairRefused as refusal:
        raise not_published(refusal)
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


@transaction.atomic
def tell_at(*, run: MatchRun, telling: Telling, by: Person, now: datetime) -> int:
    """Change when, or how, those of a published run are told who have not been told yet; return how many pairs.

    ``opens_at`` None: now. Refused where everybody knows already, and for a moment that has passed.
    """
    must_be_asked_well(run, telling, by, now)
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
