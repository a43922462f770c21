"""The sweep and the batch task."""

from datetime import timedelta

import pytest
from django.core import mail

from notices import tasks
from notices.models import Notice
from notices.post import Post
from tests.builders import ground, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kind")]


@pytest.fixture
def queued(monkeypatch):
    """The batches that were queued; none is run until the test says so."""
    batches = []
    monkeypatch.setattr(tasks.deliver_notices, "delay", lambda **message: batches.append(message))
    return batches


@pytest.fixture
def three(now):
    return [ground.notice(recipient=people.person(now=now), now=now) for _ in range(3)]


def sweep(now):
    tasks.sweep_notices(now=now.isoformat())


def test_sweep_notices_queues_what_is_due_in_batches_once(now, queued, three, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 2)
    ground.notice(recipient=people.person(now=now), now=now, due_at=now + timedelta(seconds=1))
    sweep(now)
    sweep(now)
    first, second, third = (notice.pk for notice in three)
    assert [message["notice_ids"] for message in queued] == [[first, second], [third]]


def test_sweep_twice_and_run_everything_twice_sends_one_mail_each(now, queued, three):
    sweep(now)
    sweep(now + timedelta(minutes=6))  # the queue was slow: handed out a second time
    assert len(queued) == 2
    for message in queued * 2:
        tasks.deliver_notices(**message)
    assert len(mail.outbox) == 3
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def test_sweep_hands_out_again_what_a_lost_queue_swallowed(now, queued, three):
    sweep(now)
    queued.clear()  # the queue was emptied
    sweep(now + timedelta(minutes=4))
    assert queued == []
    sweep(now + timedelta(minutes=5))
    [message] = queued
    tasks.deliver_notices(**message)
    assert len(mail.outbox) == 3


def test_sweep_takes_up_what_a_dead_worker_held(now, queued, three):
    held = three[0]
    Notice.objects.filter(pk=held.pk).update(leased_until=now + timedelta(minutes=5), attempts=1)
    sweep(now)
    assert held.pk not in queued.pop()["notice_ids"]
    sweep(now + timedelta(minutes=5))
    assert held.pk in queued.pop()["notice_ids"]


def test_sweep_leaves_the_rows_as_they_were_where_the_queue_is_away(now, three, monkeypatch):
    def away(**message):
        raise ConnectionError

    monkeypatch.setattr(tasks.deliver_notices, "delay", away)
    with pytest.raises(ConnectionError):
        sweep(now)
    assert set(Notice.objects.to_hand_out(now=now)) == set(three)


def test_sweep_settles_what_is_too_late(now, queued):
    ground.notice(recipient=people.person(now=now), now=now, expires_at=now + timedelta(hours=1))
    sweep(now + timedelta(hours=1))
    assert queued == []
    assert Notice.objects.get().state == "expired"


def test_deliver_notices_counts_each_lease_from_the_moment_it_is_taken(now, queued, three, time_machine):
    """A batch runs long: the clock is read for each notice, ahead by as much as the sweep's was."""
    time_machine.move_to(now - timedelta(days=2), tick=False)
    sweep(now)
    time_machine.shift(timedelta(minutes=20))
    tasks.deliver_notices(**queued[0])
    assert set(Notice.objects.values_list("settled_at", flat=True)) == {now + timedelta(minutes=20)}


def test_deliver_notices_makes_one_connection_a_batch_and_stops_where_the_server_is_away(
    now, queued, three, monkeypatch
):
    tried = []

    class Away:
        def open(self):
            tried.append("open")
            raise ConnectionRefusedError

        def close(self):
            tried.append("close")

    monkeypatch.setattr("notices.post.get_connection", Away)
    sweep(now)
    tasks.deliver_notices(**queued[0])
    assert tried == ["open", "close"]
    assert set(Notice.objects.values_list("state", "attempts")) == {("owed", 0)}


def test_deliver_notices_carries_on_past_one_that_fails(now, queued, three, kind):
    def render(notice, now):
        if notice.pk == three[0].pk:
            raise RuntimeError
        return ground.plain_letter(notice, now)

    kind(render)
    sweep(now)
    tasks.deliver_notices(**queued[0])
    assert list(Notice.objects.order_by("pk").values_list("state", flat=True)) == ["owed", "sent", "sent"]


def test_post_makes_no_connection_where_nothing_is_sent(monkeypatch):
    class Untouched:
        def close(self):
            pass

    monkeypatch.setattr("notices.post.get_connection", Untouched)
    with Post():
        pass
