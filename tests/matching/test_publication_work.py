"""A large publication is a worker's: once, all or nothing, whatever happens to the worker."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from matching import publishable, publishing
from matching.actions import moves, publication_asks, publication_work, publications
from matching.models import MatchRun, Publication
from matching.tasks import sweep_runs
from notices.models import Notice
from people.models import Tie
from programmes.actions.telling import Telling
from programmes.models import Relationship
from tests.builders import matching, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
State = Publication.State


@pytest.fixture
def run(world, now):
    return matching.finished(world.cohort, world.lead, now=now)


@pytest.fixture
def asked(run, world, now):
    return publication_asks.ask(run=run, telling=Telling(), by=world.lead, now=now)


def nothing_was_published(run) -> bool:
    run.refresh_from_db()
    made = Relationship.objects.exists() or Notice.objects.filter(kind="match-published").exists()
    return run.state == MatchRun.State.FINISHED and run.published_at is None and not made


def test_a_worker_publishes_once_however_often_it_is_told(run, asked, world, now):
    for _ in range(2):
        publishing.work(publication_id=asked.pk, clock=lambda: now)

    run.refresh_from_db()
    asked.refresh_from_db()
    assert (run.state, asked.state) == (MatchRun.State.PUBLISHED, State.DONE)
    assert Relationship.objects.live().count() == 3
    assert Notice.objects.filter(kind="match-published").count() == 6
    assert AuditEvent.objects.get(verb="match-run-published").actor_id == world.lead.pk


def test_progress_counts_each_match_and_says_when_they_are_written(asked, now, monkeypatch):
    told, tell = [], publication_work.tell
    monkeypatch.setattr(
        publication_work, "tell", lambda **what: told.append((what["stage"], what["done"], what["of"])) or tell(**what)
    )
    publishing.work(publication_id=asked.pk, clock=lambda: now)
    assert told == [("Checking each match once more", 0, 3), ("Writing 3 matches, all or none", 0, 0)]


def test_two_who_press_at_once_give_one_publication(asked, run, world, now):
    with pytest.raises(Refused, match="being published already"):
        publication_asks.ask(run=run, telling=Telling(), by=world.lead, now=now)
    publications.publish(run=run, by=world.lead, now=now)  # a command, meanwhile

    publishing.work(publication_id=asked.pk, clock=lambda: now)

    asked.refresh_from_db()
    assert (asked.state, asked.fault) == (
        State.FAILED,
        "These matches have been published already. Nobody is told twice.",
    )
    assert Relationship.objects.count() == 3


def test_a_crash_in_the_middle_leaves_nothing_and_it_can_be_pressed_again(asked, run, world, now, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(publications, "_note_what_became_of", lambda run: 1 / 0)
        publishing.work(publication_id=asked.pk, clock=lambda: now)
    asked.refresh_from_db()
    assert (asked.state, asked.fault) == (State.FAILED, publishing.FAULT)
    assert nothing_was_published(run)

    again = publication_asks.ask(run=run, telling=Telling(), by=world.lead, now=now)
    publishing.work(publication_id=again.pk, clock=lambda: now)
    assert Relationship.objects.count() == 3


def test_a_match_that_cannot_be_any_more_stops_it_with_its_sentence(asked, run, world, now):
    people.tie(Tie.Kind.DS, world.femi.person, world.gwen.person, now=now)
    publishing.work(publication_id=asked.pk, clock=lambda: now)
    asked.refresh_from_db()
    assert asked.state == State.FAILED
    assert "Femi Ade with Gwen Hale can no longer be matched: Gwen is Femi's designated supervisor" in asked.fault
    assert nothing_was_published(run)


def test_a_lost_worker_is_replaced_and_what_it_does_late_counts_for_nothing(asked, run, now, monkeypatch):
    handed = []
    monkeypatch.setattr("matching.tasks.publish_run.delay", lambda **what: handed.append(what))
    lost = publication_work.begin(publication_id=asked.pk, by=None, now=now)
    sweep_runs(now=(now + timedelta(seconds=89)).isoformat())
    assert handed == []
    later = now + timedelta(seconds=91)
    sweep_runs(now=later.isoformat())
    sweep_runs(now=later.isoformat())
    assert handed == [{"publication_id": asked.pk}]

    assert not publication_work.tell(publication=lost, stage="Late", done=0, of=0, by=None, now=later)
    assert not publication_work.carry_out(publication=lost, by=None, now=later)
    assert nothing_was_published(run)
    publishing.work(publication_id=asked.pk, clock=lambda: later)
    assert Relationship.objects.count() == 3


def test_after_three_lost_workers_it_is_given_up_in_words(asked, run, now):
    for attempt in range(3):
        moment = now + attempt * timedelta(minutes=2)
        publication_work.begin(publication_id=asked.pk, by=None, now=moment)
        publication_work.revive(by=None, now=moment + timedelta(seconds=91))
    asked.refresh_from_db()
    assert (asked.state, asked.fault) == (State.FAILED, publication_work.WORKER_LOST)
    assert nothing_was_published(run)


def test_matches_that_are_being_published_are_not_changed(asked, run, world, now):
    gwen = world.gwen
    with pytest.raises(Refused, match="are being published"):
        moves.move(run=run, mentee=world.asha, mentor=gwen, instead_of=None, by=world.lead, now=now)


def test_run_publish_shows_how_far_a_large_publication_is(client, world, run, now, monkeypatch):
    monkeypatch.setattr(publishable, "LARGE", 2)
    client.force_login(world.lead)
    address = reverse("matching:run-publish", args=[run.pk])

    page = client.post(address, {"when": "myself"}, follow=True).content.decode()

    assert "Publishing the matches" in page
    assert "Waiting to start" in page
    asked = Publication.objects.get()
    assert (asked.state, asked.by_mail, asked.requested_by) == (State.QUEUED, False, world.lead)
    assert nothing_was_published(run)
    asked_for = client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in asked_for.content.decode()
    assert "HX-Refresh" not in asked_for.headers
    publishing.work(publication_id=asked.pk, clock=lambda: now)
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert client.get(address).status_code == 302


def test_run_publish_says_why_a_large_publication_came_to_nothing(client, world, run, asked, now):
    people.tie(Tie.Kind.DS, world.femi.person, world.gwen.person, now=now)
    publishing.work(publication_id=asked.pk, clock=lambda: now)
    client.force_login(world.lead)
    page = client.get(reverse("matching:run-publish", args=[run.pk])).content.decode()
    assert "Nothing was published. Femi Ade with Gwen Hale can no longer be matched" in page
    assert "Publish 3 matches" in page
