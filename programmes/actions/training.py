"""Recording who did the training that a programme asks for. Who came to a gathering is said in the room above."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.actions import facts
from people.models import Person
from programmes import mentoring_models
from programmes.models import Enrolment


@transaction.atomic
def record_training(*, enrolments: Iterable[Enrolment], day: date, by: Person | None, now: datetime) -> None:
    """Record for each of ``enrolments`` that its person did the training on ``day``.

    It goes on the person's record too, so that it counts in every programme; but
    not from a confidential one, where the record would tell who takes part.
    Refused for a day to come.
    """
    if day > timezone.localdate(now):
        raise Refused("That day is still to come.")
    for enrolment in enrolments:
        cohort = enrolment.cohort
        Enrolment.objects.filter(pk=enrolment.pk).update(trained_on=day)
        record(
            Verb.TRAINING_RECORDED, by=by, now=now, on=enrolment, about=enrolment.person, scope=("cohort", cohort.pk)
        )
        if not cohort.programme.is_confidential:
            kind = mentoring_models.of(cohort.programme).training.fact
            facts.record(person=enrolment.person, kind=kind, value=day, by=by, now=now)
