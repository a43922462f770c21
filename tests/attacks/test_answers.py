"""Whatever is answered, refusals and faults too, carries the headers that say how it may be used (TRUST, F8)."""

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_not_required
from django.test import Client
from django.urls import path, reverse

from mentoring_portal import urls
from mentoring_portal.middleware import MOST_SENT
from tests.builders import people
from tests.posting import Senders, pages
from tests.scenarios import world

YEAR = 365 * 24 * 3600


@login_not_required
def broken(request):
    raise RuntimeError


urlpatterns = [*urls.urlpatterns, path("broken", broken)]


def lacking(answer, *, https: bool = True) -> list[str]:
    """What an answer does not carry, or carries too loosely."""
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    strict = ("default-src 'self'" in policy and "frame-ancestors 'none'" in policy) or "sandbox" in policy
    age = headers.get("Strict-Transport-Security", "max-age=0").partition("=")[2].partition(";")[0]
    found = {
        "Content-Security-Policy": strict and "unsafe" not in policy.replace("style-src 'unsafe-inline'", ""),
        "X-Frame-Options": headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN"),
        "X-Content-Type-Options": headers.get("X-Content-Type-Options") == "nosniff",
        "Referrer-Policy": headers.get("Referrer-Policy") in ("same-origin", "strict-origin", "no-referrer"),
        "Cross-Origin-Opener-Policy": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "Cache-Control": "no-store" in headers.get("Cache-Control", ""),
        "Strict-Transport-Security": int(age) >= YEAR or not https,
    }
    for name, cookie in answer.cookies.items():
        found[f"cookie {name}"] = bool(cookie["httponly"] and cookie["samesite"]) and bool(
            cookie["secure"] or not https
        )
    return [f"{name}: {headers.get(name)}" for name, is_so in found.items() if not is_so]


class Https(Client):
    def generic(self, *args, **kwargs):
        return super().generic(*args, **{**kwargs, "secure": True})


@pytest.fixture
def https(settings):
    """The portal as it is on a real site: what IS_HTTPS sets in mentoring_portal/settings.py."""
    settings.SECURE_HSTS_SECONDS = YEAR
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.ROOT_URLCONF = __name__

    return lambda **more: Https(raise_request_exception=False, **more)


LOGIN = "/accounts/login/"


def too_many_tries(client):
    for _ in range(50):
        answer = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
        if answer.status_code != 302:
            break
    return answer


PROVOKED = {
    200: lambda it: it().get(LOGIN),
    301: lambda it: Client().get(LOGIN),  # from http
    302: lambda it: it().get("/"),
    400: lambda it: it().get(LOGIN, headers={"host": "evil.example.net"}),
    403: lambda it: it(enforce_csrf_checks=True).post(LOGIN, {"login": "x"}),
    404: lambda it: it().get("/no/such/page/"),
    405: lambda it: it().delete("/healthz"),
    410: lambda it: it().get(reverse("people:welcome", args=["x"])),
    413: lambda it: it().post(LOGIN, b"x", content_type="text/plain", CONTENT_LENGTH=str(MOST_SENT + 1)),
    429: lambda it: too_many_tries(it()),
    500: lambda it: it().get("/broken"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("status", PROVOKED)
def test_every_kind_of_answer_is_strict(https, status):
    answer = PROVOKED[status](https)
    assert answer.status_code == status
    assert lacking(answer, https=status != 301) == []


@pytest.mark.django_db
def test_a_form_of_a_thousand_and_one_fields_is_refused_strictly(https):
    answer = https().post(LOGIN, {f"x{number}": "1" for number in range(1_001)})
    assert (answer.status_code, lacking(answer)) == (400, [])


@pytest.mark.django_db
@pytest.mark.parametrize("length", [str(MOST_SENT + 1), str(10**9), "9" * 5_000, "-1", "x", "²"])
def test_what_is_too_large_is_refused_before_it_is_read(https, length):
    class Body:
        def read(self, *_):
            raise AssertionError("A byte was read.")

        readline = readlines = __iter__ = read

    answer = https().post(LOGIN, b"x", content_type="text/plain", CONTENT_LENGTH=length, **{"wsgi.input": Body()})
    assert answer.status_code == 413
    assert "This service takes files of up to 10 MB." in answer.content.decode()


@pytest.mark.django_db
def test_a_staff_list_of_the_largest_size_still_comes_through(https, now):
    client = https()
    client.force_login(people.person(now=now), backend=django_settings.AUTHENTICATION_BACKENDS[0])
    answer = client.post("/no/such/page/", b"x" * (MOST_SENT - 10), content_type="application/octet-stream")
    assert answer.status_code == 404


@pytest.mark.django_db
def test_every_page_is_strict_for_everybody(now, time_machine, subtests, settings):
    time_machine.move_to(now, tick=False)
    senders = Senders(world(now=now))
    asked = 0
    for name, role, address in pages(senders.things):
        with subtests.test(name, role=role):
            asked += 1
            assert lacking(senders.ask(role, "get", address), https=False) == []
    assert asked > 300
