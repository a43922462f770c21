"""A trust with a lead, a cohort and one pair, for the tests of this room's pages and actions."""

from dataclasses import dataclass

import pytest
import time_machine

from people.models import Organisation, Person
from programmes.models import Cohort, Enrolment, Relationship
from tests.builders import people as people_builders
from tests.builders import programmes as builders


@dataclass
class World:
    trust: Organisation
    lead: Person
    cohort: Cohort
    asha: Enrolment
    ben: Enrolment
    pair: Relationship
    elsewhere: Person  # leads another trust, whose programme has people of its own


@pytest.fixture
def world(now) -> World:
    trust = people_builders.organisation(now=now, name="Northbank Hospitals")
    cohort = builders.cohort(now=now, organisation=trust, name="Trainee mentoring")
    asha = builders.mentee(cohort, "Asha Patel", now=now, email="asha@example.org")
    ben = builders.mentor(cohort, "Ben Carter", now=now, email="ben@example.org")
    other = people_builders.organisation(now=now, name="Southbank Hospitals")
    return World(
        trust=trust,
        lead=people_builders.lead(trust, "Lorna Lead", now=now),
        cohort=cohort,
        asha=asha,
        ben=ben,
        pair=builders.pair(cohort, asha, ben, now=now),
        elsewhere=people_builders.lead(other, "Otto Other", now=now),
    )


@pytest.fixture
def signed_in(client, now):
    """``signed_in(person)``: a client of theirs, at the moment at which tests happen."""
    with time_machine.travel(now, tick=False):

        def sign_in(person):
            client.force_login(person)
            return client

        yield sign_in
