"""Every request has one moment and one id; a refusal is a page."""

import uuid

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from audit import request_id
from audit.refusal import Refused
from mentoring_portal.middleware import RequestMiddleware
from mentoring_portal.web import health


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
