"""Owing notices, and trying them again."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.actions import outbox
from notices.models import Notice
from tests.builders import ground, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kind")]


def test_owe_writes_one_row_for_one_cause(now):
    ama, lead = people.person(now=now), people.person(now=now)
    owed = [
        outbox.owe(
            kind="test-letter",
            key="test-letter:1:ama",
            recipient=ama,
            about={"relationship": 1, "link": UUID(int=5)},
            due_at=now + timedelta(days=1),
            expires_at=now + timedelta(days=3),
            by=lead,
            now=now,
        )
        for _ in range(2)
    ]
    notice = Notice.objects.get()
    assert owed == [notice, notice]
    assert (notice.recipient, notice.owed_by, notice.owed_at) == (ama, lead, now)
    assert (notice.due_at, notice.expires_at) == (now + timedelta(days=1), now + timedelta(days=3))
    assert notice.about == {"relationship": 1, "link": str(UUID(int=5))}
    assert (notice.state, notice.attempts, notice.leased_until, notice.settled_at) == ("owed", 0, None, None)


def test_owe_falls_with_its_cause(now):
    ama = people.person(now=now)
    with transaction.atomic():
        ground.notice(recipient=ama, now=now)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_owe_does_not_owe_again_what_was_settled(now):
    ama = people.person(now=now)
    first = ground.notice(recipient=ama, now=now, key="k")
    Notice.objects.update(state=Notice.State.SKIPPED, settled_at=now)
    assert ground.notice(recipient=ama, now=now, key="k") == first
    assert Notice.objects.get().state == "skipped"


def test_owe_refuses_a_key_that_would_swallow_another_persons_notice(now):
    ground.notice(recipient=people.person(now=now), now=now, key="k")
    with pytest.raises(ValueError, match="taken"):
        ground.notice(recipient=people.person(now=now), now=now, key="k")


def test_owe_knows_only_registered_kinds(now):
    with pytest.raises(ValueError, match="no notice kind"):
        ground.notice(recipient=people.person(now=now), now=now, kind="unheard-of")


def test_owe_takes_ids_and_no_things(now):
    with pytest.raises(ValueError, match="ids"):
        ground.notice(recipient=people.person(now=now), now=now, about={"names": ["Ama"]})


def failed(now, **more) -> Notice:
    notice = ground.notice(recipient=people.person(now=now), now=now, **more)
    Notice.objects.filter(pk=notice.pk).update(
        state=Notice.State.FAILED, settled_at=now, reason="550 no such user", attempts=3
    )
    return notice


def test_retry_makes_it_due_again_and_says_who_did(now):
    notice, administrator = failed(now), people.person(now=now)
    outbox.retry(notice=notice, by=administrator, now=now)
    assert (notice.state, notice.attempts, notice.reason, notice.settled_at) == ("owed", 0, "", None)
    assert list(Notice.objects.due(now=now)) == [notice]
    event = AuditEvent.objects.last()
    assert (event.verb, event.actor_id, event.object_kind) == ("notice-retried", administrator.pk, "notices.notice")
    assert (event.object_id, event.about_person_id) == (str(notice.pk), notice.recipient_id)


@pytest.mark.parametrize("state", ["owed", "sent", "skipped", "expired"])
def test_retry_refuses_what_did_not_fail(now, state):
    notice = failed(now)
    Notice.objects.update(state=state, settled_at=None if state == "owed" else now)
    with pytest.raises(Refused, match="could not be sent"):
        outbox.retry(notice=notice, by=None, now=now)
    assert Notice.objects.get().state == state


def test_retry_refuses_what_would_help_nobody(now):
    notice = failed(now, expires_at=now + timedelta(hours=1))
    with pytest.raises(Refused, match="too old"):
        outbox.retry(notice=notice, by=None, now=now + timedelta(hours=1))
