"""Putting somebody first on the waiting list, and taking it back. It is over by itself once they wait no more."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes.following import waiting_in
from programmes.models import Enrolment


@transaction.atomic
def put_first(*, enrolment: Enrolment, reason: str, by: Person, now: datetime) -> Enrolment:
    """Put somebody before all others who wait, in the list and in every run. Of several whoever has waited longest
    is first.

    Refused without a reason, where they wait no more, where a lead did it already, and for whoever is no lead.
    """
    _must_lead(enrolment, by, now)
    reason = " ".join(reason.split())
    longest = Enrolment._meta.get_field("put_first_why").max_length
    if not reason:
        raise Refused("Say why. The other leads read it.")
    if len(reason) > longest:
        raise Refused(f"The reason can have {longest} characters. It has {len(reason)}.")
    if not waiting_in(enrolment.cohort).filter(pk=enrolment.pk).exists():
        raise Refused(f"{enrolment.person.given_name} does not wait any more.")
    first = Enrolment.objects.filter(pk=enrolment.pk, put_first_at=None)
    if not first.update(put_first_at=now, put_first_by=by, put_first_why=reason):
        raise Refused(f"{enrolment.person.given_name} comes first already.")
    return _recorded(Verb.PUT_FIRST, enrolment, by, now)


@transaction.atomic
def take_back(*, enrolment: Enrolment, by: Person, now: datetime) -> Enrolment:
    """Let somebody wait like everybody else again. Refused where nobody has put them first, or not any more."""
    _must_lead(enrolment, by, now)
    first = Enrolment.objects.filter(pk=enrolment.pk, put_first_at__isnull=False)
    if not first.update(put_first_at=None, put_first_by=None, put_first_why=""):
        raise Refused("This has been taken back already.")
    return _recorded(Verb.PUT_FIRST_LIFTED, enrolment, by, now)


def _must_lead(enrolment: Enrolment, by: Person, now: datetime) -> None:
    if not Enrolment.objects.led_by(by, now=now).filter(pk=enrolment.pk).exists():
        raise Refused("Only a lead of this programme can do that.")


def _recorded(verb: Verb, enrolment: Enrolment, by: Person, now: datetime) -> Enrolment:
    record(verb, by=by, now=now, on=enrolment, about=enrolment.person, scope=("cohort", enrolment.cohort_id))
    enrolment.refresh_from_db()
    return enrolment
