"""Where one is signed in, and signing out everywhere else."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.tasks import drop_old_sessions
from people.templatetags.signing_in import browser_in_words
from tests.builders import people as build

pytestmark = pytest.mark.django_db

PASSWORD = "violet-harbour-lantern"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1"


@pytest.fixture
def person(now, time_machine):
    time_machine.move_to(now, tick=False)
    made = build.person("Amara Quill", now=now)
    made.set_password(PASSWORD)
    made.save()
    return made


def signed_in(person, browser):
    client = Client(headers={"user-agent": browser})
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert client.get("/").status_code == 200
    return client


def test_signed_in_where_names_each_browser_and_signs_out_all_others(person, now):
    here, there = signed_in(person, EDGE), signed_in(person, SAFARI)
    somebody = build.person("Ben Okoro", now=now)
    somebody.set_password(PASSWORD)
    somebody.save()
    theirs = signed_in(somebody, EDGE)
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Edge on Windows" in page
    assert "Safari on iPhone" in page
    here.post(reverse("usersessions_list"))
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == theirs.get("/").status_code == 200
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "You are signed in here and nowhere else." in page
    assert "Safari" not in page


def test_signed_in_where_is_forgotten_with_the_sign_in(person, now, time_machine, settings):
    client = signed_in(person, EDGE)
    drop_old_sessions(now=now.isoformat())
    assert UserSession.objects.count() == 1, "It lasts."
    client.post(reverse("account_logout"))
    signed_in(person, SAFARI)
    time_machine.shift(settings.SESSION_LONGEST + 60)
    drop_old_sessions(now=timezone.now().isoformat())
    assert not UserSession.objects.exists(), "Neither the browser nor the address of a sign-in that is over is kept."


@pytest.mark.parametrize(
    ("sent", "words"),
    [(EDGE, "Edge on Windows"), (SAFARI, "Safari on iPhone"), ("curl/8", "A browser"), ("", "A browser")],
)
def test_browser_in_words(sent, words):
    assert browser_in_words(sent) == words
