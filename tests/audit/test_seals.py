"""Sealing events into the chain, and finding what was done to them afterwards."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit import chain
from audit.actions import seals
from audit.append_only import protect, release
from audit.models import AuditEvent, AuditSeal
from audit.queries import verify
from audit.tasks import seal_events
from tests.builders import ground

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(seals, "BATCH", 10)


def tamper(act):
    """Do what only somebody who owns the database can do."""
    release(connection)
    try:
        act()
    finally:
        protect(connection)


def test_seal_takes_every_event_once_in_batches(now, small_batches):
    ground.events(25, now=now)
    assert seals.seal(by=None, now=now) == 25
    assert list(AuditSeal.objects.values_list("events", flat=True)) == [10, 10, 5]
    assert seals.seal(by=None, now=now) == 0
    ground.events(1, now=now)
    seal_events(now=now.isoformat())
    verdict = verify()
    assert (verdict.events, verdict.seals, verdict.unsealed, verdict.problems) == (26, 4, 0, [])


def test_seal_of_nothing_is_nothing(now):
    assert seals.seal(by=None, now=now) == 0
    assert verify().head == chain.GENESIS


@pytest.mark.parametrize(
    "change",
    [
        {"actor_id": 7},
        {"verb": "note-deleted"},
        {"object_id": "999"},
        {"about_person_id": 1},
        {"outcome": "refused"},
        {"role": "x"},
        {"scope_id": 1},
        {"request_id": "x"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_verify_finds_the_one_altered_event_of_many(now, small_batches, change):
    victim = ground.events(95, now=now)[41]
    seals.seal(by=None, now=now)
    tamper(lambda: AuditEvent.objects.filter(pk=victim.pk).update(**change))
    assert verify().problems == [f"Event {victim.pk} was altered."]


def test_verify_covers_every_column():
    """A new column that is not hashed could be altered unseen."""
    assert set(chain.FIELDS) == {field.attname for field in AuditEvent._meta.concrete_fields}


def test_verify_finds_a_removed_event_and_one_put_in(now, small_batches):
    written = [event.pk for event in ground.events(30, now=now)]
    gap, removed, renumbered = written[2], written[4], written[14]
    tamper(AuditEvent.objects.filter(pk=gap).delete)  # as a transaction that was rolled back leaves one
    seals.seal(by=None, now=now)
    assert verify().problems == []
    tamper(AuditEvent.objects.filter(pk=removed).delete)
    tamper(lambda: AuditEvent.objects.filter(pk=renumbered).update(id=gap))
    assert verify().problems == [
        f"Event {gap} was put in after the seal.",
        f"Event {removed} was removed.",
        f"Event {renumbered} was removed.",
    ]


def test_verify_finds_an_event_sealed_over_and_a_seal_written_anew(now, small_batches):
    """Someone alters an event and makes its own seal fit: the next seal gives it away."""
    victim = ground.events(30, now=now)[4]
    seals.seal(by=None, now=now)

    def alter_event_and_seal():
        AuditEvent.objects.filter(pk=victim.pk).update(actor_id=99)
        first = AuditSeal.objects.first()
        leaves = b"".join(chain.leaf(event) for event in AuditEvent.objects.filter(pk__lte=first.last_event_id))
        AuditSeal.objects.filter(pk=first.pk).update(leaves=leaves, digest=chain.digest(chain.GENESIS, leaves))

    tamper(alter_event_and_seal)
    second = AuditSeal.objects.all()[1]
    assert verify().problems == [f"Seal {second.pk} was altered, or one before it was removed."]


def test_verify_finds_a_seal_that_was_removed_or_garbled(now, small_batches):
    ground.events(30, now=now)
    seals.seal(by=None, now=now)
    first, second, third = AuditSeal.objects.all()
    tamper(lambda: AuditSeal.objects.filter(pk=first.pk).update(leaves=b"garbled"))
    assert f"Seal {first.pk} was altered." in verify().problems
    tamper(second.delete)
    assert any(f"Seal {third.pk}" in problem for problem in verify().problems)


def test_verify_against_a_lodged_digest_finds_a_chain_written_anew(now, small_batches):
    ground.events(30, now=now)
    seals.seal(by=None, now=now)
    lodged = verify().head
    assert verify(lodged=lodged).problems == []

    def write_anew():
        AuditSeal.objects.all().delete()
        AuditEvent.objects.filter(object_id="3").delete()

    tamper(write_anew)
    seals.seal(by=None, now=now)
    assert verify().problems == []
    assert "lodged" in verify(lodged=lodged).problems[0]


def test_verify_audit_command_says_what_it_found(now):
    victim = ground.events(3, now=now)[1]
    seals.seal(by=None, now=now)
    ground.events(1, now=now)
    out, err = StringIO(), StringIO()
    call_command("verify_audit", stdout=out)
    assert "3 events in 1 seals are as they were sealed; 1 wait" in out.getvalue()
    tamper(lambda: AuditEvent.objects.filter(pk=victim.pk).update(role="x"))
    with pytest.raises(CommandError, match="not what was sealed: 1"):
        call_command("verify_audit", stderr=err)
    assert err.getvalue() == f"Event {victim.pk} was altered.\n"


def test_seal_extends_the_chain_once_where_two_seal_at_once(now, monkeypatch):
    """The second sealer saw the same head; its seal is refused and the first one's stands."""
    ground.events(3, now=now)
    digest = chain.digest

    def digest_while_another_seals(previous, leaves):
        monkeypatch.setattr(chain, "digest", digest)
        assert seals.seal(by=None, now=now) == 3
        return digest(previous, leaves)

    monkeypatch.setattr(chain, "digest", digest_while_another_seals)
    assert seals.seal(by=None, now=now) == 0
    assert AuditSeal.objects.count() == 1
    assert verify().problems == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "guard off"])
def test_seal_waits_for_an_earlier_id_that_commits_late(now, guarded, monkeypatch):
    """Event 1 is written but not committed, event 2 is. With the guard off, event 1 would escape the chain."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    if not guarded:
        monkeypatch.setattr(
            seals, "_settled_horizon", lambda: AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
        )
    written, may_commit = threading.Event(), threading.Event()

    def late_writer():
        with transaction.atomic():
            ground.events(1, now=now)
            written.set()
            may_commit.wait(20)
        connection.close()

    thread = threading.Thread(target=late_writer)
    thread.start()
    written.wait(20)
    ground.events(1, now=now)
    sealed_early = seals.seal(by=None, now=now)
    may_commit.set()
    thread.join()
    seals.seal(by=None, now=now)
    verdict = verify()
    if guarded:
        assert (sealed_early, verdict.events, verdict.problems) == (0, 2, [])
    else:
        assert (sealed_early, verdict.events) == (1, 1)
        assert "was put in after the seal" in verdict.problems[0]
