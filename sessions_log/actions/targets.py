"""Leaving a date of the cadence out, and taking it back in."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from sessions_log.models import Target


@transaction.atomic
def skip(*, target: Target, by: Person, now: datetime) -> None:
    """The members leave this date out: nobody is reminded of it. Refused where a session is booked for it."""
    if not Target.objects.open().filter(pk=target.pk).update(state=Target.State.SKIPPED):
        raise Refused("A session is booked for this date. Cancel that first.")
    record(Verb.TARGET_SKIPPED, by=by, now=now, on=target, scope=("cohort", target.relationship.cohort_id))


@transaction.atomic
def restore(*, target: Target, by: Person, now: datetime) -> None:
    """Take a date that was left out back in."""
    if Target.objects.filter(pk=target.pk, state=Target.State.SKIPPED).update(state=Target.State.OPEN):
        record(Verb.TARGET_RESTORED, by=by, now=now, on=target, scope=("cohort", target.relationship.cohort_id))
