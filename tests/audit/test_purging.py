"""Old days of the record go from its old end, on purpose, and what is left is proved as before."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit import append_only
from audit.actions import purging, seals
from audit.append_only import protect, release
from audit.models import AuditEvent, AuditSeal
from audit.queries import verify
from audit.refusal import Refused
from audit.verbs import Verb
from people.actions import old_things
from people.old_things import audit_kept_from
from tests.builders import ground
from tests.builders import people as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def old(now, monkeypatch):
    """25 events of the last day that may go, 25 of the first that stays, sealed by fives, after an administrator."""
    monkeypatch.setattr(seals, "BATCH", 5)
    edge = audit_kept_from(now)
    administrator = make.administrator(now=edge - 30 * DAY)
    events = [*ground.events(25, now=edge - timedelta(seconds=25)), *ground.events(25, now=edge)]
    seals.seal(by=None, now=edge + DAY)
    return administrator, events


def ids():
    return set(AuditEvent.objects.values_list("pk", flat=True))


def tamper(act):
    release(connection)
    try:
        act()
    finally:
        protect(connection)


def refused_by_the_database(act):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()


def test_whole_seals_of_old_days_go_and_the_rest_stays_proved(old, now):
    administrator, events = old
    before, chained = AuditEvent.objects.count(), AuditSeal.objects.count()
    gone = old_things.purge_events(by=administrator, now=now)
    assert before - 25 - 5 < before - gone <= before - 21  # a seal over both days waits for the younger one
    assert {event.pk for event in events[25:]} <= ids()
    assert min(ids()) == AuditSeal.objects.filter(last_event_id__gte=min(ids())).first().after_event_id + 1
    said = AuditEvent.objects.get(verb=Verb.AUDIT_PURGED)
    assert (said.actor_id, int(said.object_id)) == (administrator.pk, min(ids()) - 1)
    seals.seal(by=None, now=now)
    verdict = verify()
    assert (verdict.problems, verdict.purged, verdict.seals) == ([], gone, chained + 1)
    assert old_things.purge_events(by=administrator, now=now) == 0


def test_a_day_earlier_nothing_goes_and_a_day_later_the_rest(old, now):
    administrator, _ = old
    old_things.purge_events(by=administrator, now=now)
    left = ids()
    assert old_things.purge_events(by=administrator, now=now.replace(hour=23, minute=59)) == 0
    assert old_things.purge_events(by=administrator, now=now + DAY) == len(left - {max(left)})
    assert ids() == {max(left), max(ids())}  # that it was done, twice
    seals.seal(by=None, now=now + DAY)
    assert verify().problems == []


def test_nothing_goes_that_is_not_sealed(now):
    administrator = make.administrator(now=now - 3000 * DAY)
    assert old_things.purge_events(by=administrator, now=now) == 0
    assert ids()


def test_what_is_altered_removed_or_put_in_is_found_as_before(old, now):
    administrator, events = old
    last = purging.purge(before=audit_kept_from(now), by=administrator, now=now) and min(ids())
    seals.seal(by=None, now=now)
    lodged = AuditSeal.objects.first().digest
    assert verify(lodged=lodged).problems == []  # also one from before
    tamper(lambda: AuditEvent.objects.filter(pk=events[30].pk).update(role="x"))
    tamper(lambda: AuditEvent.objects.filter(pk=events[40].pk).delete())
    tamper(lambda: AuditEvent.objects.filter(pk=events[41].pk).update(id=last - 3))
    assert verify().problems == [
        f"Event {last - 3} was put in after the seal.",
        f"Event {events[30].pk} was altered.",
        f"Event {events[40].pk} was removed.",
        f"Event {events[41].pk} was removed.",
    ]
    first = AuditSeal.objects.first()
    tamper(lambda: AuditSeal.objects.filter(pk=first.pk).update(leaves=bytes(first.leaves)[:-40]))
    assert verify().problems[0] == f"Seal {first.pk} was altered, or one before it was removed."


def test_the_database_refuses_everything_else_while_it_goes_on_and_after(old, now):
    administrator, _ = old

    def begin_and_fail():
        with transaction.atomic(), append_only.events_can_go(connection):
            refused_by_the_database(AuditSeal.objects.all().delete)
            AuditEvent.objects.all().delete()
            raise RuntimeError("a fault")

    with pytest.raises(RuntimeError, match="a fault"):
        begin_and_fail()
    assert len(ids()) >= 50
    refused_by_the_database(AuditEvent.objects.all().delete)
    purging.purge(before=audit_kept_from(now), by=administrator, now=now)
    refused_by_the_database(AuditEvent.objects.all().delete)
    refused_by_the_database(lambda: AuditEvent.objects.update(role="x"))
    refused_by_the_database(AuditSeal.objects.all().delete)


def test_many_seals_go_some_at_a_time(old, now, monkeypatch):
    monkeypatch.setattr(purging, "SEALS", 2)
    administrator, _ = old
    assert old_things.purge_events(by=administrator, now=now) >= 21
    assert AuditEvent.objects.filter(verb=Verb.AUDIT_PURGED).count() > 2
    seals.seal(by=None, now=now)
    assert verify().problems == []


def test_only_an_administrator_may(old, now):
    with pytest.raises(Refused, match="Only an administrator"):
        old_things.purge_events(by=make.person(now=now), now=now)


def test_purge_audit_command(old, now, time_machine):
    time_machine.move_to(now, tick=False)
    administrator, events = old
    out = StringIO()
    with pytest.raises(CommandError, match="Nobody in the portal"):
        call_command("purge_audit", "--by", "nobody@example.org")
    tamper(lambda: AuditEvent.objects.filter(pk=events[30].pk).update(role="x"))
    with pytest.raises(CommandError, match="Nothing was deleted"):
        call_command("purge_audit", "--by", administrator.email)
    assert events[0].pk in ids()
    tamper(lambda: AuditEvent.objects.filter(pk=events[30].pk).update(role=""))
    call_command("purge_audit", "--by", administrator.email, stdout=out)
    assert "events were deleted; their seals stay" in out.getvalue()
    call_command("purge_audit", "--by", administrator.email, stdout=out)
    assert out.getvalue().endswith("Nothing is old enough.\n")
    call_command("verify_audit", stdout=out)
    assert "deleted on purpose" in out.getvalue()
