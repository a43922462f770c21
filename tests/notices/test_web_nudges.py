"""Stopping reminders: the page with one button, the mail program's own button, one's own page."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from notices.nudges import stop_address, wants
from people.log import mask
from tests.builders import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def ama(now):
    return people.person(now=now)


def page(person):
    return urlsplit(stop_address(person.pk)).path


def test_nudge_stop_by_opening_does_nothing(ama):
    answer = Client().get(page(ama))
    assert "Stop reminders by e-mail?" in answer.text
    assert wants(ama)


def test_nudge_stop_by_its_button_and_back(ama):
    browser = Client(enforce_csrf_checks=True)
    assert "You get no more reminders" in browser.post(page(ama)).text
    assert not wants(ama)
    assert "Stop reminders by e-mail?" in browser.post(page(ama), {"wanted": "yes"}).text
    assert wants(ama)


def test_nudge_stop_by_the_mail_programs_own_button(ama):
    """RFC 8058: a post without cookies, and nothing else."""
    answer = Client(enforce_csrf_checks=True).post(page(ama), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not wants(ama)


def test_nudge_stop_with_a_link_that_is_not_ours_says_what_to_do(ama):
    other = reverse("notices:nudge-stop", args=[f"{ama.pk}:forged"])
    for answer in (Client().get(other), Client().post(other)):
        assert "This link does not open anything" in answer.text
    assert wants(ama)


def test_nudge_stop_leads_a_merged_record_to_the_person(ama, now):
    kept = people.person(now=now)
    address = page(ama)
    type(ama).objects.filter(pk=ama.pk).update(is_active=False, merged_into=kept)
    Client().post(address)
    assert not wants(kept)


def test_nudge_stop_keeps_its_secret_out_of_the_log(ama):
    assert mask(f"POST {page(ama)}") == "POST /reminders/stop/…/"


def test_nudge_choose_on_ones_own_page(ama, client):
    client.force_login(ama)
    you, choose = reverse("people:you"), reverse("notices:nudge-choose")
    assert "Stop reminders" in client.get(you).text
    assert "You get no more reminders by e-mail" in client.post(choose, {"wanted": "no"}, follow=True).text
    assert not wants(ama)
    assert "Have reminders again" in client.get(you).text
    client.post(choose, {"wanted": "yes"})
    assert wants(ama)
