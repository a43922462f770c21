"""What people see when something is wrong: plain words, a way out, and nothing given away."""

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory
from django.urls import path
from django.views import defaults

from mentoring_portal import urls


@login_not_required
def broken(request):
    raise RuntimeError("The name of a mentee")


@login_not_required
def forbidden(request):
    raise PermissionDenied("The name of a mentee")


@login_not_required
def suspicious(request):
    raise SuspiciousOperation("The name of a mentee")


urlpatterns = []


@pytest.fixture
def faulty(settings, client):
    """The portal with three pages that fail; answers are given, not raised."""

    urlpatterns[:] = [
        *urls.urlpatterns,
        path("broken", broken),
        path("forbidden", forbidden),
        path("suspicious", suspicious),
    ]
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/no-such-page", 404, "This page is not available to you"),
        ("/forbidden", 403, "You may not do this"),
        ("/suspicious", 400, "We could not read that"),
        ("/broken", 500, "Something has gone wrong on our side"),
    ],
)
def test_fault_pages_say_what_to_do_and_nothing_else(faulty, caplog, address, status, words):
    answer = faulty.get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert f'<h1 class="nhsuk-heading-l">{words}</h1>' in page
    assert f"<title>{words} – {settings.SERVICE_NAME}</title>" in page
    assert "The name of a mentee" not in page
    assert "<main" in page
    assert 'href="/' in page


@pytest.mark.parametrize("fault", [defaults.server_error, defaults.bad_request])
def test_fault_pages_need_neither_database_nor_context(fault):
    """pytest-django refuses the database here, so this fails if the page asks for it."""
    request = RequestFactory().get("/")
    page = fault(request, *([ValueError()] if fault is defaults.bad_request else []))
    assert settings.SERVICE_NAME in page.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_answered_in_plain_words():
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.org"})
    assert answer.status_code == 403
    assert "Please send that again" in answer.content.decode()
