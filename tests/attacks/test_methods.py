"""Links and forms know GET, HEAD and POST; every other method is refused at every address, before anybody looks."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.architecture.access_page import walked
from tests.builders import people
from tests.scenarios import world

OTHERS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "X")
BODY = {"data": "given_name=Eve", "content_type": "application/x-www-form-urlencoded"}


@pytest.mark.django_db
def test_no_address_takes_another_method(now, time_machine, subtests):
    time_machine.move_to(now, tick=False)
    things = world(now=now)
    clients = {"nobody": Client(), "lead": Client()}
    clients["lead"].force_login(things["lead"])
    for name, entry in walked():
        address = reverse(name, kwargs={word: things[thing] for word, thing in entry.get("args", {}).items()})
        with subtests.test(name), CaptureQueriesContext(connection) as queries:
            for client in clients.values():
                for method in OTHERS:
                    answer = client.generic(method, address, **BODY)
                    assert (answer.status_code, answer.content) == (405, b""), method
                    assert answer["Allow"] == "GET, HEAD, POST"
            assert not queries.captured_queries


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_the_refusal_tells_nothing_of_what_is_there(client, now, method):
    client.force_login(people.person(now=now))
    assert client.generic(method, "/no/such/page/", **BODY).status_code == 405
