""" "This isn't right for me": what a member tells the leads privately, and what the leads make of it (R7).

The other members learn nothing of it, neither that it was said nor what came of it.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes.models import Flag, Relationship
from programmes.queries import readers_of_flags

LONGEST_REASON = 4000
NOBODY = "Nobody could read this: write to the people named on this page instead."


@transaction.atomic
def raise_flag(*, relationship: Relationship, reason: str = "", by: Person, now: datetime) -> Flag:
    """Tell the leads that this is not right for ``by``, with a reason if they like. Each lead hears that somebody did.

    Refused for whoever is not in it, where no lead could read it, and while what they said last is still open.
    """
    if not Relationship.objects.live().of(by).filter(pk=relationship.pk).exists():
        raise Refused("This has ended already.")
    leads = list(readers_of_flags(relationship, now=now))
    if not leads:
        raise Refused(NOBODY)
    try:
        with transaction.atomic():
            flag = Flag(relationship=relationship, raised_by=by, raised_at=now, reason=reason.strip() or None)
            flag.save(force_insert=True)
    except IntegrityError:
        raise Refused("You have told the leads already. They will come back to you.")
    record(Verb.FLAG_RAISED, by=by, now=now, on=flag, scope=("programme", relationship.cohort.programme_id))
    outbox.owe_many(
        kind="flag-raised",
        owed=[(f"flag-raised:{flag.pk}:{lead.pk}", lead, {"flag": str(flag.pk)}) for lead in leads],
        due_at=now,
        by=by,
        now=now,
    )
    return flag


@transaction.atomic
def read(*, flag: Flag, by: Person, now: datetime) -> None:
    """Record that a lead opened it: whoever raised it can see who did."""
    if flag.raised_by_id != by.pk:
        record(
            Verb.FLAG_READ,
            by=by,
            now=now,
            on=flag,
            about=flag.raised_by,
            scope=("programme", flag.relationship.cohort.programme_id),
        )


@transaction.atomic
def close(*, flag: Flag, outcome: str, by: Person, now: datetime) -> Flag:
    """Close it with what came of it; the person who raised it may take it back, and no more.

    Refused for everybody else, and where it is closed.
    """
    taken_back = outcome == Flag.Outcome.TAKEN_BACK
    if taken_back != (flag.raised_by_id == by.pk) or not (
        taken_back or Flag.objects.read_by(by, now=now).filter(pk=flag.pk).exists()
    ):
        raise Refused("Only a lead of this programme can do that.")
    closed = Flag.objects.open().filter(pk=flag.pk).update(closed_by=by, closed_at=now, outcome=Flag.Outcome(outcome))
    if not closed:
        raise Refused("This has been closed already.")
    record(Verb.FLAG_CLOSED, by=by, now=now, on=flag, scope=("programme", flag.relationship.cohort.programme_id))
    flag.refresh_from_db()
    return flag
