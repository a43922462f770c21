"""Filling in what is missing about people of a cohort: facts, and what their job lacks."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from audit.refusal import Refused
from people.actions import employments, facts, ties
from people.models import Person, Site, Team, Tie
from programmes.gaps import jobs_here
from programmes.models import Cohort, Enrolment
from programmes.rules.facts import BAND, DS, MANAGER, SITE, TEAM

Value = date | str | dict | Site | Team | Person | None


@transaction.atomic
def fill(*, cohort: Cohort, answers: Iterable[tuple[Enrolment, str, Value]], by: Person | None, now: datetime) -> int:
    """Record each answer ``(enrolment, kind, value)``, all or nothing; return how many there were.

    None says that the fact does not apply. ``site`` and ``team`` take the row, ``manager`` and ``ds`` the
    person; ``band`` takes ``{"band": "7"}`` or, for a job without one, ``{"level": "advanced"}``. Refused for
    somebody who has no job with the cohort's organisation in which to put these.
    """
    of_jobs: dict[int, dict] = defaultdict(dict)
    people: dict[int, Person] = {}
    count = 0
    for enrolment, kind, value in answers:
        count += 1
        people[enrolment.person_id] = enrolment.person
        if kind == BAND:
            of_jobs[enrolment.person_id] |= value
        elif kind == MANAGER:
            employments.set_managers(person=enrolment.person, managers=[value], by=by, now=now)
        elif kind == DS:
            ties.record(kind=Tie.Kind.DS, person=enrolment.person, other=value, by=by, now=now)
        elif kind in (SITE, TEAM):
            of_jobs[enrolment.person_id][kind] = value
        else:
            facts.record(person=enrolment.person, kind=kind, value=value, applies=value is not None, by=by, now=now)
    jobs = jobs_here(cohort, of_jobs, now=now)
    for person, changes in of_jobs.items():
        if person not in jobs:
            raise Refused(f"{people[person].name} has no job with {cohort.programme.organisation} to change.")
        known = {name: getattr(jobs[person], name) for name in employments.DETAILS}
        employments.change(employment=jobs[person], by=by, now=now, **known | changes)
    return count
