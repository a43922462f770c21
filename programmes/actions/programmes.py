"""Starting, renaming and closing a programme, and its cohorts."""

from datetime import date, datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Organisation, Person
from programmes import confidential, mentoring_models
from programmes.mentoring_models import own
from programmes.models import Cohort, OwnModelVersion, Programme

COMING = "This way of mentoring cannot be started yet: it is still being made."


@transaction.atomic
def start(
    *,
    organisation: Organisation,
    model_key: str,
    name: str,
    cohort_name: str,
    start_date: date,
    end_date: date | None = None,
    by: Person | None,
    now: datetime,
) -> Cohort:
    """Start a programme that runs the model ``model_key``, and open its first cohort, which is returned.

    The model is a file, or the newest version of one of the organisation's own.
    Refused where the organisation has a programme of this name, where the model
    cannot be started yet, and where it is confidential for whoever manages somebody.
    KeyError where there is no such model.
    """
    version = (
        OwnModelVersion.objects.filter(own_model__organisation=organisation, own_model__key=model_key)
        .order_by("-number")
        .first()
    )
    model = own.read_text(version.text) if version else mentoring_models.get(model_key)
    if not model.is_ready:
        raise Refused(COMING)
    _name_is_free(organisation, name)
    if model.confidential_membership:
        confidential.must_be_able_to_lead(by, now=now)
    programme = Programme.objects.create(
        organisation=organisation,
        model_key=model_key,
        own_version=version,
        name=name,
        is_confidential=model.confidential_membership,
        created_at=now,
    )
    record(Verb.PROGRAMME_STARTED, by=by, now=now, on=programme, scope=("organisation", organisation.pk))
    return open_cohort(programme=programme, name=cohort_name, start_date=start_date, end_date=end_date, by=by, now=now)


@transaction.atomic
def rename(*, programme: Programme, name: str, by: Person | None, now: datetime) -> Programme:
    """Give a programme another name; members see it at once. Refused where the organisation has one of this name."""
    if name == programme.name:
        return programme
    _name_is_free(programme.organisation, name)
    programme.name = name
    programme.save(update_fields=["name"])
    record(Verb.PROGRAMME_RENAMED, by=by, now=now, on=programme, scope=("programme", programme.pk))
    return programme


@transaction.atomic
def close(*, programme: Programme, by: Person | None, now: datetime) -> Programme:
    """Close a programme: nobody joins or is matched any more. Pairs that live go on until their members end them.

    Nobody is written to. Refused where it is closed already.
    """
    if not Programme.objects.filter(pk=programme.pk, closed_at=None).update(closed_at=now):
        raise Refused(f"{programme} is closed already.")
    record(Verb.PROGRAMME_CLOSED, by=by, now=now, on=programme, scope=("programme", programme.pk))
    programme.refresh_from_db()
    return programme


@transaction.atomic
def reopen(*, programme: Programme, by: Person | None, now: datetime) -> Programme:
    """Open a closed programme again, with the cohorts that were open. Refused where it is open."""
    if not Programme.objects.filter(pk=programme.pk).exclude(closed_at=None).update(closed_at=None):
        raise Refused(f"{programme} is open.")
    record(Verb.PROGRAMME_REOPENED, by=by, now=now, on=programme, scope=("programme", programme.pk))
    programme.refresh_from_db()
    return programme


@transaction.atomic
def open_cohort(
    *,
    programme: Programme,
    name: str,
    start_date: date,
    end_date: date | None = None,
    by: Person | None,
    now: datetime,
) -> Cohort:
    """Open one more run of a programme; without ``end_date`` a rolling one.

    Refused where the programme is closed or has a cohort of this name, and
    where the end is not after the start.
    """
    if programme.closed_at is not None:
        raise Refused(f"{programme} is closed. Open it again first.")
    if programme.cohorts.filter(name=name).exists():
        raise Refused(f"{programme} already has a cohort called {name}. Choose another name.")
    if end_date is not None and end_date <= start_date:
        raise Refused("The end date is not after the start date.")
    cohort = Cohort.objects.create(
        programme=programme, name=name, start_date=start_date, end_date=end_date, created_at=now
    )
    record(Verb.COHORT_OPENED, by=by, now=now, on=cohort, scope=("programme", programme.pk))
    return cohort


@transaction.atomic
def close_cohort(*, cohort: Cohort, by: Person | None, now: datetime) -> Cohort:
    """Close one run: as ``close``, for this cohort alone. Refused where it is closed already."""
    if not Cohort.objects.filter(pk=cohort.pk, closed_at=None).update(closed_at=now):
        raise Refused(f"{cohort} is closed already.")
    record(Verb.COHORT_CLOSED, by=by, now=now, on=cohort, scope=("programme", cohort.programme_id))
    cohort.refresh_from_db()
    return cohort


@transaction.atomic
def reopen_cohort(*, cohort: Cohort, by: Person | None, now: datetime) -> Cohort:
    """Open a closed cohort again. Refused where it is open, or its programme is closed."""
    if cohort.programme.closed_at is not None:
        raise Refused(f"{cohort.programme} is closed. Open it again first.")
    if not Cohort.objects.filter(pk=cohort.pk).exclude(closed_at=None).update(closed_at=None):
        raise Refused(f"{cohort} is open.")
    record(Verb.COHORT_REOPENED, by=by, now=now, on=cohort, scope=("programme", cohort.programme_id))
    cohort.refresh_from_db()
    return cohort


def _name_is_free(organisation: Organisation, name: str) -> None:
    if Programme.objects.filter(organisation=organisation, name=name).exists():
        raise Refused(f"{organisation} already has a programme called {name}. Choose another name.")
