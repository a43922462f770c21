"""Signing in with the organisation's own account: a real OpenID Connect provider, in a process of its own."""

import json
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.internal.flows.login import record_authentication
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from audit.verbs import Verb
from people.models import Person
from people.single_sign_on import VOUCHED, SingleSignOn, vouched
from tests.builders import people as build
from tests.services import end_with_parent, free_port, listens

pytestmark = pytest.mark.django_db

CLAIMS = {
    "known": {"email": "eleanor.marsh@example.org", "email_verified": True},
    "vouched": {"email": "eleanor.marsh@example.org", "email_verified": True, "amr": ["pwd", "mfa"]},
    "unverified": {"email": "eleanor.marsh@example.org", "email_verified": False},
    "stranger": {"email": "nobody@example.org", "email_verified": True, "amr": ["mfa"]},
    "nameless": {},
}


@pytest.fixture
def now():
    """The provider keeps real time, so the portal does too."""
    return timezone.now()


@pytest.fixture(scope="module")
def issuer():
    """The address of the provider. It asks for no password: the test says who somebody is."""
    port = free_port()
    users = [f"--user-claims={json.dumps({'sub': sub} | claims)}" for sub, claims in CLAIMS.items()]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *users]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, preexec_fn=end_with_parent(signal.SIGKILL)) as process:
        deadline = time.monotonic() + 30
        while not listens(port):
            assert process.poll() is None, "The provider ended."
            assert time.monotonic() < deadline, "The provider does not answer."
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.kill()


@pytest.fixture(autouse=True)
def _single_sign_on(settings, issuer):
    settings.SECOND_FACTOR_REQUIRED = True
    settings.OIDC_ISSUER = issuer
    app = {"provider_id": "sso", "name": "your work account", "client_id": "portal", "secret": "a secret"}
    app["settings"] = {"server_url": issuer, "oauth_pkce_enabled": True}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


@pytest.fixture
def organisation(now):
    return build.organisation(now=now)


@pytest.fixture
def eleanor(organisation, now):
    return build.lead(organisation, "Eleanor Marsh", now=now, email="eleanor.marsh@example.org")


def come_back(client, sub, *, change=None):
    """Go to the provider, be ``sub`` there, and come back; the portal's answer. ``change`` alters what comes back."""
    away = client.post(reverse("openid_connect_login", args=["sso"]))
    assert away.status_code == 302
    assert "code_challenge=" in away.url
    back = requests.post(away.url, data={"sub": sub}, allow_redirects=False, timeout=10)
    address = urlsplit(back.headers["Location"])
    query = address.query if change is None else change(address.query)
    return client.get(f"{address.path}?{query}")


def is_in(client) -> bool:
    return client.get(reverse("account_email")).status_code == 200


def test_single_sign_on_is_offered_where_there_is_an_issuer(client, settings):
    assert "Sign in with your work account" in client.get(reverse("account_login")).content.decode()
    settings.OIDC_ISSUER, settings.SOCIALACCOUNT_PROVIDERS = "", {"openid_connect": {"APPS": []}}
    assert "your work account" not in client.get(reverse("account_login")).content.decode()
    assert client.get(reverse("openid_connect_login", args=["sso"])).status_code == 404


def test_single_sign_on_opens_the_account_of_a_verified_address(client, eleanor):
    come_back(client, "known")
    assert is_in(client)
    assert SocialAccount.objects.get().user == eleanor
    assert AuditEvent.objects.filter(verb=Verb.SIGNED_IN, actor_id=eleanor.pk).count() == 1
    eleanor.email = "eleanor.new@example.org"
    eleanor.save()
    again = Client()
    come_back(again, "known")
    assert is_in(again), "Known by the account there from now on, whatever the address."


@pytest.mark.parametrize("sub", ["unverified", "stranger", "nameless"])
def test_single_sign_on_makes_no_account_and_believes_no_unverified_address(client, eleanor, sub):
    before = set(Person.objects.values_list("pk", flat=True))
    answer = come_back(client, sub)
    assert (
        "You need an invitation" in (answer if answer.status_code == 200 else client.get(answer.url)).content.decode()
    )
    assert not is_in(client)
    assert set(Person.objects.values_list("pk", flat=True)) == before
    assert not SocialAccount.objects.exists()


def test_single_sign_on_of_a_leaver_opens_nothing(client, eleanor):
    come_back(client, "known")
    Person.objects.filter(pk=eleanor.pk).update(is_active=False)
    assert not is_in(client), "At the very next request."
    other = Client()
    come_back(other, "known")
    assert not is_in(other)


def test_single_sign_on_counts_as_two_factors_only_where_the_issuer_says_so(client, eleanor):
    come_back(client, "known")
    assert client.get("/").url == reverse("mfa_activate_totp")
    other = Client()
    come_back(other, "vouched")
    assert other.get("/").status_code == 200


def test_single_sign_on_vouches_for_nobody_else(client, eleanor):
    """Somebody comes back vouched for but unknown; a lead then signs in at the same browser by password."""
    come_back(client, "stranger")
    eleanor.set_password("violet-harbour-lantern")
    eleanor.save()
    client.post(reverse("account_login"), {"login": eleanor.email, "password": "violet-harbour-lantern"})
    assert is_in(client)
    assert client.get("/").url == reverse("mfa_activate_totp")


def test_single_sign_on_refuses_what_it_did_not_ask_for(client, eleanor):
    answer = come_back(client, "known", change=lambda query: query.replace("state=", "state=x"))
    assert "did not work" in answer.content.decode()
    assert not is_in(client)
    left = client.get(reverse("openid_connect_callback", args=["sso"]), {"error": "access_denied"}, follow=True)
    assert "did not work" in left.content.decode()


@pytest.mark.parametrize(
    ("vouched_for", "method", "uid", "expected"),
    [
        ("7", "socialaccount", "7", True),
        ("7", "socialaccount", "8", False),
        ("7", "password", "7", False),
        ("7", "password", None, False),
        (None, "socialaccount", None, False),
    ],
)
def test_single_sign_on_vouches_for_the_account_of_this_sign_in_alone(rf, eleanor, vouched_for, method, uid, expected):
    request = rf.get("/")
    request.user = eleanor
    request.session = {VOUCHED: vouched_for}
    record_authentication(request, eleanor, method, uid=uid)
    assert vouched(request) is expected
    record_authentication(request, eleanor, "mfa")  # and said once more who they are
    assert vouched(request) is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, None),
        ({"id_token": None}, None),
        ({"id_token": {"amr": ["pwd"]}}, None),
        ({"id_token": {"amr": ["mfa"]}}, "7"),
    ],
)
def test_single_sign_on_takes_down_what_the_issuer_said_of_a_second_factor(rf, told, expected):
    request = rf.get("/")
    request.session = {}
    account = SocialAccount(uid="7", extra_data=told)
    SingleSignOn(request).pre_social_login(request, SocialLogin(account=account))
    assert request.session == {VOUCHED: expected}
