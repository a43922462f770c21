"""Pages at a moment that stands still."""

import pytest
import time_machine


@pytest.fixture
def signed_in(client, now):
    """``signed_in(person)``: a client of theirs, at the moment at which tests happen."""
    with time_machine.travel(now, tick=False):

        def sign_in(person):
            client.force_login(person)
            return client

        yield sign_in
