"""Jobs and lines of management: starting, changing and ending them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people import bands
from people.days import in_words
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


DETAILS = ("site", "team", "job_title", "band", "level", "staff_number")


@transaction.atomic
def change(
    *,
    employment: Employment,
    site: Site | None,
    team: Team | None,
    job_title: str,
    band: str,
    level: str,
    staff_number: str,
    start_date: date | None = None,
    since: date | None = None,
    by: Person | None,
    now: datetime,
) -> Employment:
    """Change a job that is not over; return the row that holds from then on.

    Without ``since`` what was on record was wrong, and is put right for the whole
    period; ``start_date`` corrects its first day. With ``since`` it was right until
    that day, and a new period begins on it. Without a difference nothing is recorded.
    """
    organisation = employment.organisation
    for part in (site, team):
        if part is not None and part.organisation_id != organisation.pk:
            raise Refused(f"{part} does not belong to {organisation}.")
    today = timezone.localdate(now)
    if employment.is_over(today):
        raise Refused("This job has ended.")
    wanted = {
        "site": site,
        "team": team,
        "job_title": " ".join(job_title.split()),
        "band": band,
        "level": level or bands.level_from_title(job_title) or bands.level(band),
        "staff_number": staff_number.strip(),
    }
    if wanted["staff_number"]:
        others = Employment.objects.not_over(on=today).filter(
            organisation=organisation, staff_number=wanted["staff_number"]
        )
        if others.exclude(person=employment.person_id).exists():
            raise Refused(f"Somebody at {organisation} already has the staff number {wanted['staff_number']}.")
    same = all(getattr(employment, name) == value for name, value in wanted.items())
    moved = start_date is not None and start_date != employment.start_date
    if same and (since is not None or not moved):
        return employment
    job = employment
    if since is None:
        if moved:
            _move_start(employment, start_date)
    else:
        if since <= employment.start_date:
            raise Refused(f"The day of the change is not after {in_words(employment.start_date)}, when the job began.")
        if employment.end_date is not None and since >= employment.end_date:
            raise Refused("The day of the change is not before the day on which the job ends.")
        job = Employment(
            person_id=employment.person_id,
            organisation=organisation,
            start_date=since,
            end_date=employment.end_date,
            last_working_day=employment.last_working_day,
        )
        employment.end_date = since
        employment.save(update_fields=["end_date"])
    for name, value in wanted.items():
        setattr(job, name, value)
    job.clean_fields()
    job.save()
    record(
        Verb.EMPLOYMENT_CHANGED,
        by=by,
        now=now,
        on=job,
        about=employment.person,
        scope=("organisation", organisation.pk),
    )
    return job


def _move_start(job: Employment, day: date) -> None:
    """Correct the first day of a period; the period right before it, if there is one, ends with it."""
    before = Employment.objects.filter(
        person=job.person_id, organisation=job.organisation_id, end_date=job.start_date
    ).exclude(pk=job.pk)
    if job.end_date is not None and day > job.end_date:
        raise Refused("The start date is after the day on which the job ends.")
    for earlier in before:
        if day <= earlier.start_date:
            raise Refused(f"An earlier period of this job began on {in_words(earlier.start_date)}.")
        earlier.end_date = day
        earlier.save(update_fields=["end_date"])
    job.start_date = day


@transaction.atomic
def announce_end(
    *, employment: Employment, last_working_day: date | None, by: Person | None, now: datetime
) -> Employment:
    """Keep the last working day of a job, today or to come; None: there is none after all.

    Nothing ends by it. Once the day is over, the sweep marks the person as having left
    (``people.leave_after_last_day``).
    """
    today = timezone.localdate(now)
    if employment.is_over(today):
        raise Refused("This job has ended.")
    if last_working_day is not None:
        if last_working_day < today:
            raise Refused(
                f"{in_words(last_working_day)} is over. Mark {employment.person.name} as having left instead."
            )
        if last_working_day < employment.start_date:
            raise Refused(f"The job begins later, on {in_words(employment.start_date)}.")
    if last_working_day == employment.last_working_day:
        return employment
    employment.last_working_day = last_working_day
    employment.save(update_fields=["last_working_day"])
    record(
        Verb.EMPLOYMENT_CHANGED,
        by=by,
        now=now,
        on=employment,
        about=employment.person,
        scope=("organisation", employment.organisation_id),
    )
    return employment


@transaction.atomic
def end(*, employment: Employment, by: Person | None, now: datetime) -> Employment:
    """End a job today, or after its last working day where that is over already; one that has not begun yet never
    takes place."""
    today = timezone.localdate(now)
    if employment.end_date is not None and employment.end_date <= today:
        raise Refused("This job has already ended.")
    last = employment.last_working_day
    employment.end_on(min(last + timedelta(days=1), today) if last else today)
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
