"""The beginning of an empty portal."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from audit.refusal import Refused
from people.access import Access
from people.actions import founding, links
from people.models import OneTimeLink, Organisation, Person
from people.one_time_links import token
from tests.builders import people as build

pytestmark = pytest.mark.django_db

FILLED_IN = {
    "organisation_name": "Northmoor Hospitals",
    "organisation_kind": "acute",
    "given_name": "Eleanor",
    "family_name": "Marsh",
    "email": "Eleanor@example.org",
    "password": "violet-harbour-lantern",
}


@pytest.fixture(autouse=True)
def _at(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def path(now):
    address = founding.start_address(by=None, now=now)
    return address.removeprefix("http://127.0.0.1:8000")


def test_first_lead_sets_up_an_empty_portal(client, path, now):
    assert client.get(path).status_code == 200
    assert not Person.objects.exists(), "Looking does nothing."
    assert client.post(path, FILLED_IN).url == reverse("home")
    person = Person.objects.get()
    assert client.get("/").context["user"] == person
    assert (person.name, person.email) == ("Eleanor Marsh", "eleanor@example.org")
    access = Access(person, now=now)
    assert access.is_administrator
    assert access.organisations_led == {Organisation.objects.get(code="northmoor-hospitals").pk}


def test_first_lead_link_opens_once(client, path, now):
    client.post(path, FILLED_IN)
    client.logout()
    for answer in (client.get(path), client.post(path, FILLED_IN)):
        assert answer.status_code == 410
    assert Person.objects.count() == 1
    assert founding.start_address(by=None, now=now) is None


def test_first_lead_is_refused_once_an_organisation_exists(client, path, now):
    build.organisation(now=now)
    assert client.get(path).status_code == 410
    assert client.post(path, FILLED_IN).status_code == 410
    with pytest.raises(Refused, match="set up already"):
        founding.found(link=OneTimeLink.objects.get(), **FILLED_IN, by=None, now=now)
    assert not Person.objects.exists()
    assert OneTimeLink.objects.get().used_at is None, "A refusal undoes all of it."


def test_first_lead_mistakes_are_shown_and_nothing_is_kept(client, path):
    answer = client.post(path, FILLED_IN | {"password": "eleanor@example.org", "organisation_name": ""})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"password", "organisation_name"}
    assert not Organisation.objects.exists()
    assert "violet" not in answer.content.decode()


def test_first_lead_address_is_the_same_until_it_runs_out(path, now):
    assert founding.start_address(by=None, now=now + timedelta(hours=22)).endswith(path)
    assert not founding.start_address(by=None, now=now + timedelta(hours=24)).endswith(path)


def test_first_lead_opens_with_no_other_link(client, now):
    link = links.issue(purpose="invitation", person=None, by=None, now=now, expires_at=now + timedelta(days=1))
    answer = client.get(reverse("people:first-lead", args=[token(link)]))
    assert answer.status_code == 410
    assert answer.headers["Referrer-Policy"] == "strict-origin"


def test_first_lead_link_command_prints_the_link_while_nobody_is_there(capsys, path, now):
    call_command("first_lead_link")
    assert capsys.readouterr().out.strip().endswith(path)
    build.organisation(now=now)
    with pytest.raises(CommandError, match="Somebody can sign in already"):
        call_command("first_lead_link")
