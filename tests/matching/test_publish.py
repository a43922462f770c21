"""Publishing: once, all of it or nothing, each told once; also when many press the button together."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from audit.models import AuditEvent
from audit.refusal import Refused
from matching.actions import publications, runs
from matching.models import MatchRun
from notices.actions import delivery
from notices.models import Notice
from notices.post import Post
from people.actions.people import leave
from people.models import Tie
from programmes.actions import enrolments, relationships
from programmes.models import Enrolment, Relationship
from tests.builders import matching, people, programmes
from tests.matching.conftest import make_world
from tests.races import publish_together, publishing_is_not_claimed, publishing_is_unguarded

State = MatchRun.State


def deliver_all(now):
    with Post() as post:
        for pk in Notice.objects.order_by("pk").values_list("pk", flat=True):
            delivery.deliver(notice_id=pk, post=post, by=None, now=now)


def test_publish_starts_every_relationship_and_owes_each_person_one_notice(world, now):
    run = matching.finished(world.cohort, world.lead, now=now)

    started = publications.publish(run=run, by=world.lead, now=now)

    assert (run.state, run.published_at) == (State.PUBLISHED, now)
    assert len(started) == 3
    assert Relationship.objects.live().filter(cohort=world.cohort).count() == 3
    assert set(Notice.objects.values_list("recipient", flat=True)) == set(
        Enrolment.objects.values_list("person", flat=True)
    )
    assert Notice.objects.filter(kind="match-published").count() == 6
    published = AuditEvent.objects.get(verb="match-run-published")
    assert (published.actor_id, published.object_id) == (world.lead.pk, str(run.pk))
    assert AuditEvent.objects.filter(verb="relationship-started").count() == 3


def test_publish_letters_say_who_what_to_expect_and_the_way_in(world, now):
    matching.published(world.cohort, world.lead, now=now)

    deliver_all(now)
    deliver_all(now)

    assert len(mail.outbox) == 6
    letter = next(one for one in mail.outbox if one.to == [world.femi.person.email])
    assert letter.subject == "You have been matched: Trainee mentoring"
    assert letter.body.startswith(
        "Dear Femi,\n\nGwen Hale (Pharmacist, South site) is your mentor on Trainee mentoring"
    )
    assert "Your mentor is a band 6 pharmacist who was in your place not long ago." in letter.body
    assert "/welcome/" in letter.body  # never signed in
    assert "<strong>Gwen Hale</strong> (Pharmacist, South site) is your mentor" in letter.alternatives[0].content
    to_mentor = next(one for one in mail.outbox if one.to == [world.gwen.person.email])
    assert "Femi Ade (Trainee pharmacist, South site) is your trainee pharmacist" in to_mentor.body
    assert "points" not in letter.body + to_mentor.body  # no score, no reason of style
    assert "style" not in letter.body + to_mentor.body


def test_publish_letter_of_somebody_who_has_signed_in_leads_to_the_match(world, now):
    world.femi.person.set_password("a long enough one")
    world.femi.person.save()
    matching.published(world.cohort, world.lead, now=now)

    deliver_all(now)

    letter = next(one for one in mail.outbox if one.to == [world.femi.person.email])
    relationship = Relationship.objects.of(world.femi.person).get()
    assert f"/programmes/relationships/{relationship.pk}/" in letter.body
    assert "/welcome/" not in letter.body


def test_publish_letter_is_not_sent_once_the_match_has_ended(world, now):
    matching.published(world.cohort, world.lead, now=now)
    relationship = Relationship.objects.of(world.femi.person).get()
    relationships.end(relationship=relationship, by=world.lead, now=now)

    deliver_all(now)

    skipped = Notice.objects.filter(kind="match-published", state=Notice.State.SKIPPED)
    assert {notice.reason for notice in skipped} == {"The match has ended."}
    assert skipped.count() == 2


def test_publish_twice_is_refused_in_words(world, now):
    run = matching.published(world.cohort, world.lead, now=now)

    with pytest.raises(Refused, match="published already"):
        publications.publish(run=run, by=world.lead, now=now)

    assert Relationship.objects.count() == 3
    assert AuditEvent.objects.filter(verb="match-run-published").count() == 1


@pytest.mark.parametrize("what_came_between", ["a rule", "a withdrawal", "a leaver", "a match by hand"])
def test_publish_is_refused_as_a_whole_where_a_pair_has_come_to_break_a_rule(world, now, what_came_between):
    run = matching.finished(world.cohort, world.lead, now=now)
    if what_came_between == "a rule":
        people.tie(Tie.Kind.DS, world.femi.person, world.gwen.person, now=now)
        sentence = "Femi Ade with Gwen Hale can no longer be matched: Gwen is Femi's designated supervisor"
    elif what_came_between == "a withdrawal":
        enrolments.withdraw(enrolment=world.gwen, by=None, now=now)
        sentence = "Femi Ade with Gwen Hale can no longer be matched: Gwen is not taking part any more"
    elif what_came_between == "a leaver":  # of whom the rules know no band
        leave(person=world.gwen.person, by=None, now=now)
        sentence = "Femi Ade with Gwen Hale can no longer be matched: Gwen is not taking part any more"
    else:
        programmes.pair(world.cohort, programmes.mentee(world.cohort, now=now), world.gwen, now=now)
        sentence = "Femi Ade with Gwen Hale can no longer be matched: Gwen already has 1 trainee pharmacist"
    before = Relationship.objects.count()

    with pytest.raises(Refused, match=sentence):
        publications.publish(run=run, by=world.lead, now=now)

    run.refresh_from_db()
    assert run.state == State.FINISHED
    assert Relationship.objects.count() == before
    assert not Notice.objects.filter(kind="match-published").exists()
    assert not AuditEvent.objects.filter(verb="match-run-published").exists()


def test_publish_of_an_unfinished_run_is_refused(world, now):
    run = matching.requested(world.cohort, world.lead, now=now)
    with pytest.raises(Refused, match="still being found"):
        publications.publish(run=run, by=world.lead, now=now)
    runs.cancel(run=run, by=world.lead, now=now)
    with pytest.raises(Refused, match="cannot be published"):
        publications.publish(run=run, by=world.lead, now=now)


def test_publish_of_a_run_that_placed_nobody_is_refused(world, now):
    for mentor in (world.ben, world.dev, world.gwen):
        for mentee in (world.asha, world.cara, world.femi):
            people.tie(Tie.Kind.BLOCK, mentee.person, mentor.person, now=now)
    run = matching.finished(world.cohort, world.lead, now=now)

    with pytest.raises(Refused, match="nobody could be placed"):
        publications.publish(run=run, by=world.lead, now=now)

    assert run.left_out.count() == 3


def test_publish_by_somebody_who_does_not_lead_is_refused(world, now):
    run = matching.finished(world.cohort, world.lead, now=now)
    for somebody in (world.ben.person, people.administrator(now=now)):
        with pytest.raises(Refused, match="Only a lead"):
            publications.publish(run=run, by=somebody, now=now)
    assert not Relationship.objects.exists()


# --- together ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_publish_race_gives_one_publication_and_one_mail_each(now, attempt):
    world = make_world(now)
    run = matching.finished(world.cohort, world.lead, now=now)

    outcomes = publish_together(run, world.lead, now)

    assert outcomes.count(3) == 1
    assert {one for one in outcomes if one != 3} == {"These matches have been published already. Nobody is told twice."}
    assert Relationship.objects.count() == 3
    assert AuditEvent.objects.filter(verb="match-run-published").count() == 1
    assert all(one.places_taken <= one.capacity for one in Enrolment.objects.all())
    deliver_all(now)
    deliver_all(now + timedelta(minutes=1))
    assert sorted(one.to[0] for one in mail.outbox) == sorted(Enrolment.objects.values_list("person__email", flat=True))


@pytest.mark.django_db(transaction=True)
def test_publish_race_twin_without_the_guards_publishes_more_than_once(now):
    """With the conditional updates replaced by a look at the loaded row, the race is there to be seen."""
    world = make_world(now)
    run = matching.finished(world.cohort, world.lead, now=now)

    with publishing_is_unguarded():
        outcomes = publish_together(run, world.lead, now)

    assert outcomes.count(3) > 1
    assert Relationship.objects.count() > 3


@pytest.mark.django_db(transaction=True)
def test_publish_race_is_also_lost_without_the_first_guard(now):
    """The places in the database stand behind it: even then nobody is matched twice."""
    world = make_world(now)
    run = matching.finished(world.cohort, world.lead, now=now)

    with publishing_is_not_claimed():
        outcomes = publish_together(run, world.lead, now)

    assert outcomes.count(3) == 1
    assert Relationship.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_request_race_gives_one_run(now, monkeypatch):
    monkeypatch.setattr("matching.tasks.run_match.delay", lambda **message: None)
    world = make_world(now)
    ready = threading.Barrier(4)
    outcomes = []

    def press():
        try:
            ready.wait()
            outcomes.append(matching.requested(world.cohort, world.lead, now=now).pk)
        except Refused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert MatchRun.objects.count() == 1
    assert sorted(map(type, outcomes), key=str) == [int, str, str, str]
