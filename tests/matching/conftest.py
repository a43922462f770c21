"""A cohort with three trainees, three mentors and a lead. Pages read the clock: here it stands at ``now``."""

from types import SimpleNamespace

import pytest
import time_machine

from people.actions import facts
from tests.builders import people, programmes


@pytest.fixture
def clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def world(db, now):
    return make_world(now)


def make_world(now):
    """Asha and Cara work where Ben and Dev do; Femi and Gwen share the other site."""
    home = people.organisation(now=now, name="Northbank Hospital")
    north, south = people.site(home, now=now, name="North site"), people.site(home, now=now, name="South site")
    cohort = programmes.cohort(now=now, organisation=home, name="Trainee mentoring")

    def mentee(name, site, **details):
        return programmes.mentee(cohort, name, now=now, site=site, **details)

    def mentor(name, site, **details):
        return programmes.mentor(cohort, name, now=now, site=site, **details)

    return SimpleNamespace(
        home=home,
        cohort=cohort,
        lead=people.lead(home, "Lena Marsh", now=now),
        asha=mentee("Asha Rao", north),
        cara=mentee("Cara Lund", north),
        femi=mentee("Femi Ade", south),
        ben=mentor("Ben Okoro", north),
        dev=mentor("Dev Shah", north),
        gwen=mentor("Gwen Hale", south),
    )


GIVEN = ("Asha", "Ben", "Cara", "Dev", "Ella", "Femi", "Gwen", "Hana", "Ivo", "Jess", "Kofi", "Lena", "Mo", "Nia")
FAMILY = ("Abbott", "Brook", "Chand", "Dale", "Evans", "Field", "Grant", "Hall", "Iqbal", "Jones", "Khan")


def make_department(now, *, mentees=44, mentors=42):
    """Some forty pairs on three sites, with too few places, a close call or two, and styles that differ."""
    home = people.organisation(now=now, name="Northbank Hospital")
    sites = [people.site(home, now=now, name=name) for name in ("Northbank Royal", "Southgate", "Hillside Centre")]
    cohort = programmes.cohort(now=now, organisation=home, name="Trainee mentoring")

    def names(number, half):
        return f"{GIVEN[number % 14]} {FAMILY[(number * 3 + half * 5) % 11]}"

    for number in range(mentees):
        programmes.mentee(cohort, names(number, 0), now=now, site=sites[number * number % 3])
    for number in range(mentors):
        mentor = programmes.mentor(cohort, names(number, 1), now=now, site=sites[number % 3])
        if number % 4 == 0:
            facts.record(person=mentor.person, kind="mentor_trained_on", value=now.date(), by=None, now=now)
    return SimpleNamespace(home=home, cohort=cohort, lead=people.lead(home, "Lena Marsh", now=now), sites=sites)
