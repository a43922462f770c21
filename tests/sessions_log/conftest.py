"""One living pair with everyone around it. Pages read the clock: here it stands at ``now``."""

from types import SimpleNamespace

import pytest
import time_machine

from tests.builders import people, programmes


@pytest.fixture(autouse=True)
def clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def pair(db, now):
    cohort = programmes.cohort(now=now)
    asha, ben = programmes.mentee(cohort, "Asha Rao", now=now), programmes.mentor(cohort, "Ben Okoro", now=now)
    return SimpleNamespace(
        cohort=cohort,
        relationship=programmes.pair(cohort, asha, ben, now=now),
        mentee=asha.person,
        mentor=ben.person,
        lead=people.lead(cohort.programme.organisation, "Lena Marsh", now=now),
    )
