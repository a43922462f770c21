"""Taking several notices at once, and giving back what was not begun."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from notices import tasks
from notices.actions import claims, delivery
from notices.actions.claims import Batch
from notices.kinds import Letter
from notices.models import Notice
from notices.post import Post, ServerAway
from people.models import Person
from tests.builders import ground, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kind")]


@pytest.fixture
def four(now):
    return [ground.notice(recipient=people.person(now=now), now=now).pk for _ in range(4)]


def standing():
    return list(Notice.objects.order_by("pk").values_list("state", "attempts", "leased_until"))


def claim(batch, notice_id, now):
    return [one.pk for one in batch.claim(notice_id=notice_id, by=None, now=now)]


def test_claims_together_and_gives_back_what_was_not_begun(now, four):
    batch = Batch(four)
    assert claim(batch, four[0], now) == [four[0]]
    assert standing() == [("owed", 1, now + claims.LEASE)] * 4
    claims.give_back(notices=batch.not_begun, by=None, now=now)
    assert standing() == [("owed", 1, now + claims.LEASE)] + [("owed", 0, None)] * 3


def test_claims_are_nobody_else_s_meanwhile(now, four):
    batch, other = Batch(four), Batch(four)
    claim(batch, four[0], now)
    assert [claim(other, notice_id, now) for notice_id in four] == [[], [], [], []]
    assert [claim(batch, notice_id, now) for notice_id in four[1:]] == [[one] for one in four[1:]]


def test_claims_that_grew_old_are_taken_anew(now, four):
    """So a lease is never older than FRESH when a mail is begun, and neither are the facts."""
    later = now + claims.FRESH + timedelta(seconds=1)
    batch = Batch(four)
    claim(batch, four[0], now)
    assert claim(batch, four[1], later) == [four[1]]
    assert standing() == [("owed", 1, now + claims.LEASE)] + [("owed", 1, later + claims.LEASE)] * 3


def test_claims_by_itself_what_broke_off_before(now, four):
    """Whatever ends a worker each time it is written must not use up the attempts of those beside it."""
    Notice.objects.filter(pk=four[1]).update(attempts=1, leased_until=now - timedelta(seconds=1))
    batch = Batch(four)
    claim(batch, four[0], now)
    assert [attempts for _, attempts, _ in standing()] == [1, 1, 1, 1]
    assert claim(batch, four[1], now) == [four[1]]
    assert [attempts for _, attempts, _ in standing()] == [1, 2, 1, 1]


def test_claims_of_a_worker_that_died_are_due_again_when_the_lease_is_over(now, four):
    claim(Batch(four), four[0], now)
    assert not Notice.objects.due(now=now + claims.LEASE - timedelta(seconds=1)).exists()
    assert list(Notice.objects.due(now=now + claims.LEASE).values_list("pk", flat=True)) == four


def test_claims_of_a_batch_are_given_back_where_the_mail_server_is_away(now, four, monkeypatch):
    def send(post, message):
        raise ServerAway("Away")

    monkeypatch.setattr(Post, "send", send)
    tasks.deliver_notices(notice_ids=four, ahead=(now - timezone.now()).total_seconds())
    assert standing() == [("owed", 0, None)] * 4


def test_claims_read_again_what_changed_after_they_grew_old(now, four, kind):
    """Facts are those of the moment: an account closed in the middle of a batch gets nothing more."""
    kind(lambda notice, now: Letter(subject=str(notice.pk), text="x"))
    batch = Batch(four)
    with Post() as post:
        delivery.deliver(notice_id=four[0], post=post, batch=batch, by=None, now=now)
        Person.objects.update(is_active=False)
        later = now + claims.FRESH + timedelta(seconds=1)
        for notice_id in four[1:]:
            delivery.deliver(notice_id=notice_id, post=post, batch=batch, by=None, now=later)
    assert [message.subject for message in mail.outbox] == [str(four[0])]
    assert [state for state, _, _ in standing()] == ["sent", "skipped", "skipped", "skipped"]
