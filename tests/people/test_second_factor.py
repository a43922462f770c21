"""The second factor: who must have one, how it is set up, and that signing in then asks for it."""

import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from audit.verbs import Verb
from people.access import Role
from people.actions import second_factors
from people.models import KeptForm, Person, SealedSecret
from tests.builders import people as build
from vault.actions import keys
from vault.keys import add_key

pytestmark = pytest.mark.django_db

PASSWORD = "violet-harbour-lantern"


@pytest.fixture(autouse=True)
def _at(now, time_machine, settings):
    time_machine.move_to(now, tick=False)
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def organisation(now):
    return build.organisation(now=now)


def with_password(person: Person) -> Person:
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client, person):
    return client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def app_code(secret: str) -> str:
    """What the authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up(client) -> str:
    """Set up an app as the signed-in person would; the secret that the app now holds."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    return secret


@pytest.mark.parametrize("role", [Role.PROGRAMME_LEAD, Role.SITE_LEAD, Role.HOST_OFFICER, Role.ADMINISTRATOR])
def test_second_factor_is_set_up_before_anything_else(client, now, organisation, role):
    scope = {Role.SITE_LEAD: build.site(organisation, now=now), Role.ADMINISTRATOR: None}.get(role, organisation)
    person = with_password(build.person("Eleanor Marsh", now=now))
    build.grant(person, role, scope, now=now)
    sign_in(client, person)
    assert client.get("/").url == reverse("mfa_activate_totp")
    assert client.post("/").url == reverse("mfa_activate_totp")
    live = client.get("/", headers={"HX-Request": "true"})
    assert live.headers["HX-Redirect"] == reverse("mfa_activate_totp")
    assert client.get(reverse("account_change_password")).status_code == 200, (
        "Looking after the account stays possible."
    )
    set_up(client)
    assert client.get("/").status_code == 200


def test_second_factor_is_nobody_elses_duty(client, now, organisation):
    for person in (build.person("Amara Quill", now=now), build.commissioner(organisation, "Ben Okoro", now=now)):
        sign_in(client, with_password(person))
        assert client.get("/").status_code == 200
        client.post(reverse("account_logout"))


def test_second_factor_is_not_asked_of_anyone_in_the_demo(client, now, organisation, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    sign_in(client, with_password(build.lead(organisation, now=now)))
    assert client.get("/").status_code == 200


def test_second_factor_is_asked_at_the_next_sign_in(client, now, organisation, time_machine):
    person = with_password(build.lead(organisation, now=now))
    sign_in(client, person)
    secret = set_up(client)
    time_machine.shift(60)
    other = Client()
    assert sign_in(other, person).url == reverse("mfa_authenticate")
    assert other.get("/").status_code == 302, "The password alone opens nothing."
    code = app_code(secret)
    assert other.post(reverse("mfa_authenticate"), {"code": code}).url == "/"
    assert other.get("/").status_code == 200
    third = Client()
    sign_in(third, person)
    assert third.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200, "A code opens once."
    assert third.get("/").status_code == 302


def test_second_factor_is_asked_after_a_code_by_mail_too(client, now, organisation, mailoutbox):
    person = with_password(build.lead(organisation, now=now))
    sign_in(client, person)
    set_up(client)
    other = Client()
    other.post(reverse("account_request_login_code"), {"email": person.email})
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]+$", mailoutbox[-1].body, re.MULTILINE)[0]
    assert other.post(reverse("account_confirm_login_code"), {"code": code}).url == reverse("mfa_authenticate")


def test_second_factor_recovery_code_opens_once(client, now, organisation):
    person = with_password(build.lead(organisation, now=now))
    sign_in(client, person)
    set_up(client)
    code = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    for opens in (True, False):
        other = Client()
        sign_in(other, person)
        other.post(reverse("mfa_authenticate"), {"code": code})
        assert (other.get("/").status_code == 200) is opens


def test_second_factor_guesses_are_limited(client, now, organisation):
    person = with_password(build.lead(organisation, now=now))
    sign_in(client, person)
    set_up(client)
    for _ in range(11):
        guesser = Client()
        sign_in(guesser, person)
        answer = guesser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "too many" in answer.content.decode().lower()
    failed = AuditEvent.objects.filter(verb=Verb.SIGN_IN_FAILED, about_person_id=person.pk)
    assert failed.count() == 10


def test_second_factor_secrets_are_sealed_and_outlive_a_new_key(client, now, organisation, settings, tmp_path):
    settings.NOTE_KEY_FILE = tmp_path / "notes.keys"
    old = add_key(settings.NOTE_KEY_FILE)
    person = with_password(build.lead(organisation, now=now))
    sign_in(client, person)
    secret = set_up(client)
    assert secret not in json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM people_sealedsecret")
        assert not [text for (text,) in cursor.fetchall() if secret.encode() in bytes(text)]
    new = add_key(settings.NOTE_KEY_FILE)
    assert keys.rotate(by=None, now=now).resealed == 2, "The app's secret and the seed of the recovery codes."
    lines = settings.NOTE_KEY_FILE.read_text().splitlines(keepends=True)
    settings.NOTE_KEY_FILE.chmod(0o600)
    settings.NOTE_KEY_FILE.write_text("".join(line for line in lines if not line.startswith(old)))
    settings.NOTE_KEY_FILE.chmod(0o400)
    assert settings.NOTE_KEY_FILE.read_text().startswith(new)
    other = Client()
    sign_in(other, person)
    assert other.post(reverse("mfa_authenticate"), {"code": app_code(secret)}).url == "/"


def test_second_factor_asked_in_the_middle_of_a_form_loses_nothing(client, now, organisation):
    person = with_password(build.person("Eleanor Marsh", now=now))
    sign_in(client, person)
    build.grant(person, Role.PROGRAMME_LEAD, organisation, now=now)
    client.post("/", {"text": "half a page"})
    set_up(client)
    assert "A form that was not sent" in client.get("/").content.decode()


@pytest.mark.django_db(transaction=True)  # allauth announces a new factor once it is committed
def test_second_factor_given_away_is_asked_for_again(client, now, organisation):
    person = with_password(build.lead(organisation, now=now))
    sign_in(client, person)
    set_up(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get("/").url == reverse("mfa_activate_totp")
    assert not SealedSecret.objects.exists(), (
        "Neither the app nor the recovery codes are left, so nor are their secrets."
    )
    assert list(AuditEvent.objects.filter(verb__startswith="second-factor").values_list("verb", "actor_id")) == [
        (Verb.SECOND_FACTOR_ADDED, person.pk),
        (Verb.SECOND_FACTOR_REMOVED, person.pk),
    ]


def test_second_factor_lost_is_removed_by_an_administrator(client, now, organisation, capsys):
    person = with_password(build.lead(organisation, now=now))
    administrator = build.administrator(now=now)
    sign_in(client, person)
    set_up(client)
    call_command("remove_second_factor", person.email, by=administrator.email)
    assert "signs in without a second factor the next time" in capsys.readouterr().out
    other = Client()
    assert sign_in(other, person).url == "/"
    assert other.get("/").url == reverse("mfa_activate_totp")
    assert not SealedSecret.objects.exists()
    assert AuditEvent.objects.filter(verb=Verb.SECOND_FACTOR_REMOVED, actor_id=administrator.pk).count() == 1
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("remove_second_factor", person.email, by=administrator.email)


def test_second_factor_is_removed_by_nobody_else(client, now, organisation):
    person = with_password(build.administrator(now=now))
    sign_in(client, person)
    set_up(client)
    for by in (build.lead(organisation, now=now), person):
        with pytest.raises(Refused, match="Only another administrator"):
            second_factors.remove(person=person, by=by, now=now)
    assert Authenticator.objects.filter(user=person).count() == 2


def test_second_factor_leaves_the_address_to_be_changed(client, now, organisation, mailoutbox):
    person = with_password(build.lead(organisation, now=now))
    before = person.email
    sign_in(client, person)
    set_up(client)
    mailoutbox.clear()
    client.post(reverse("account_email"), {"action_add": "", "email": "New.Address@example.org"})
    [letter] = [letter for letter in mailoutbox if letter.to == ["new.address@example.org"]]
    person.refresh_from_db()
    assert person.email == before, "Not before the new one is confirmed."
    client.post(re.search(r"http://127\.0\.0\.1:8000(/accounts/confirm-email/\S+)", letter.body)[1])
    person.refresh_from_db()
    assert person.email == "new.address@example.org"
    assert [letter.to for letter in mailoutbox][-1] == [before], "The old address is told."
    assert AuditEvent.objects.filter(verb=Verb.PERSON_CHANGED, actor_id=person.pk).exists()


def test_second_factor_proven_at_sign_in_is_not_looked_up_at_every_page(client, now, organisation, time_machine):
    person = with_password(build.lead(organisation, now=now))
    sign_in(client, person)
    secret = set_up(client)
    time_machine.shift(60)
    other = Client()
    sign_in(other, person)
    other.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    with CaptureQueriesContext(connection) as asked:
        assert other.get("/").status_code == 200
    assert not [query for query in asked if "mfa_authenticator" in query["sql"]]


def test_second_factor_of_somebody_else_or_codes_alone_are_none(client, now, organisation):
    other, person = (with_password(build.lead(organisation, now=now)) for _ in range(2))
    sign_in(client, other)
    set_up(client)
    browser = Client()
    sign_in(browser, person)
    assert browser.get("/").url == reverse("mfa_activate_totp")
    assert not KeptForm.objects.exists(), "A page that was only asked for is no form."
    Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES).update(user=person)
    assert browser.get("/").url == reverse("mfa_activate_totp")


def test_second_factor_stands_before_no_public_page(client, now, organisation):
    sign_in(client, with_password(build.lead(organisation, now=now)))
    assert client.get(reverse("healthz")).status_code == 200
