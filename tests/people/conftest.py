"""Pages at a moment that stands still."""

import pytest
import time_machine

from people.actions import staff_imports
from tests.builders import people as make
from tests.builders.staff_lists import staff_list


@pytest.fixture
def signed_in(client, now):
    """``signed_in(person)``: a client of theirs, at the moment at which tests happen."""
    with time_machine.travel(now, tick=False):

        def sign_in(person):
            client.force_login(person)
            return client

        yield sign_in


@pytest.fixture
def trust(now):
    return make.organisation(now=now, name="Northbank", code="northbank")


@pytest.fixture
def lead(trust, now):
    return make.lead(trust, "Lena Lead", now=now)


@pytest.fixture
def upload(trust, lead, now):
    def upload(*rows, is_complete=False, now=now, **options):
        """Upload these rows, or the bytes of a file."""
        data = rows[0] if isinstance(rows[0], bytes) else staff_list(*rows, **options)
        return staff_imports.upload(
            organisation=trust, file_name="list.csv", data=data, is_complete=is_complete, by=lead, now=now
        )

    return upload


@pytest.fixture
def save(upload, lead, now):
    def save(*rows, now=now, **options):
        return staff_imports.save(staff_import=upload(*rows, now=now, **options), by=lead, now=now)

    return save
