"""What waits for a lead: people left waiting, matches that came to break a rule, and the lists that show them."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from mentoring_portal.schedule import entry
from notices.models import Notice
from people.actions import people as people_actions
from people.actions import ties
from programmes.actions import overrides, rechecks
from programmes.models import Relationship, RuleBreak
from programmes.tasks import pause_at_once, recheck_pairs
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db


def manage(world, now):
    """Ben becomes Asha's line manager after the two were paired."""
    people_builders.employments.set_managers(person=world.asha.person, managers=[world.ben.person], by=None, now=now)


# --- matches that break a rule -------------------------------------------------------------


def test_recheck_finds_what_broke_once_and_changes_nothing_else(world, now):
    assert rechecks.check(cohort=world.cohort, by=None, now=now) == 0
    manage(world, now)
    owed = Notice.objects.count()

    recheck_pairs(now=now.isoformat())
    recheck_pairs(now=(now + timedelta(days=1)).isoformat())

    [found] = RuleBreak.objects.all()
    assert found.sentence == "Ben is Asha's line manager, so cannot be Asha's mentor."
    assert (found.relationship, found.found_at, found.closed_at) == (world.pair, now, None)
    world.pair.refresh_from_db()
    assert world.pair.state == Relationship.State.LIVE
    assert Notice.objects.count() == owed
    assert AuditEvent.objects.filter(verb="rule-break-found").count() == 1


def test_recheck_lets_the_item_go_once_the_rule_is_met_again(world, now):
    tie = people_builders.tie("ds", world.asha.person, world.ben.person, now=now)
    rechecks.check(cohort=world.cohort, by=None, now=now)
    ties.end(tie=tie, by=None, now=now)
    rechecks.check(cohort=world.cohort, by=None, now=now + timedelta(days=1))
    assert RuleBreak.objects.get().outcome == "solved"


def test_recheck_says_nothing_of_what_a_lead_allowed_from_the_start(world, now):
    boss = builders.mentor(world.cohort, "Mira Boss", now=now)
    report = builders.mentee(world.cohort, "Rory Report", now=now, managers=[boss.person])
    overrides.grant(
        mentee=report, mentor=boss, rules=["line-management"], reason="They asked for it.", by=world.lead, now=now
    )
    builders.pair(world.cohort, report, boss, now=now)
    assert rechecks.check(cohort=world.cohort, by=None, now=now) == 0


def test_recheck_pauses_only_where_the_programme_says_so(world, now):
    world.cohort.programme.settings = {"matching": {"live_match_breaks_a_rule": "pause"}}
    world.cohort.programme.save()
    manage(world, now)
    rechecks.check(cohort=world.cohort, by=None, now=now)
    rechecks.check(cohort=world.cohort, by=None, now=now + timedelta(hours=1))
    world.pair.refresh_from_db()
    assert world.pair.state == Relationship.State.PAUSED
    assert Notice.objects.filter(kind="relationship-paused").count() == 2


def test_a_programme_that_pauses_at_once_is_looked_at_every_minute_and_no_other(world, now):
    manage(world, now)
    assert entry("pause-at-once").every <= 60
    pause_at_once(now=now.isoformat())
    world.pair.refresh_from_db()
    assert world.pair.state == Relationship.State.LIVE
    world.cohort.programme.settings = {"matching": {"live_match_breaks_a_rule": "pause"}}
    world.cohort.programme.save()
    pause_at_once(now=now.isoformat())
    world.pair.refresh_from_db()
    assert world.pair.state == Relationship.State.PAUSED


@pytest.mark.parametrize("more", [0, 3])
def test_recheck_asks_a_fixed_number_of_questions(world, now, more, django_assert_num_queries):
    for _ in range(more):
        builders.pair(world.cohort, now=now)
    with django_assert_num_queries(11):
        rechecks.check(cohort=world.cohort, by=None, now=now)


def test_rule_break_detail_keeps_with_a_reason(client, world, now):
    manage(world, now)
    rechecks.check(cohort=world.cohort, by=None, now=now)
    found = RuleBreak.objects.get()
    page = reverse("programmes:rule-break-detail", args=[found.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        assert "1 match breaks a rule now" in client.get(reverse("home")).content.decode()
        assert "Ben is Asha&#x27;s line manager" in client.get(page).content.decode()
        assert "Say why this pair is right" in client.post(page, {"reason": ""}).content.decode()
        assert client.post(page, {"reason": "Only until July."}).status_code == 302
        assert client.get(page).status_code == 404
    found.refresh_from_db()
    assert found.outcome == "kept"
    assert rechecks.check(cohort=world.cohort, by=None, now=now) == 0
    assert world.cohort.rule_overrides.get().reason == "Only until July."


def test_rule_break_detail_does_not_waive_a_must(client, world, now):
    people_builders.tie("ds", world.asha.person, world.ben.person, now=now)
    rechecks.check(cohort=world.cohort, by=None, now=now)
    found = RuleBreak.objects.get()
    with pytest.raises(Refused, match="must be kept"):
        rechecks.keep(rule_break=found, reason="Please.", by=world.lead, now=now)
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        shown = client.get(reverse("programmes:rule-break-detail", args=[found.pk])).content.decode()
    assert "Keep this match" not in shown
    assert "This rule must be kept" in shown


def test_rule_break_leak_nobody_else_reads_it(client, world, now):
    manage(world, now)
    rechecks.check(cohort=world.cohort, by=None, now=now)
    page = reverse("programmes:rule-break-detail", args=[RuleBreak.objects.get().pk])
    with time_machine.travel(now, tick=False):
        for person in (world.asha.person, world.ben.person, world.elsewhere):
            client.force_login(person)
            assert client.get(page).status_code == 404
            shown = client.get(reverse("home")).content.decode()
            assert "breaks a rule" not in shown


# --- people who wait -----------------------------------------------------------------------


def test_waiting_list_shows_who_waits_since_a_mentor_left(client, world, now):
    world.cohort.programme.settings = {"texts": {"interim_email": "et@example.org", "interim_phone": "020 7946 0000"}}
    world.cohort.programme.save()
    people_actions.leave(person=world.ben.person, by=None, now=now)
    later = now + timedelta(days=23)
    with time_machine.travel(later, tick=False):
        client.force_login(world.lead)
        assert "1 person needs another mentor" in client.get(reverse("home")).content.decode()
        asked = client.get(reverse("programmes:task-list")).content.decode()
        assert reverse("matching:mentor-choose", args=[world.asha.pk]) in asked  # one click from the list
        shown = client.get(reverse("programmes:waiting-list", args=[world.cohort.pk])).content.decode()
        for words in ("Asha Patel", "23 days", "Ben Carter, until 14 April 2027", "Choose a mentor"):
            assert words in shown
        client.force_login(world.asha.person)
        home = client.get(reverse("home")).content.decode()
    assert "Waiting since 14 April 2027. Until then, contact the E&amp;T team: et@example.org, 020 7946 0000." in home


def test_waiting_list_says_so_when_nobody_waits(client, world, now):
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        shown = client.get(reverse("programmes:waiting-list", args=[world.cohort.pk])).content.decode()
    assert "Nobody waits" in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_waiting_list_asks_a_fixed_number_of_questions(client, world, now, rows, django_assert_num_queries):
    for _ in range(rows):
        builders.mentee(world.cohort, now=now)
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        client.get(reverse("home"))
        with django_assert_num_queries(10):
            client.get(reverse("programmes:waiting-list", args=[world.cohort.pk]))


def test_task_list_names_what_waits_and_nothing_where_nothing_does(client, world, now):
    page = reverse("programmes:task-list")
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        assert "Nothing waits for you" in client.get(page).content.decode()
        manage(world, now)
        rechecks.check(cohort=world.cohort, by=None, now=now)
        builders.mentee(world.cohort, "Wil Waiting", now=now)
        shown = client.get(page).content.decode()
        assert "Asha Patel with Ben Carter breaks a rule now" in shown
        assert "Wil Waiting" not in shown  # nobody has left them; they are on the waiting list
        client.force_login(world.asha.person)
        assert client.get(page).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_task_list_asks_a_fixed_number_of_questions(client, world, now, rows, django_assert_num_queries):
    for _ in range(rows):
        pair = builders.pair(world.cohort, now=now)
        mentee, mentor = (member.person for member in pair.members.order_by("pk"))
        people_builders.tie("ds", mentee, mentor, now=now)
        lonely = builders.pair(world.cohort, now=now)
        builders.relationships.end(relationship=lonely, by=None, now=now)
    rechecks.check(cohort=world.cohort, by=None, now=now)
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        client.get(reverse("home"))
        with django_assert_num_queries(8):
            client.get(reverse("programmes:task-list"))
