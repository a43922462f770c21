"""Every request has one moment and one id; a refusal is a page."""

import uuid

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from audit import request_id
from audit.models import AuditEvent
from audit.refusal import Refused
from audit.verbs import Verb
from mentoring_portal.middleware import RequestMiddleware
from mentoring_portal.web import health
from tests.builders import people, programmes


def answer(view, request=None):
    return RequestMiddleware(view)(request or RequestFactory().get("/"))


def test_a_request_carries_one_moment_and_one_id():
    carried = []

    def view(request):
        carried.append((request.now, request.request_id))
        return HttpResponse()

    first, second = answer(view), answer(view)
    assert carried[0][0].tzinfo is not None
    assert first["X-Request-ID"] == carried[0][1] == str(uuid.UUID(carried[0][1]))
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_no_page_is_kept_by_a_cache_on_the_way():
    assert answer(lambda request: HttpResponse())["Cache-Control"] == "no-store, private"


def test_a_view_may_say_otherwise():
    kept = HttpResponse(headers={"Cache-Control": "max-age=60"})
    assert answer(lambda request: kept)["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize("fault", [ValueError("x"), PermissionError()])
def test_other_faults_are_not_shown_as_refusals(fault):
    assert RequestMiddleware(None).process_exception(RequestFactory().get("/"), fault) is None


@pytest.mark.django_db
def test_a_refusal_that_no_view_caught_is_a_page_with_its_sentence(client, monkeypatch):
    def refuse(self, request):
        raise Refused("This <cohort> has been published already.")

    monkeypatch.setattr(health.Healthz, "get", refuse)
    answer = client.get(reverse("healthz"))
    assert answer.status_code == 409
    assert "This &lt;cohort&gt; has been published already." in answer.content.decode()
    assert "Nothing was changed." in answer.content.decode()


def test_the_audit_record_learns_the_id_of_the_request_and_forgets_it():
    learnt = []
    answered = answer(lambda request: learnt.append(request_id.get()) or HttpResponse())
    assert learnt == [answered["X-Request-ID"]]
    assert request_id.get() == ""


@pytest.mark.django_db
def test_what_is_not_there_for_somebody_is_recorded_whether_it_exists_or_not(client, now, time_machine):
    time_machine.move_to(now, tick=False)
    cohort = programmes.cohort(now=now)
    person = people.person(now=now)
    client.force_login(person)
    for pk in (cohort.pk, 999_999):
        assert client.get(reverse("programmes:cohort-detail", args=[pk])).status_code == 404
    denied = AuditEvent.objects.filter(verb=Verb.ACCESS_DENIED)
    assert list(denied.values_list("actor_id", "object_kind", "object_id", "outcome")) == [
        (person.pk, "programmes:cohort-detail", str(cohort.pk), "refused"),
        (person.pk, "programmes:cohort-detail", "999999", "refused"),
    ]


@pytest.mark.django_db
def test_an_address_that_nobody_has_is_not_recorded(client, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(people.person(now=now))
    assert client.get("/no/such/page/").status_code == 404
    assert not AuditEvent.objects.filter(verb=Verb.ACCESS_DENIED).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "status"), [(2**63 - 1, 302), (2**63, 404), (10**40, 404)])
def test_a_number_that_no_row_can_have_is_no_address(client, number, status):
    assert client.get(f"/people/{number}/").status_code == status
