"""Starting a programme with its first cohort."""

from datetime import date, datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Organisation, Person
from programmes import mentoring_models
from programmes.models import Cohort, Programme


@transaction.atomic
def start(
    *,
    organisation: Organisation,
    model_key: str,
    name: str,
    cohort_name: str,
    start_date: date,
    by: Person | None,
    now: datetime,
) -> Cohort:
    """Start a programme that runs the model ``model_key``, and open its first cohort, which is returned.

    Refused where the organisation has a programme of this name, or the model
    cannot be started yet. KeyError where there is no such model.
    """
    if not mentoring_models.get(model_key).is_ready:
        raise Refused("This way of mentoring cannot be started yet.")
    if Programme.objects.filter(organisation=organisation, name=name).exists():
        raise Refused(f"{organisation} already has a programme called {name}. Choose another name.")
    programme = Programme.objects.create(organisation=organisation, model_key=model_key, name=name, created_at=now)
    record(Verb.PROGRAMME_STARTED, by=by, now=now, on=programme, scope=("organisation", organisation.pk))
    return open_cohort(programme=programme, name=cohort_name, start_date=start_date, by=by, now=now)


@transaction.atomic
def open_cohort(*, programme: Programme, name: str, start_date: date, by: Person | None, now: datetime) -> Cohort:
    """Open one more run of a programme. Refused where the programme has a cohort of this name."""
    if programme.cohorts.filter(name=name).exists():
        raise Refused(f"{programme} already has a cohort called {name}. Choose another name.")
    cohort = Cohort.objects.create(programme=programme, name=name, start_date=start_date, created_at=now)
    record(Verb.COHORT_OPENED, by=by, now=now, on=cohort, scope=("programme", programme.pk))
    return cohort
