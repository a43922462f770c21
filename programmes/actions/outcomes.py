"""Recording that somebody reached what a programme is for: what is theirs in it closes, and they may mentor."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import mentoring_models
from programmes.actions import enrolments, joining
from programmes.models import Enrolment, Side


@transaction.atomic
def reach(*, enrolment: Enrolment, by: Person, now: datetime) -> Enrolment:
    """Record that ``by`` has reached the aim of the programme. Their mentoring and their groups there close.

    They are asked once whether they would mentor, which they may decline like
    anybody. Refused from anybody else, where the programme has no such aim, and a
    second time.
    """
    outcome = mentoring_models.of(enrolment.cohort.programme).duration.outcome
    if by.pk != enrolment.person_id or not outcome or enrolment.side != Side.MENTEE:
        raise Refused("Only somebody whose aim it is can record it.")
    today = timezone.localdate(now)
    if not Enrolment.objects.live().filter(pk=enrolment.pk, outcome_on=None).update(outcome_on=today):
        raise Refused("This is recorded already.")
    scope = ("cohort", enrolment.cohort_id)
    record(Verb.OUTCOME_REACHED, by=by, now=now, on=enrolment, about=by, scope=scope)
    enrolments.withdraw(enrolment=enrolment, by=by, now=now)
    mentors = enrolment.cohort.enrolments.live().on_side(Side.MENTOR)
    if by.email and enrolment.cohort.is_open and not mentors.filter(person=by).exists():
        joining.ask(cohort=enrolment.cohort, person=by, side=Side.MENTOR, by=None, now=now)
    enrolment.refresh_from_db()
    return enrolment
