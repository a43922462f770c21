"""What carries notices: the sweep that finds them, and the task that delivers a batch."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from notices.actions import claims, delivery
from notices.models import Notice
from notices.post import Post, ServerAway

BATCH = 100  # notices a task: one connection to the mail server, and few messages in the laptop's slow queue

log = logging.getLogger(__name__)


@shared_task
def sweep_notices(*, now: str | None = None):
    """Hand every notice that is due to the workers, in batches, and settle those that are too late."""
    clock = timezone.now()
    moment = datetime.fromisoformat(now) if now else clock
    ahead = (moment - clock).total_seconds()
    delivery.expire(by=None, now=moment)
    delivery.release(by=None, now=moment)
    for batch in _batches(moment):
        # Queued first: where the queue is away this raises, and the next sweep finds them as they were.
        deliver_notices.delay(notice_ids=batch, ahead=ahead)
        delivery.hand_out(notice_ids=batch, by=None, now=moment)


def _batches(now: datetime) -> Iterator[list[int]]:
    """What is to be handed out, a batch a query, each beginning where the last one ended."""
    waiting = Notice.objects.to_hand_out(now=now).order_by("due_at", "pk")
    batch = list(waiting.values_list("due_at", "pk")[:BATCH])
    while batch:
        yield [pk for _, pk in batch]
        due_at, pk = batch[-1]
        later = waiting.filter(Q(due_at=due_at, pk__gt=pk) | Q(due_at__gt=due_at), due_at__gte=due_at)
        batch = list(later.values_list("due_at", "pk")[:BATCH])


@shared_task
def deliver_notices(*, notice_ids: list[int], ahead: float = 0):
    """Deliver these, one after the other, each at its own moment.

    ``ahead``: by how many seconds the sweep's clock ran ahead of the real one (the
    demo's ``sweep --now``). The clock itself is read anew for each notice: a lease
    counted from when the batch was queued could be over before it began.
    """
    batch = claims.Batch(notice_ids)
    with Post() as post:
        for notice_id in notice_ids:
            try:
                now = timezone.now() + timedelta(seconds=ahead)
                delivery.deliver(notice_id=notice_id, post=post, batch=batch, by=None, now=now)
            except ServerAway as fault:
                claims.give_back(notices=batch.not_begun, by=None, now=now)
                log.warning("The mail server is away (%s). The sweep will try again.", fault)
                return
