"""What several parts of the demo's world do alike: starting a programme, employing and enrolling, accepting rules."""

from datetime import datetime, timedelta

from django.utils import timezone

from people.actions import employments, facts, people
from people.models import Organisation, Person
from programmes.actions import agreements, enrolments, programmes
from programmes.agreements import agreement_of, digest_of
from programmes.models import Cohort, Enrolment, Relationship


def start(organisation: Organisation, key: str, name: str, starts: datetime, *, by: Person | None) -> Cohort:
    """A programme of ``organisation`` and its first cohort, set up four weeks before it starts."""
    begins = timezone.localdate(starts)
    return programmes.start(
        organisation=organisation,
        model_key=key,
        name=name,
        cohort_name=f"From {begins.year}",
        start_date=begins,
        by=by,
        now=starts - timedelta(weeks=4),
    )


def enrol(cohort: Cohort, person: Person, side: str, *, by: Person | None, now: datetime, **more) -> Enrolment:
    """Somebody who said yes takes part."""
    return enrolments.enrol(cohort=cohort, person=person, side=side, volunteered=True, by=by, now=now, **more)


def employed(
    organisation: Organisation,
    name: str,
    title: str,
    now: datetime,
    *,
    email: str = "",
    known: dict | None = None,
    **job,
) -> Person:
    """Somebody with a job; ``known`` are facts, by kind."""
    given, _, family = name.partition(" ")
    email = email or f"{given}.{family}@example.org".lower()
    person = people.add(given_name=given, family_name=family, email=email, by=None, now=now)
    employments.start(person=person, organisation=organisation, job_title=title, by=None, now=now, **job)
    for kind, value in (known or {}).items():
        facts.record(person=person, kind=kind, value=value, by=None, now=now)
    return person


def accept(relationship: Relationship, person: Person, now: datetime) -> None:
    """They accept its ground rules."""
    digest = digest_of(agreement_of(relationship).text)
    agreements.accept(relationship=relationship, digest=digest, by=person, now=now)
