"""The schedule: what beat sends and what ``manage.py sweep`` runs are one table."""

from datetime import timedelta

import pytest
from celery import shared_task
from django.core.management import CommandError, call_command

from mentoring_portal import schedule, sweeps, tasks
from mentoring_portal.celery import app
from mentoring_portal.management.commands import sweep
from mentoring_portal.models import SweepRecord

seen = []


def note(*, now):
    seen.append(now)


@shared_task
def carry(*, word):
    seen.append(word)


def send(*, now):
    carry.delay(word="carried")


def fail(*, now):
    raise ValueError("Priya Nair’s note")


@pytest.fixture
def two_entries(monkeypatch):
    seen.clear()
    entries = (
        schedule.Entry("breaks", f"{__name__}.fail", 15),
        schedule.Entry("works", f"{__name__}.note", 60),
    )
    for module in (schedule, sweeps, sweep):
        monkeypatch.setattr(module, "SCHEDULE", entries)
    return entries


def test_beat_sends_every_entry_and_nothing_else():
    assert {one["kwargs"]["name"] for one in app.conf.beat_schedule.values()} == {one.name for one in schedule.SCHEDULE}
    assert {one["task"] for one in app.conf.beat_schedule.values()} == {tasks.run_entry.name}


@pytest.mark.django_db
def test_sweep_hands_the_moment_down_and_one_fault_stops_nothing_else(two_entries):
    with pytest.raises(CommandError, match="breaks"):
        call_command("sweep", now="2027-04-14T10:00+01:00")
    assert seen == ["2027-04-14T10:00:00+01:00"]


@pytest.mark.django_db
def test_a_fault_is_recorded_without_its_text(two_entries, now, caplog):
    assert sweeps.run(two_entries[0], now=now) is False
    record = SweepRecord.objects.get()
    assert (record.name, record.failed_at, record.fault, record.finished_at) == ("breaks", now, "ValueError", None)
    assert "The sweep breaks stopped" in caplog.text


@pytest.mark.django_db
def test_an_entry_that_works_again_clears_its_fault(two_entries, now):
    SweepRecord.objects.create(name="works", failed_at=now, fault="ValueError")
    assert sweeps.run(two_entries[1], now=now)
    record = SweepRecord.objects.get()
    assert (record.finished_at, record.failed_at, record.fault) == (now, None, "")


@pytest.mark.django_db
def test_age_is_that_of_the_entry_that_runs_most_often(two_entries, now):
    assert sweeps.last_sweep_age(now=now) is None
    SweepRecord.objects.create(name="breaks", finished_at=now - timedelta(seconds=20))
    SweepRecord.objects.create(name="works", finished_at=now)
    assert sweeps.last_sweep_age(now=now) == timedelta(seconds=20)


@pytest.mark.django_db
def test_a_time_without_a_zone_is_londons(two_entries):
    with pytest.raises(CommandError):
        call_command("sweep", now="2027-04-14T10:00")
    assert seen == ["2027-04-14T10:00:00+01:00"]


@pytest.mark.parametrize("text", ["tomorrow", "14/04/2027"])
def test_a_moment_that_is_none_is_refused_in_words(text):
    with pytest.raises(CommandError, match="is no moment"):
        call_command("sweep", now=text)


def test_now_is_refused_outside_the_demo_and_tests(settings):
    settings.TESTING = False
    with pytest.raises(CommandError, match="only in the demo"):
        call_command("sweep", now="2027-04-14T10:00")


def test_an_unknown_entry_is_an_error():
    with pytest.raises(LookupError):
        schedule.entry("nothing")


@pytest.mark.django_db
def test_sweep_is_done_with_what_it_sends_when_it_ends(monkeypatch):
    seen.clear()
    monkeypatch.setattr(sweep, "SCHEDULE", (schedule.Entry("sends", f"{__name__}.send", 15),))
    call_command("sweep")
    assert seen == ["carried"]
    assert app.conf.task_always_eager is False
