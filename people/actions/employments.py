"""Jobs and lines of management: starting, changing and ending them."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people import bands
from people.models import Employment, LineManagement, Organisation, Person, Site, Team


@transaction.atomic
def start(
    *,
    person: Person,
    organisation: Organisation,
    site: Site | None = None,
    team: Team | None = None,
    job_title: str = "",
    band: str = "",
    level: str = "",
    staff_number: str = "",
    start_date: date | None = None,
    by: Person | None,
    now: datetime,
) -> Employment:
    """Give somebody a job, from today unless ``start_date`` says otherwise.

    ``level`` follows from the title or the band where it is not given (docs/DOMAIN.md).
    """
    for part in (site, team):
        if part is not None and part.organisation_id != organisation.pk:
            raise Refused(f"{part} does not belong to {organisation}.")
    today = timezone.localdate(now)
    if Employment.objects.not_over(on=today).filter(person=person, organisation=organisation).exists():
        raise Refused(f"{person.name} already works for {organisation}.")
    others = Employment.objects.not_over(on=today).filter(organisation=organisation, staff_number=staff_number)
    if staff_number and others.exists():
        raise Refused(f"Somebody at {organisation} already has the staff number {staff_number}.")
    job = Employment(
        person=person,
        organisation=organisation,
        site=site,
        team=team,
        job_title=job_title,
        band=band,
        level=level or bands.level_from_title(job_title) or bands.level(band),
        staff_number=staff_number,
        start_date=start_date or today,
    )
    job.clean_fields()
    job.save()
    record(Verb.EMPLOYMENT_STARTED, by=by, now=now, on=job, about=person, scope=("organisation", organisation.pk))
    return job


@transaction.atomic
def end(*, employment: Employment, by: Person | None, now: datetime) -> Employment:
    """End a job today; one that has not begun yet never takes place."""
    today = timezone.localdate(now)
    if employment.end_date is not None and employment.end_date <= today:
        raise Refused("This job has already ended.")
    employment.end_on(today)
    record(
        Verb.EMPLOYMENT_ENDED,
        by=by,
        now=now,
        on=employment,
        about=employment.person,
        scope=("organisation", employment.organisation_id),
    )
    return employment


@transaction.atomic
def set_managers(*, person: Person, managers: Iterable[Person], by: Person | None, now: datetime) -> None:
    """Make ``managers`` the direct managers of ``person`` from today, and nobody else.

    Refused where somebody would manage themselves. A longer loop is allowed
    here and reported by people/line_management.py, since two lists may each be right in part.
    """
    wanted = {manager.pk: manager for manager in managers}
    if person.pk in wanted:
        raise Refused("Nobody can be their own manager.")
    today = timezone.localdate(now)
    current = {line.manager_id: line for line in LineManagement.objects.not_over(on=today).filter(report=person)}
    if current.keys() == wanted.keys():
        return
    for manager, line in current.items():
        if manager not in wanted:
            line.end_on(today)
    LineManagement.objects.bulk_create(
        LineManagement(report=person, manager=manager, start_date=today)
        for pk, manager in wanted.items()
        if pk not in current
    )
    record(Verb.MANAGERS_CHANGED, by=by, now=now, on=person, about=person)
