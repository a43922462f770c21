"""Pages read the clock: here it stands at ``now``."""

import pytest
import time_machine

from tests.builders import people


@pytest.fixture(autouse=True)
def clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def administrator(db, now):
    return people.administrator("Ada Stone", now=now)


@pytest.fixture
def as_administrator(client, administrator):
    client.force_login(administrator)
    return client
