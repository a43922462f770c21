"""When matches are told: the letters beforehand, a day that may be changed, and taking it back."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from matching.actions import publications
from matching.models import MatchRun
from notices.models import Notice
from people.days import in_words
from programmes.actions import telling
from programmes.actions.telling import Telling
from programmes.models import Enrolment, Member, Relationship
from tests.builders import matching, people, programmes

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def run(world, now):
    return matching.finished(world.cohort, world.lead, now=now)


@pytest.fixture
def thursday(now):
    return now + timedelta(days=8)


def owed() -> int:
    return Notice.objects.filter(kind="match-published").count()


def test_publish_on_a_day_holds_the_places_and_tells_nobody(world, run, now, thursday):
    started = publications.publish(run=run, telling=Telling(opens_at=thursday), by=world.lead, now=now)
    assert {one.state for one in started} == {"arranged"}
    assert set(Enrolment.objects.values_list("places_taken", flat=True)) == {1}
    assert owed() == 0
    telling.open_due(by=None, now=thursday)
    assert owed() == 6


def test_run_arranged_still_names_whom_no_mail_can_reach(client, world, now, thursday, clock_stands):
    nia = people.person("Nia Bell", now=now, email=None, organisation=world.home, job_title="Trainee pharmacist")
    programmes.mentee(world.cohort, nia, now=now)
    programmes.mentor(world.cohort, now=now)
    run = matching.finished(world.cohort, world.lead, now=now)
    client.force_login(world.lead)
    page = reverse("matching:run-publish", args=[run.pk])
    said = "The portal has no e-mail address for Nia Bell: tell them yourself."
    assert said in client.get(page).content.decode()
    day = {"day-day": thursday.day, "day-month": thursday.month, "day-year": thursday.year}
    shown = client.post(page, {"when": "later", **day}, follow=True).content.decode()
    assert "When people are told" in shown
    assert said in shown


def test_publish_for_a_moment_that_has_passed_is_refused(world, run, now):
    with pytest.raises(Refused, match="moment has passed"):
        publications.publish(run=run, telling=Telling(opens_at=now), by=world.lead, now=now)
    run.refresh_from_db()
    assert run.state == MatchRun.State.FINISHED


def test_tell_at_changes_the_day_until_it_comes(world, run, now, thursday):
    publications.publish(run=run, telling=Telling(opens_at=thursday), by=world.lead, now=now)
    friday = thursday + timedelta(days=1)
    assert publications.tell_at(run=run, telling=Telling(opens_at=friday), by=world.lead, now=now) == 3
    assert telling.open_due(by=None, now=thursday) == 0
    publications.tell_at(run=run, telling=Telling(), by=world.lead, now=thursday)
    assert owed() == 6
    with pytest.raises(Refused, match="told already"):
        publications.tell_at(run=run, telling=Telling(opens_at=friday), by=world.lead, now=thursday)
    assert AuditEvent.objects.filter(verb="publication-moved").count() == 2


def test_take_back_leaves_nothing_and_lets_it_be_published_again(world, run, now, thursday):
    publications.publish(run=run, telling=Telling(opens_at=thursday), by=world.lead, now=now)
    publications.take_back(run=run, by=world.lead, now=now)
    assert (run.state, run.published_at) == (MatchRun.State.FINISHED, None)
    assert not Relationship.objects.exists()
    assert not Member.objects.exists()
    assert set(Enrolment.objects.values_list("places_taken", flat=True)) == {0}
    assert telling.open_due(by=None, now=thursday) == 0
    assert len(publications.publish(run=run, by=world.lead, now=now)) == 3


def test_take_back_is_refused_once_anybody_knows(world, run, now, thursday):
    publications.publish(run=run, telling=Telling(opens_at=thursday), by=world.lead, now=now)
    telling.open_due(by=None, now=thursday)
    with pytest.raises(Refused, match="told already"):
        publications.take_back(run=run, by=world.lead, now=thursday)


@pytest.mark.parametrize("what", ["tell_at", "take_back"])
def test_publication_is_changed_by_leads_alone(world, run, now, thursday, what):
    publications.publish(run=run, telling=Telling(opens_at=thursday), by=world.lead, now=now)
    more = {"telling": Telling()} if what == "tell_at" else {}
    with pytest.raises(Refused, match="Only a lead"):
        getattr(publications, what)(run=run, by=world.ben.person, now=now, **more)


def test_run_publish_page_offers_three_ways_and_changes_the_day(client, world, run, now):
    page = reverse("matching:run-publish", args=[run.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        shown = client.get(page).content.decode()
        for words in ("Now, by e-mail", "On a day and time, by e-mail", "I tell them myself", "To Asha Rao"):
            assert words in shown
        past = {"when": "later", "day-day": "1", "day-month": "4", "day-year": "2027", "time": "09:00"}
        assert "must be in the future" in client.post(page, past).content.decode()
        assert "Enter the day" in client.post(page, {"when": "later", "time": "09:00"}).content.decode()
        assert client.post(page, past | {"day-day": "22"}).url == page
        shown = client.get(page).content.decode()
        assert "3 matches are arranged. People are told on <strong>Thursday 22 April 2027 at 09:00" in shown
        home = client.get(reverse("home")).content.decode()
        assert "People are told on 22 April 2027." in home
        client.post(page, past | {"day-day": "23"})
        assert Relationship.objects.first().opens_at.isoformat() == "2027-04-23T08:00:00+00:00"


def test_run_publish_without_mail_shows_matches_at_the_next_sign_in(client, world, run, now):
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        client.post(reverse("matching:run-publish", args=[run.pk]), {"when": "myself"})
        assert owed() == 0
        client.force_login(world.femi.person)
        assert "Gwen Hale" in client.get(reverse("home")).content.decode()


def test_run_take_back_page(client, world, run, now, thursday):
    publications.publish(run=run, telling=Telling(opens_at=thursday), by=world.lead, now=now)
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        assert client.post(reverse("matching:run-take-back", args=[run.pk])).status_code == 302
    assert not Relationship.objects.exists()


def test_letter_preview_is_the_letter_itself_and_runs_nothing(client, world, run, now):
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        answer = client.get(reverse("matching:letter-preview", args=[run.pk, 0]))
        assert "Dear Asha" in answer.content.decode()
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert client.get(reverse("matching:letter-preview", args=[run.pk, 9])).status_code == 404


@pytest.mark.parametrize(
    ("backend", "demo", "warns"),
    [
        ("notices.mail_folder.EmailBackend", False, True),
        ("notices.mail_folder.EmailBackend", True, False),  # the demo shows it at /outbox/
        ("django.core.mail.backends.smtp.EmailBackend", False, False),
    ],
)
def test_run_publish_page_warns_where_no_mail_leaves_the_computer(
    client, world, run, now, settings, backend, demo, warns
):
    settings.EMAIL_BACKEND, settings.DEMO = backend, demo
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        page = client.get(reverse("matching:run-publish", args=[run.pk])).content.decode()
        said = client.post(reverse("matching:run-publish", args=[run.pk]), follow=True).content.decode()
    assert "What they will read" in page
    assert ("No mail leaves this computer yet" in page) == warns
    chosen = re.search(r'value="(\w+)"[^>]*\bchecked\b', page)[1]
    assert chosen == ("myself" if warns else "now")  # the page does not advise one and choose the other
    assert ("kept as files and reach nobody" in said) == warns
    assert ("Everyone is being told by e-mail" in said) == (not warns)


@pytest.mark.parametrize(
    ("address", "backend", "demo", "warns"),
    [
        ("http://127.0.0.1:8000", SMTP, False, "Links in mails lead nowhere yet"),
        ("http://localhost:8000", "notices.mail_folder.EmailBackend", False, "so they open on this computer alone"),
        ("https://mentoring.example.org", "notices.mail_folder.EmailBackend", False, ""),
        ("http://127.0.0.1:8000", "notices.mail_folder.EmailBackend", True, ""),
    ],
)
def test_run_publish_page_warns_where_links_in_mails_lead_to_this_computer(
    client, clock_stands, world, run, settings, address, backend, demo, warns
):
    settings.PORTAL_ADDRESS, settings.ADDRESS = address, urlsplit(address)
    settings.EMAIL_BACKEND, settings.DEMO = backend, demo
    client.force_login(world.lead)
    page = client.get(reverse("matching:run-publish", args=[run.pk])).content.decode()
    mail = client.get(reverse("programmes:mail-list", args=[world.cohort.pk])).content.decode()
    for shown in (page, mail):
        assert (address in shown and "PORTAL_ADDRESS" in shown) == bool(warns)
        assert warns in shown


def test_run_detail_once_published_says_what_happens_now(
    client, clock_stands, world, now, django_assert_max_num_queries
):
    programmes.mentee(world.cohort, now=now)
    run = matching.published(world.cohort, world.lead, now=now)
    client.force_login(world.lead)
    page = client.get(reverse("matching:run-detail", args=[run.pk])).content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "What happens now" in words
    assert "Trainee pharmacists and mentors book their meetings themselves." in words
    assert "No fixed meetings. The two of you decide when to talk." in words
    week13 = world.cohort.start_date + timedelta(weeks=13)
    assert f"{in_words(week13)} : You tick the check-in register, week 13" in words
    assert "1 waits for a mentor : choose one by hand" in words
    with django_assert_max_num_queries(16):
        client.get(reverse("matching:run-detail", args=[run.pk]))
