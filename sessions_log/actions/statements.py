"""Showing one's hours to one's line manager, and taking that back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes.models import Member
from sessions_log.models import HoursShare
from sessions_log.statements import managers_of, may_share

SHARED = "hours-shared"  # kind of the notice


@transaction.atomic
def share(*, member: Member, by: Person, now: datetime) -> HoursShare:
    """Let whoever manages ``by`` read the hours of this match, from now until it is taken back. They are told by mail.

    Refused from anybody but the mentee themselves, where the model does not have it, and where nobody
    is on record as managing them.
    """
    if by.pk != member.person_id or not may_share(member):
        raise Refused("Only a mentee can share their own hours, and only where the programme has it.")
    managers = list(managers_of(by, on=timezone.localdate(now)))
    if not managers:
        raise Refused("No line manager of yours is on record. Print the statement, or ask the lead of the programme.")
    found, is_new = HoursShare.objects.select_for_update().get_or_create(member=member, defaults={"shared_at": now})
    if not is_new and found.taken_back_at is None:
        return found
    found.shared_at, found.taken_back_at = now, None
    found.save()
    scope = ("cohort", member.relationship.cohort_id)
    record(Verb.HOURS_SHARED, by=by, now=now, on=found, about=by, scope=scope)
    outbox.owe_many(
        kind=SHARED,
        owed=[(f"{SHARED}:{found.pk}:{one.pk}:{now.isoformat()}", one, {"hours_share": found.pk}) for one in managers],
        due_at=now,
        by=by,
        now=now,
    )
    return found


@transaction.atomic
def take_back(*, member: Member, by: Person, now: datetime) -> None:
    """Nobody but ``by`` reads their hours any more. Twice changes nothing."""
    shared = HoursShare.objects.filter(member=member, member__person=by, taken_back_at=None)
    if shared.update(taken_back_at=now):
        scope = ("cohort", member.relationship.cohort_id)
        record(Verb.HOURS_TAKEN_BACK, by=by, now=now, on=member, about=by, scope=scope)
