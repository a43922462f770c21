"""People: adding them, changing their details, their leaving."""

from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people import leaver_steps
from people.access import Access
from people.actions import employments, grants, guests, invitations, links, ties
from people.models import Employment, Grant, Guest, LineManagement, Organisation, Person, Tie
from people.names import address, tidy
from people.roles import ROLE_BEYOND, reaching_further

UNCHANGED = object()


@transaction.atomic
def add(
    *, given_name: str, family_name: str = "", email: str | None = None, by: Person | None, now: datetime
) -> Person:
    """Add somebody whom the portal does not know yet. They cannot sign in until they are invited."""
    person = Person(given_name=tidy(given_name), family_name=tidy(family_name), email=address(email), created_at=now)
    person.set_unusable_password()
    _check(person)
    person.save()
    invitations.ensure_address(person=person, by=by, now=now)
    record(Verb.PERSON_ADDED, by=by, now=now, on=person, about=person)
    return person


@transaction.atomic
def take_on(
    *,
    organisation: Organisation,
    given_name: str,
    family_name: str = "",
    email: str | None = None,
    works_at: str | None = None,
    managers: Iterable[Person] = (),
    by: Person | None,
    now: datetime,
    **job,
) -> Person:
    """Add somebody by hand: with a job at ``organisation`` (``job`` as for employments.start), or, where
    ``works_at`` is given, as somebody from outside without one."""
    person = add(given_name=given_name, family_name=family_name, email=email, by=by, now=now)
    if works_at is not None:
        guests.add(person=person, organisation=organisation, works_at=works_at, by=by, now=now)
        return person
    employments.start(person=person, organisation=organisation, by=by, now=now, **job)
    if managers:
        employments.set_managers(person=person, managers=managers, by=by, now=now)
    return person


@transaction.atomic
def change(
    *,
    person: Person,
    given_name: str = UNCHANGED,
    family_name: str = UNCHANGED,
    email: str | None = UNCHANGED,
    by: Person | None,
    now: datetime,
) -> Person:
    """Change somebody's name or address; what is not named stays. Without a difference nothing is recorded.

    The address is how a person signs in, so once they have done so only they
    themselves can change it: otherwise whoever keeps a staff list could take
    over an account by writing another address into it. An administrator can, having
    made sure by another way than mail who is asking; that too is on record. Nor,
    before anybody has signed in, does it change at the word of somebody who could
    not give a role that the person holds: the invitation would hand it to them.
    """
    before = (person.given_name, person.family_name, person.email)
    if given_name is not UNCHANGED:
        person.given_name = tidy(given_name)
    if family_name is not UNCHANGED:
        person.family_name = tidy(family_name)
    if email is not UNCHANGED:
        person.email = address(email)
    if (person.given_name, person.family_name, person.email) == before:
        return person
    if person.email != before[2] and by != person:
        access = Access(by, now=now)
        if person.has_signed_in and not access.is_administrator:
            raise Refused(
                f"{person.name} already signs in with another e-mail address. Only they can change it, or an "
                "administrator."
            )
        if by is not None and reaching_further([person.pk], access):
            raise Refused(ROLE_BEYOND.format(name=person.name))
    _check(person)
    person.save(update_fields=["given_name", "family_name", "email"])
    if person.email != before[2]:
        invitations.ensure_address(person=person, by=by, now=now)
    record(Verb.PERSON_CHANGED, by=by, now=now, on=person, about=person)
    return person


@transaction.atomic
def leave(*, person: Person, by: Person | None, now: datetime) -> Person:
    """Mark somebody as having left: from today they work nowhere, hold no role and cannot sign in.

    Relationships, notices and what else hangs on them end by the steps that the
    rooms above registered (people/leaver_steps.py). Nothing is deleted.
    """
    if by is not None and by.pk == person.pk:
        raise Refused("You cannot mark yourself as having left. Ask another lead or an administrator.")
    if not person.is_active:
        raise Refused(f"{person.name} has already left.")
    for step in leaver_steps.registered().values():
        step(person=person, by=by, now=now)
    today = timezone.localdate(now)
    for job in Employment.objects.not_over(on=today).filter(person=person):
        employments.end(employment=job, by=by, now=now)
    _end_lines(person, today)
    for place in Guest.objects.not_over(on=today).filter(person=person):
        guests.end(guest=place, by=by, now=now)
    for grant in Grant.objects.not_over(on=today).filter(person=person):
        grants.end_for_leaver(grant=grant, by=by, now=now)
    for tie in Tie.objects.not_over(on=today).filter(person=person) | Tie.objects.not_over(on=today).filter(
        other=person
    ):
        ties.end(tie=tie, by=by, now=now)
    links.revoke_all(person=person, by=by, now=now)
    person.is_active = False
    person.save(update_fields=["is_active"])
    record(Verb.PERSON_LEFT, by=by, now=now, on=person, about=person)
    return person


@transaction.atomic
def leave_organisation(*, person: Person, organisation: Organisation, by: Person | None, now: datetime) -> Person:
    """End what ties ``person`` to one organisation; who works nowhere else has left altogether (``leave``)."""
    today = timezone.localdate(now)
    jobs = list(Employment.objects.not_over(on=today).filter(person=person))
    places = list(Guest.objects.not_over(on=today).filter(person=person))
    if all(row.organisation_id == organisation.pk for row in [*jobs, *places]):
        return leave(person=person, by=by, now=now)
    here = Employment.objects.not_over(on=today).filter(organisation=organisation).order_by().values("person")
    lines = LineManagement.objects.not_over(on=today)
    for line in lines.filter(report=person, manager__in=here) | lines.filter(manager=person, report__in=here):
        line.end_on(today)
    for job in jobs:
        if job.organisation_id == organisation.pk:
            employments.end(employment=job, by=by, now=now)
    for place in places:
        if place.organisation_id == organisation.pk:
            guests.end(guest=place, by=by, now=now)
    return person


def leave_after_last_day(*, by: Person | None, now: datetime) -> int:
    """Mark those as having left whose last working day is over, each in a transaction of their own; return how many.

    Whoever works elsewhere too leaves that organisation alone. Safe twice and in parallel: the job is over then.
    """
    today = timezone.localdate(now)
    due = Employment.objects.not_over(on=today).filter(last_working_day__lt=today, person__is_active=True)
    left = 0
    for pk in due.order_by("last_working_day", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            # The person too: two jobs of one person that end at once would each take the other for going on.
            rows = due.select_for_update(of=("self", "person")).select_related("person", "organisation")
            job = rows.filter(pk=pk).first()
            if job is not None:
                leave_organisation(person=job.person, organisation=job.organisation, by=by, now=now)
                left += 1
    return left


@transaction.atomic
def come_back(*, person: Person, by: Person | None, now: datetime) -> Person:
    """Let somebody who had left be active again. Their old jobs and roles stay ended; what they had is not lost.

    Their old password no longer opens the account: they are invited anew.
    """
    if person.is_active:
        raise Refused(f"{person.name} has not left.")
    if person.merged_into_id:
        raise Refused(f"This record was merged into that of {person.merged_into.name}.")
    person.is_active = True
    person.password = make_password(None)
    person.save(update_fields=["is_active", "password"])
    record(Verb.PERSON_RETURNED, by=by, now=now, on=person, about=person)
    return person


@transaction.atomic
def take_back(
    *, person: Person, organisation: Organisation, works_at: str | None = None, by: Person | None, now: datetime, **job
) -> Person:
    """Let somebody who had left come back to ``organisation``: with a job (as for employments.start), or, where
    ``works_at`` is given, as somebody from outside."""
    come_back(person=person, by=by, now=now)
    if works_at is not None:
        guests.add(person=person, organisation=organisation, works_at=works_at, by=by, now=now)
    else:
        employments.start(person=person, organisation=organisation, by=by, now=now, **job)
    return person


def _check(person: Person):
    if not person.given_name:
        raise Refused("Give a name.")
    try:
        person.clean_fields(exclude=["password"])
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    if person.email and Person.objects.filter(email=person.email).exclude(pk=person.pk).exists():
        raise Refused("Somebody already has this e-mail address.")


def _end_lines(person: Person, today: date):
    for lines in (LineManagement.objects.filter(report=person), LineManagement.objects.filter(manager=person)):
        for line in lines.not_over(on=today):
            line.end_on(today)
