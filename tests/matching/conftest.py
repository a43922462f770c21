"""A cohort with three trainees, three mentors and a lead. Pages read the clock: here it stands at ``now``."""

from types import SimpleNamespace

import pytest
import time_machine

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
