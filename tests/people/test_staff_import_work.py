"""The work on a long list: taken once, told as it goes, cancelled, revived, and never saved on stale knowledge."""

from datetime import timedelta

import pytest

from audit.refusal import Refused
from people import staff_import_work, tasks
from people.actions import people as people_actions
from people.actions import records, staff_imports
from people.actions import staff_import_asks as asks
from people.actions import staff_import_work as attempts
from people.models import Person, StaffImport
from people.staff_list.diff import compare_import
from tests.builders import people as make
from tests.builders.staff_lists import staff_list
from tests.people import audited
from tests.people.test_staff_imports import ASHA, BOSS

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(trust, lead, now):
    """A list that waits to be checked."""
    staff_import = staff_imports.receive(
        organisation=trust, file_name="x", data=staff_list(BOSS, ASHA), is_complete=False, by=lead, now=now
    )
    return asks.check(staff_import=staff_import, by=lead, now=now, hand_over=False)


@pytest.fixture
def saving(waiting, lead, now):
    """A list that was checked and looked at, and waits to be saved; with the comparison that was looked at."""
    staff_import_work.work(import_id=waiting.pk, clock=lambda: now)
    waiting.refresh_from_db()
    seen = compare_import(waiting, by=lead, now=now)
    asks.save(staff_import=waiting, seen=seen.digest(), by=lead, now=now, hand_over=False)
    return attempts.begin(import_id=waiting.pk, by=None, now=now), seen


def test_work_is_taken_by_one_worker(waiting, now):
    assert attempts.begin(import_id=waiting.pk, by=None, now=now)
    assert attempts.begin(import_id=waiting.pk, by=None, now=now) is None
    staff_import_work.work(import_id=waiting.pk, clock=lambda: now)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempt) == ("checking", 1)


def test_work_tells_how_far_it_is(waiting, now, monkeypatch):
    told, tell = [], attempts.tell

    def hear(*, stage, done, of, **rest):
        told.append((stage, done, of))
        return tell(stage=stage, done=done, of=of, **rest)

    monkeypatch.setattr(attempts, "tell", hear)
    moments = (now + timedelta(seconds=second) for second in range(100))
    staff_import_work.work(import_id=waiting.pk, clock=lambda: next(moments))
    assert told == [
        ("Reading the file", 0, 0),
        ("Checking the rows", 0, 2),
        ("Checking the rows", 0, 2),
        ("Checking the rows", 2, 2),
        ("Comparing with your staff", 0, 0),
    ]


def test_a_list_that_is_dropped_while_it_is_checked_stays_dropped(waiting, lead, now, monkeypatch):
    def dropped(*args, **given):
        staff_imports.drop(staff_import=StaffImport.objects.get(pk=waiting.pk), by=lead, now=now)
        return parse(*args, **given)

    parse = staff_import_work.parse
    monkeypatch.setattr(staff_import_work, "parse", dropped)
    staff_import_work.work(import_id=waiting.pk, clock=lambda: now)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.rows, waiting.file) == ("dropped", [], None)


def test_a_fault_of_the_portal_is_told_and_the_list_can_be_tried_again(waiting, lead, now, monkeypatch, caplog):
    monkeypatch.setattr(staff_import_work, "parse", None)
    staff_import_work.work(import_id=waiting.pk, clock=lambda: now)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.fault) == ("columns", staff_import_work.FAULT)
    monkeypatch.undo()
    asks.check(staff_import=waiting, by=lead, now=now, hand_over=False)
    staff_import_work.work(import_id=waiting.pk, clock=lambda: now)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.fault, waiting.adds) == ("preview", "", 2)


def test_a_worker_that_fell_silent_is_replaced_three_times_and_what_it_writes_counts_no_more(waiting, now, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.work_on_staff_list, "delay", lambda **given: sent.append(given["import_id"]))
    late = now
    for _ in range(3):
        taken = attempts.begin(import_id=waiting.pk, by=None, now=late)
        tasks.sweep_staff_imports(now=(late + timedelta(seconds=60)).isoformat())
        late += timedelta(seconds=100)
        tasks.sweep_staff_imports(now=late.isoformat())
        tasks.sweep_staff_imports(now=late.isoformat())
    assert sent == [waiting.pk] * 2
    waiting.refresh_from_db()
    assert (waiting.state, waiting.fault) == ("columns", attempts.WORKER_LOST)
    assert not attempts.tell(staff_import=taken, stage="x", done=0, of=0, by=None, now=late)


def test_a_long_list_is_saved_as_it_was_compared_where_nothing_happened_since(saving, lead, now, monkeypatch):
    staff_import, seen = saving
    as_of = audited.last()
    records.opened(person=make.person(now=now), by=lead, now=now)
    monkeypatch.setattr(staff_imports, "compare_import", None)  # it would be asked again
    with pytest.raises(TypeError):  # a person was added: that might matter
        staff_imports.save_compared(staff_import=staff_import, diff=seen, as_of=as_of, by=lead, now=now)
    as_of = audited.last()
    records.opened(person=Person.objects.last(), by=lead, now=now)
    staff_import = StaffImport.objects.get(pk=staff_import.pk)
    staff_imports.save_compared(staff_import=staff_import, diff=seen, as_of=as_of, by=lead, now=now)
    assert Person.objects.filter(given_name="Asha").exists()


def test_a_long_list_is_not_saved_where_something_changed_since_it_was_compared(saving, lead, trust, now):
    staff_import, seen = saving
    as_of = audited.last()
    people_actions.add(given_name="Asha", family_name="Khan", email="asha.khan@example.org", by=None, now=now)
    with pytest.raises(Refused):
        staff_imports.save_compared(staff_import=staff_import, diff=seen, as_of=as_of, by=lead, now=now)
    assert StaffImport.objects.get(pk=staff_import.pk).state == "saving"
    assert Person.objects.filter(given_name="Asha").count() == 1


def test_a_list_is_saved_by_a_lead_of_every_organisation_that_it_names(upload, trust, lead, now):
    second = make.organisation(now=now, name="Southbank", code="southbank")
    grant = make.grant(lead, "programme-lead", second, now=now)
    rows = [{**BOSS, "Trust": "Southbank"}]
    staff_import = upload(*rows, headings=list(rows[0]))
    make.grants.end(grant=grant, by=make.administrator(now=now), now=now)
    with pytest.raises(Refused, match="Only a programme lead of Southbank"):
        staff_imports.save(staff_import=staff_import, by=lead, now=now)
