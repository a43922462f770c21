"""Confidential programmes (R18): who leads one, and what must be so before anybody can join it.

Whoever manages anybody leads none (``models.cohorts.led``): what each page leaves out belongs there, not here.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef

from audit.refusal import Refused
from people.models import Person
from programmes.models import Cohort, Enrolment, Programme
from programmes.models.cohorts import managers
from programmes.queries import leads_of

LEADS_NEEDED = 2  # one acts where the other may not

ONE_LEAD = (
    "Who takes part in this programme is confidential, so it needs two leads who line-manage nobody before anybody can "
    "join: one acts where the other may not. Give the role to one more person first."
)
MANAGES = (
    "You line-manage people, so you cannot lead this programme: who takes part is confidential, from line managers "
    "too. Somebody who manages nobody can."
)
PROMISED = "People take part because nobody would learn of it. This can be changed when nobody takes part any more."


def must_have_two_leads(programme: Programme, *, now: datetime) -> None:
    """Refused while a confidential programme has one lead or none who may see who takes part."""
    if programme.is_confidential and leads_of(programme, now=now).count() < LEADS_NEEDED:
        raise Refused(ONE_LEAD)


def must_be_able_to_lead(person: Person | None, *, now: datetime) -> None:
    """Refused for whoever manages somebody: a confidential programme would be out of their sight at once."""
    if person is not None and managers(now).filter(manager=person).exists():
        raise Refused(MANAGES)


def must_be_able_to_change(programme: Programme, confidential: bool, *, by: Person | None, now: datetime) -> None:
    """Refused where a programme cannot become confidential, or stop being so, as things stand."""
    if confidential == programme.is_confidential:
        return
    if not confidential and _anybody_in(programme):
        raise Refused(PROMISED)
    if confidential:
        must_be_able_to_lead(by, now=now)


def _anybody_in(programme: Programme) -> bool:
    states = [Enrolment.State.OFFERED, Enrolment.State.ENROLLED]
    return Enrolment.objects.filter(cohort__programme=programme, state__in=states).exists()


def mail_is_discreet() -> Exists:
    """Of a notice: whether its cohort is one of a confidential programme, so that its mail says nothing."""
    return Exists(Cohort.objects.filter(pk=OuterRef("cohort_id"), programme__is_confidential=True).order_by())
