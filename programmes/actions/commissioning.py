"""A commissioner's word that people have protected time, where the model asks for it before a group opens."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Grant, Person
from programmes import mentoring_models
from programmes.models import Cohort


@transaction.atomic
def confirm_time(*, cohort: Cohort, by: Person, now: datetime) -> Cohort:
    """Say that people have the time. A commissioner of the programme; or a lead, to whom the commissioner said so.
    Twice changes nothing."""
    _must_speak_for_it(cohort, by, now)
    open_ones = Cohort.objects.filter(pk=cohort.pk, time_confirmed_at=None)
    if open_ones.update(time_confirmed_at=now, time_confirmed_by=by):
        record(Verb.TIME_CONFIRMED, by=by, now=now, on=cohort, scope=("programme", cohort.programme_id))
    cohort.refresh_from_db()
    return cohort


@transaction.atomic
def withdraw_time(*, cohort: Cohort, by: Person, now: datetime) -> Cohort:
    """The time is not there any more: no further group opens. Those that meet go on."""
    _must_speak_for_it(cohort, by, now)
    confirmed = Cohort.objects.filter(pk=cohort.pk, time_confirmed_at__isnull=False)
    if confirmed.update(time_confirmed_at=None, time_confirmed_by=None):
        record(Verb.TIME_WITHDRAWN, by=by, now=now, on=cohort, scope=("programme", cohort.programme_id))
    cohort.refresh_from_db()
    return cohort


def _must_speak_for_it(cohort: Cohort, by: Person, now: datetime) -> None:
    programme = cohort.programme
    group = mentoring_models.of(programme).group
    if group is None or not group.time_is_confirmed:
        raise Refused("On this programme nobody needs to confirm protected time.")
    of_programme = Q(scope_kind=Grant.ScopeKind.PROGRAMME, scope_id=programme.pk)
    of_organisation = Q(scope_kind=Grant.ScopeKind.ORGANISATION, scope_id=programme.organisation_id)
    held = Grant.objects.live(on=timezone.localdate(now)).filter(person=by, role=Grant.Role.COMMISSIONER)
    leads = Cohort.objects.led_by(by, now=now).filter(pk=cohort.pk)
    if not held.filter(of_programme | of_organisation).exists() and not leads.exists():
        raise Refused("Only the commissioner of this programme or a lead can confirm the time.")
