"""Named moments of a programme's life, for tests that need a whole world."""

from datetime import datetime

from programmes.models import Enrolment
from tests.builders import people, programmes

ROLES = ["mentee", "mentor", "lead", "site-lead", "host-officer", "commissioner", "administrator", "bystander"]


def world(*, now: datetime) -> dict:
    """One organisation with somebody in every role and one of every thing, and its twin beside it.

    People by role (``ROLES``), things by word ("cohort", "relationship"), the
    twin's things as "other_cohort". Values of things are what stands in an address.
    """
    ours = _organisation(now=now)
    theirs = _organisation(now=now)
    return ours | {f"other_{word}": thing for word, thing in theirs.items() if word not in ROLES}


def _organisation(*, now: datetime) -> dict:
    organisation = people.organisation(now=now)
    site = people.site(organisation, now=now)
    cohort = programmes.cohort(organisation=organisation, now=now)
    mentee = programmes.mentee(cohort, site=site, now=now)
    mentor = programmes.mentor(cohort, site=site, now=now)
    relationship = programmes.pair(cohort, mentee, mentor, now=now)
    waiting = programmes.mentee(cohort, site=site, now=now)
    programmes.mentor(cohort, site=site, now=now)
    employed = {"organisation": organisation, "site": site, "now": now}
    administrator = people.administrator(**employed)
    return {
        "mentee": mentee.person,
        "mentor": mentor.person,
        "lead": people.lead(organisation, now=now, site=site),
        "site-lead": people.site_lead(site, now=now),
        "host-officer": people.host_officer(organisation, now=now),
        "commissioner": people.commissioner(organisation, now=now),
        "administrator": administrator,
        "bystander": people.person(**employed),
        "person": mentee.person.pk,
        "programme": cohort.programme.pk,
        "cohort": cohort.pk,
        "enrolment": _free(waiting).pk,
        "relationship": relationship.pk,
    }


def _free(enrolment: Enrolment) -> Enrolment:
    """An enrolment that may still be withdrawn, because no relationship hangs on it."""
    assert enrolment.places_taken == 0
    return enrolment
