"""Writing down what happened."""

import threading

import pytest
from django.db import transaction

from audit import request_id
from audit.models import AuditEvent
from audit.record import REFUSED, record
from audit.verbs import Verb
from tests.builders import people

pytestmark = pytest.mark.django_db


def test_record_says_who_did_what_on_what(now):
    lead, ama = people.person(now=now), people.person(now=now)
    token = request_id.set("0f8fad5b-d9cb-469f-a165-70867728950e")
    try:
        record(Verb.GRANT_GIVEN, by=lead, now=now, on=ama, about=ama, scope=("site", 3), role="site-lead")
    finally:
        request_id.reset(token)
    event = AuditEvent.objects.last()
    assert (event.verb, event.actor_id, event.at) == ("grant-given", lead.pk, now)
    assert (event.object_kind, event.object_id, event.about_person_id) == ("people.person", str(ama.pk), ama.pk)
    assert (event.scope_kind, event.scope_id, event.role, event.outcome) == ("site", 3, "site-lead", "done")
    assert event.request_id == "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert event.did == "gave a role"


def test_record_of_the_portal_itself_on_something_without_a_row(now):
    record(Verb.ACCESS_DENIED, by=None, now=now, on=("url", "people:person-detail"), outcome=REFUSED)
    event = AuditEvent.objects.last()
    assert (event.actor_id, event.object_kind, event.object_id) == (None, "url", "people:person-detail")
    assert (event.scope_kind, event.scope_id, event.request_id, event.outcome) == ("", None, "", "refused")


def test_record_goes_with_the_action_that_fails(now):
    with transaction.atomic():
        record(Verb.ENROLLED, by=None, now=now, on=("x", 1))
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


def test_record_knows_only_the_closed_list_of_verbs(now):
    with pytest.raises(ValueError, match="made-up"):
        record("made-up", by=None, now=now, on=("x", 1))


def test_record_needs_a_saved_row(now):
    person = people.person(now=now)
    person.pk = None
    with pytest.raises(ValueError, match="Save the row"):
        record(Verb.PERSON_ADDED, by=None, now=now, on=person)


def test_request_id_stays_in_its_own_thread():
    seen = []
    token = request_id.set("mine")
    thread = threading.Thread(target=lambda: seen.append(request_id.get()))
    thread.start()
    thread.join()
    request_id.reset(token)
    assert seen == [""]
    assert request_id.get() == ""
