"""What every row of work for a worker has: how far it is, whose attempt it is, and when it was last heard of.

An attempt is numbered. A worker that was thought dead and comes back finds a later
attempt in its place: every write here names the attempt, so its writes change nothing.
"""

from datetime import datetime

from django.db import models
from django.db.models import F

ATTEMPTS = 3  # work that took its worker down this often is not tried again by itself
QUEUED, RUNNING, FAILED = "queued", "running", "failed"
AFRESH = {"stage": "", "done": 0, "of": 0}


class AttemptQuerySet(models.QuerySet):
    def under_way(self):
        return self.filter(state__in=self.model.UNDER_WAY)

    def silent(self, *, since: datetime):
        """Those that should be at work, or be taken up, and of which nothing was heard since then."""
        return self.under_way().filter(beat_at__lt=since)

    def take(self, pk: int, *, now: datetime) -> bool:
        """Begin an attempt at what waits. False: it was cancelled, it is over, or another worker has it."""
        waiting = self.filter(pk=pk, state=QUEUED)
        return bool(waiting.update(state=RUNNING, attempt=F("attempt") + 1, beat_at=now, **AFRESH))

    def write(self, attempt, *, now: datetime, **fields) -> bool:
        """Write what its worker has to say, which is also a sign of life. False: stop, it is no longer yours."""
        held = self.filter(pk=attempt.pk, state=RUNNING, attempt=attempt.attempt)
        return bool(held.update(beat_at=now, **fields))

    def put_back(self, seen, *, now: datetime) -> bool:
        """Let it wait for another worker. False where the row has moved since it was ``seen``."""
        return bool(self._as(seen).update(state=QUEUED, beat_at=now, **AFRESH))

    def give_up(self, seen, **fields) -> bool:
        """It took its workers down too often. False where the row has moved since it was ``seen``."""
        return bool(self._as(seen).update(state=FAILED, stage="", **fields))

    def _as(self, seen):
        return self.filter(pk=seen.pk, state=seen.state, attempt=seen.attempt, beat_at=seen.beat_at)


class Attempted(models.Model):
    """Work that is queued -> running -> over in a way of its own; back to queued where its worker is lost."""

    UNDER_WAY = (QUEUED, RUNNING)

    requested_at = models.DateTimeField()
    beat_at = models.DateTimeField()  # last sign of life; work without one is started again
    attempt = models.PositiveSmallIntegerField(default=0)  # whoever holds the latest may write; earlier ones may not
    stage = models.CharField(max_length=60, blank=True)  # in words, for the lead
    done = models.PositiveIntegerField(default=0)  # of ``of`` steps in this stage
    of = models.PositiveIntegerField(default=0)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-requested_at", "-pk"]

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def detail(self) -> str:
        """How far the stage is, in words."""
        return f"{self.done} of {self.of}"
