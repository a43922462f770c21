"""Signing in: by password or code, for how long, by whom, and what a stranger can learn or guess."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from audit.verbs import Verb
from people.actions import people as people_actions
from people.models import Person
from tests.builders import people as build

pytestmark = pytest.mark.django_db

PASSWORD = "violet-harbour-lantern"


@pytest.fixture(autouse=True)
def _at(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def person(now):
    made = build.person("Amara Quill", now=now, email="amara@example.org")
    made.set_password(PASSWORD)
    made.save()
    return made


def sign_in(client, email="amara@example.org", password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def is_in(client) -> bool:
    return client.get(reverse("home")).status_code == 200


def verbs():
    return list(AuditEvent.objects.filter(verb__startswith="sign").values_list("verb", "actor_id", "about_person_id"))


def test_sign_in_by_password(client, person):
    assert client.get("/").url == "/accounts/login/?next=/"
    page = client.get(reverse("account_login")).content.decode()
    assert 'name="login"' in page
    assert 'name="password"' in page
    assert sign_in(client).url == reverse("home")
    assert is_in(client)
    assert not mail.outbox, "An imported address is not asked to be confirmed."
    assert verbs() == [(Verb.SIGNED_IN, person.pk, person.pk)]


def test_sign_in_whatever_the_case_of_the_address(client, person):
    assert sign_in(client, email=" AMARA@Example.org").status_code == 302
    assert is_in(client)


def test_sign_in_by_code(client, person):
    client.post(reverse("account_request_login_code"), {"email": "amara@example.org"})
    assert [letter.to for letter in mail.outbox] == [["amara@example.org"]]
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]+$", mail.outbox[0].body, re.MULTILINE)[0]
    assert client.post(reverse("account_confirm_login_code"), {"code": code}).url == reverse("home")
    assert is_in(client)
    assert len(mail.outbox) == 1, "No second mail to confirm the address."


def test_sign_in_by_code_for_somebody_imported_who_has_no_password(client, now):
    build.person("Ben Okoro", now=now, email="ben@example.org")
    client.post(reverse("account_request_login_code"), {"email": "ben@example.org"})
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]+$", mail.outbox[0].body, re.MULTILINE)[0]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert is_in(client)


def test_sign_in_code_is_refused_after_three_guesses(client, person):
    client.post(reverse("account_request_login_code"), {"email": "amara@example.org"})
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]+$", mail.outbox[0].body, re.MULTILINE)[0]
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "WRONG1"})
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert not is_in(client)
    assert verbs() == [(Verb.SIGN_IN_FAILED, None, person.pk)] * 3


def test_sign_up_is_closed(client):
    answer = client.post(
        reverse("account_signup"), {"email": "stranger@example.org", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.status_code == 200
    assert not Person.objects.filter(email="stranger@example.org").exists()


def test_sign_in_gives_the_session_a_new_key(client, person):
    client.get(reverse("account_login"))
    client.session["planted"] = True
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key
    sign_in(client)
    assert client.session.session_key != planted
    assert is_in(client)


def test_sign_in_cookies_are_safe(client, person):
    sign_in(client)
    client.get("/")
    for name in (settings.SESSION_COOKIE_NAME, "whose"):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert client.cookies[settings.SESSION_COOKIE_NAME]["expires"] == "", "Closing the browser signs out."


# --- how long ---------------------------------------------------------------
def test_sign_in_ends_after_half_an_hour_of_nothing(client, person, now, time_machine):
    sign_in(client)
    time_machine.move_to(now + timedelta(minutes=29))
    assert is_in(client)
    time_machine.move_to(now + timedelta(minutes=58))
    assert is_in(client), "Every request begins the half hour anew."
    time_machine.move_to(now + timedelta(minutes=89))
    assert not is_in(client)


def test_sign_in_is_seen_anew_a_minute_after_it_was_last_seen(client, person, now, time_machine):
    sign_in(client)
    time_machine.move_to(now + timedelta(seconds=59))
    assert is_in(client)
    assert client.session["seen_at"] == now.timestamp(), "Not written down at every request."
    time_machine.move_to(now + timedelta(seconds=60))
    assert is_in(client)
    time_machine.move_to(now + timedelta(seconds=60 + 1799))
    assert is_in(client)


def test_sign_in_of_minutes_ago_is_enough_to_change_how_one_signs_in(client, person, now, time_machine):
    sign_in(client)
    page = reverse("mfa_activate_totp")
    time_machine.move_to(now + timedelta(minutes=15, seconds=-1))
    assert client.get(page).status_code == 200
    time_machine.move_to(now + timedelta(minutes=15))
    assert client.get(page).url.startswith(reverse("account_reauthenticate"))


def test_sign_in_again_counts_from_the_last_time_one_said_who_one_is(client, person, now, time_machine):
    sign_in(client)
    time_machine.move_to(now + timedelta(minutes=16))
    assert is_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.parametrize("clock", ["signed_in_at", "seen_at"])
def test_sign_in_whose_beginning_is_not_known_has_ended(client, person, clock):
    sign_in(client)
    session = client.session
    del session[clock]
    session.save()
    assert not is_in(client)


def test_sign_in_ends_twelve_hours_after_it_began(client, person, now, time_machine):
    sign_in(client)
    for quarter in range(1, 48):
        time_machine.move_to(now + timedelta(minutes=15 * quarter))
        assert is_in(client)
    time_machine.move_to(now + timedelta(hours=12))
    assert not is_in(client)


def test_sign_in_is_not_kept_alive_by_a_page_that_asks_by_itself(client, person, now, time_machine):
    sign_in(client)
    for minute in range(1, 30):
        time_machine.move_to(now + timedelta(minutes=minute))
        client.get("/", headers={"HX-Request": "true"})
    time_machine.move_to(now + timedelta(minutes=30))
    assert not is_in(client)


def test_sign_in_is_kept_alive_by_what_is_sent_from_a_live_page(client, person, now, time_machine):
    sign_in(client)
    for minute in range(1, 31):
        time_machine.move_to(now + timedelta(minutes=minute))
        client.post("/", {"text": "x" * minute, "draft": "1"}, headers={"HX-Request": "true"})
    assert is_in(client)


def test_sign_in_of_a_leaver_ends_at_once(client, person, now):
    sign_in(client)
    assert is_in(client)
    people_actions.leave(person=person, by=None, now=now)
    assert not is_in(client)
    sign_in(client)
    assert not is_in(client)
    client.post(reverse("account_request_login_code"), {"email": "amara@example.org"})
    assert "knows nobody" in mail.outbox[-1].body


def test_sign_out_is_by_post(client, person):
    sign_in(client)
    client.get(reverse("account_logout"))
    assert is_in(client), "A link cannot sign anybody out."
    client.post(reverse("account_logout"))
    assert not is_in(client)
    assert client.cookies["whose"].value == ""
    assert verbs()[-1] == (Verb.SIGNED_OUT, person.pk, person.pk)


# --- what a stranger learns ---------------------------------------------------
def masked(answer) -> tuple[int, str]:
    """Status and body of an answer, with tokens that differ by design made equal."""
    return answer.status_code, re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.content.decode())


@pytest.mark.parametrize("known", ["with password", "imported", "left"])
def test_sign_in_tells_a_stranger_nothing(person, now, known):
    if known == "imported":
        person.set_unusable_password()
        person.save()
    if known == "left":
        people_actions.leave(person=person, by=None, now=now)
    answers = []
    for email in ("amara@example.org", "nobody@example.org"):
        seen = []
        for name, data in (
            ("account_login", {"login": email, "password": "not-this-one-at-all"}),
            ("account_request_login_code", {"email": email}),
            ("account_reset_password", {"email": email}),
        ):
            client = Client()
            answer = client.post(reverse(name), data)
            seen.append(masked(answer))
            if answer.status_code == 302:
                seen.append((answer.url, masked(client.get(answer.url))))
        answers.append(str(seen).replace(email, "EMAIL"))
    assert answers[0] == answers[1]
    assert len(answers[0]) == len(answers[1])
    assert len(mail.outbox) == 4, "A mail goes out either way, so that the time an answer takes tells nothing."


def test_sign_in_failed_is_audited_without_the_address(client, person):
    sign_in(client, password="not-this-one-at-all")
    sign_in(client, email="nobody@example.org")
    assert verbs() == [(Verb.SIGN_IN_FAILED, None, person.pk), (Verb.SIGN_IN_FAILED, None, None)]
    assert not AuditEvent.objects.filter(object_id__contains="@").exists()
    assert set(AuditEvent.objects.filter(verb=Verb.SIGN_IN_FAILED).values_list("outcome", flat=True)) == {"refused"}


# --- guessing ---------------------------------------------------------------------
def guesses_that_counted(person) -> int:
    return AuditEvent.objects.filter(verb=Verb.SIGN_IN_FAILED, about_person_id=person.pk).count()


def test_sign_in_takes_ten_guesses_in_five_minutes(person, now, time_machine):
    for number in range(50):
        forged = f"203.0.113.{number}"
        sign_in(Client(), password=f"guess {number}", headers={"X-Forwarded-For": forged}, REMOTE_ADDR=forged)
    assert guesses_that_counted(person) == 10, "However many addresses they come from."
    assert "too many" in sign_in(Client()).content.decode().lower(), "Not even the right one, for now."
    time_machine.move_to(now + timedelta(minutes=5, seconds=1))
    assert sign_in(Client()).status_code == 302


def test_sign_in_limits_outlive_a_restart_and_a_flush_of_the_fast_cache(person):
    for number in range(10):
        sign_in(Client(), password=f"guess {number}")
    caches["fast"].clear()
    caches.close_all()
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"), "In a table, so a restart forgets nothing."
    sign_in(Client(), password="one more guess")
    assert guesses_that_counted(person) == 10


def test_sign_in_does_not_believe_a_forwarded_address(client, person):
    """Without a proxy of our own, anyone could write the header and so have a limit for each request."""
    for number in range(61):
        client.post(
            reverse("account_login"),
            {"login": f"n{number}@example.org", "password": "x"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )
    assert AuditEvent.objects.filter(verb=Verb.SIGN_IN_FAILED).count() == 60


# --- where it leads -----------------------------------------------------------------
@pytest.mark.parametrize(
    "target", ["https://evil.example.com/", "//evil.example.com/", "javascript:alert(1)", "/\\evil.example.com"]
)
def test_sign_in_leads_nowhere_else(client, person, target):
    answer = client.post(f"{reverse('account_login')}?next={target}", {"login": person.email, "password": PASSWORD})
    assert answer.url == reverse("home")


def test_sign_in_leads_on_to_the_page_that_was_asked_for(client, person):
    answer = client.post(f"{reverse('account_login')}?next=/people/", {"login": person.email, "password": PASSWORD})
    assert answer.url == "/people/"


# --- passwords and addresses ----------------------------------------------------------
def test_sign_in_password_is_reset_by_a_link_to_our_own_address(client, person, settings):
    settings.PORTAL_ADDRESS = "https://mentoring.example.org"
    settings.ALLOWED_HOSTS = ["testserver", "elsewhere.example.com"]
    client.post(reverse("account_reset_password"), {"email": person.email}, headers={"Host": "elsewhere.example.com"})
    link = re.search(r"https://mentoring\.example\.org(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "copper-meadow-sparrow", "password2": "copper-meadow-sparrow"})
    person.refresh_from_db()
    assert person.check_password("copper-meadow-sparrow")
    assert AuditEvent.objects.filter(verb=Verb.PASSWORD_SET, about_person_id=person.pk).exists()
    assert sign_in(client, password="copper-meadow-sparrow").status_code == 302


@pytest.mark.parametrize("weak", ["short", "password1234", "amara@example.org"])
def test_sign_in_password_is_not_a_weak_one(client, person, weak):
    sign_in(client)
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    assert answer.status_code == 200
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_sign_in_address_row_follows_the_staff_list(person, now):
    imported = build.person("Ben Okoro", now=now, email="ben@example.org")
    assert list(EmailAddress.objects.filter(user=imported).values_list("email", "verified", "primary")) == [
        ("ben@example.org", True, True)
    ]
    people_actions.change(person=imported, email="b.okoro@example.org", by=None, now=now)
    assert list(EmailAddress.objects.filter(user=imported).values_list("email", "verified", "primary")) == [
        ("b.okoro@example.org", True, True)
    ]
    people_actions.change(person=imported, email=None, by=None, now=now)
    assert not EmailAddress.objects.filter(user=imported).exists()
