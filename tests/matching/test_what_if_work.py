"""What would place more people of a large cohort is a worker's: its progress, what it finds, and what becomes of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.refusal import Refused
from matching import what_if, what_if_work
from matching.actions import attempts, decisions, what_if_asks, what_ifs
from matching.models import WhatIfRun
from matching.tasks import sweep_runs
from people.actions import erasure
from people.actions import people as leavers
from programmes.actions import enrolments
from tests.builders import matching, people, programmes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
State = WhatIfRun.State


@pytest.fixture
def large(monkeypatch):
    """Nine pairs are large."""
    monkeypatch.setattr("matching.web.what_if.WHILE_SOMEBODY_WAITS", 8)


@pytest.fixture
def short(world, now):
    """A mentor too few, and one whom a rule keeps away."""
    enrolments.withdraw(enrolment=world.gwen, by=None, now=now)
    return programmes.mentor(world.cohort, "Sam Senior", now=now, band="7")


@pytest.fixture
def asked(world, short, now):
    return what_if_asks.ask(cohort=world.cohort, by=world.lead, now=now)


def address(cohort) -> str:
    return reverse("matching:what-if", args=[cohort.pk])


def page(client, cohort) -> str:
    return " ".join(client.get(address(cohort)).content.decode().split())


def test_a_worker_finds_what_the_page_finds_at_once(asked, world, now):
    for _ in range(2):
        what_if_work.work(what_if_id=asked.pk, clock=lambda: now)
    asked.refresh_from_db()
    assert (asked.state, asked.attempt) == (State.FINISHED, 1)
    found = what_if.Changes.kept(asked.found)
    assert found == what_if.what_if(world.cohort, now=now)
    assert (found.needed, found.placed, [one.more for one in found.lifted]) == (3, 2, [1])
    assert found.one_more


def test_progress_counts_each_change(asked, now, monkeypatch):
    told, tell = [], what_ifs.tell
    monkeypatch.setattr(
        what_ifs, "tell", lambda **what: told.append((what["stage"], what["done"], what["of"])) or tell(**what)
    )
    what_if_work.work(what_if_id=asked.pk, clock=lambda: now)
    assert [stage for stage, done, _ in told if not done] == [
        "Reading who is enrolled",
        "Checking each pair against the rules",
        "Finding the best plan as things stand",
        "Trying one more mentor of each kind",
        "Lifting one rule at a time",
    ]
    assert [of for _, _, of in told] == [0, 3, 0, 2, 3]  # mentees, kinds of mentor, rules of strength should


def test_what_if_page_asks_shows_progress_and_then_what_was_found(large, short, world, now, client):
    client.force_login(world.lead)
    shown = page(client, world.cohort)
    assert "With 9 pairs to look at that takes minutes." in shown
    assert "Left without a mentor" not in shown

    shown = client.post(address(world.cohort), follow=True).content.decode()
    assert "Waiting to start" in shown
    run = WhatIfRun.objects.get()
    asked_for = client.get(address(world.cohort), headers={"HX-Request": "true"})
    assert "<html" not in asked_for.content.decode()
    assert "HX-Refresh" not in asked_for.headers

    what_if_work.work(what_if_id=run.pk, clock=lambda: now)
    assert client.get(address(world.cohort), headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    shown = page(client, world.cohort)
    assert "Left without a mentor in the best plan" in shown
    assert "from everybody as they were then" in shown
    assert "Work it out again" in shown


def test_what_if_page_says_which_matches_it_is_about(large, asked, world, now, client):
    what_if_work.work(what_if_id=asked.pk, clock=lambda: now)
    client.force_login(world.lead)
    matching.finished(world.cohort, world.lead, now=now)
    assert "It is about the same people, places and scores as the matches found on" in page(client, world.cohort)
    programmes.mentee(world.cohort, "Nia Bell", now=now)
    matching.finished(world.cohort, world.lead, now=now + timedelta(minutes=1))
    assert "Matches were found since" in page(client, world.cohort)


def test_what_if_is_not_worked_out_where_no_table_of_all_pairs_is_kept(large, world, now, client, monkeypatch):
    monkeypatch.setattr("matching.web.what_if.MOST_KEPT", 8)
    client.force_login(world.lead)
    assert "more than the portal works this out for" in page(client, world.cohort)


def test_what_if_cancel_stops_the_worker_and_keeps_nothing(large, asked, world, now, client):
    lost = what_ifs.begin(what_if_id=asked.pk, by=None, now=now)
    client.force_login(world.lead)
    cancel = reverse("matching:what-if-cancel", args=[world.cohort.pk])
    assert "Work it out" in client.post(cancel, follow=True).content.decode()
    assert not WhatIfRun.objects.exists()
    assert not what_ifs.tell(run=lost, stage="Late", done=0, of=0, by=None, now=now)
    assert not what_ifs.finish(run=lost, found={}, fingerprint="", by=None, now=now)
    assert "There is nothing to cancel" in client.post(cancel, follow=True).content.decode()
    what_if_work.work(what_if_id=asked.pk, clock=lambda: now)  # a message that comes late
    assert not WhatIfRun.objects.exists()


def test_a_worker_stops_in_the_middle_where_it_was_cancelled(asked, world, now, monkeypatch):
    def cancelled(*_):
        what_if_asks.cancel(cohort=world.cohort, by=world.lead, now=now)
        return 2, ()

    monkeypatch.setattr(what_if, "_without", cancelled)
    what_if_work.work(what_if_id=asked.pk, clock=lambda: now)
    assert not WhatIfRun.objects.exists()


def test_asking_twice_at_once_is_one_and_asking_again_puts_the_last_aside(asked, world, now):
    with pytest.raises(Refused, match="being worked out already"):
        what_if_asks.ask(cohort=world.cohort, by=world.lead, now=now)
    what_if_work.work(what_if_id=asked.pk, clock=lambda: now)
    again = what_if_asks.ask(cohort=world.cohort, by=world.lead, now=now)
    assert WhatIfRun.objects.get() == again != asked


def test_nobody_but_a_lead_asks_or_cancels(world, now):
    for act in (what_if_asks.ask, what_if_asks.cancel):
        with pytest.raises(Refused, match="Only a lead"):
            act(cohort=world.cohort, by=world.asha.person, now=now)


def test_what_stands_in_the_way_is_said_and_it_can_be_asked_again(large, asked, world, now, client, monkeypatch):
    monkeypatch.setattr(what_if_work, "gather", lambda *_, **__: 1 / 0)
    what_if_work.work(what_if_id=asked.pk, clock=lambda: now)
    client.force_login(world.lead)
    shown = page(client, world.cohort)
    assert "Something went wrong in the portal while this was being worked out." in shown
    assert "Work it out" in shown


def test_an_agreed_pair_that_cannot_be_is_the_reason(large, asked, world, now, client):
    decisions.agree(mentee=world.asha, mentor=world.ben, by=world.lead, now=now)
    people.tie("ds", world.asha.person, world.ben.person, now=now)
    what_if_work.work(what_if_id=asked.pk, clock=lambda: now + timedelta(seconds=1))
    asked.refresh_from_db()
    assert asked.state == State.FAILED
    assert asked.fault.startswith("You agreed Asha Rao with Ben Okoro, but this cannot be any more")


def test_a_lost_worker_is_replaced_and_given_up_after_three(asked, now, monkeypatch):
    handed = []
    monkeypatch.setattr("matching.tasks.run_what_if.delay", lambda **what: handed.append(what))
    lost = what_ifs.begin(what_if_id=asked.pk, by=None, now=now)
    for seconds in (59, 61, 61):
        sweep_runs(now=(now + timedelta(seconds=seconds)).isoformat())
    assert handed == [{"what_if_id": asked.pk}]
    assert not what_ifs.finish(run=lost, found={}, fingerprint="", by=None, now=now)
    for attempt in range(1, attempts.ATTEMPTS):
        moment = now + attempt * timedelta(minutes=2)
        what_ifs.begin(what_if_id=asked.pk, by=None, now=moment)
        what_ifs.revive(by=None, now=moment + timedelta(seconds=61))
    asked.refresh_from_db()
    assert (asked.state, asked.fault) == (State.FAILED, what_ifs.WORKER_LOST)


def test_erasing_anybody_who_is_enrolled_deletes_it(asked, world, now):
    what_if_work.work(what_if_id=asked.pk, clock=lambda: now)
    asha = world.asha.person
    leavers.leave(person=asha, by=None, now=now)
    erasure.erase(person=asha, by=None, now=now)
    assert not WhatIfRun.objects.exists()


def test_many_are_counted_and_not_all_named(world, short, now, monkeypatch):
    monkeypatch.setattr(what_if, "MOST_NAMES", 1)
    monkeypatch.setattr(what_if, "MOST_CROWDS", 1)
    programmes.mentee(world.cohort, "Ian Moss", now=now, band="7", job_title="Pharmacist")
    programmes.mentee(world.cohort, "Nia Bell", now=now)
    found = what_if.what_if(world.cohort, now=now)
    [one] = found.without
    assert one.who.endswith(" and 1 other")
    assert found.others_without == 1
