"""The outbox: every message owed to a person, and what became of it."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q


class NoticeQuerySet(models.QuerySet):
    def due(self, *, now: datetime):
        """Owed, due, and held by nobody: a deliverer may take these."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        return self.filter(free, state=Notice.State.OWED, due_at__lte=now)

    def to_hand_out(self, *, now: datetime):
        """Due, and not in a queue already: the sweep hands these to the workers."""
        return self.due(now=now).filter(Q(queued_until__isnull=True) | Q(queued_until__lte=now))


class Notice(models.Model):
    """One message owed once. Rendered from current facts when it is delivered, never before."""

    class State(models.TextChoices):
        OWED = "owed", "Waiting"
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Not needed any more"
        EXPIRED = "expired", "Too late to help"
        FAILED = "failed", "Could not be sent"

    key = models.CharField(max_length=200, unique=True)  # kind and cause: the same cause never owes twice
    kind = models.CharField(max_length=40)  # one of notices.kinds
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    about = models.JSONField(default=dict)  # ids only: {"relationship": 12}
    message_id = models.UUIDField(default=uuid.uuid4, editable=False)  # the same in every attempt
    state = models.CharField(max_length=8, choices=State.choices, default=State.OWED)
    owed_by = models.ForeignKey(  # whose doing caused it; None: the portal itself
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="notices_caused"
    )
    owed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # from then on it would help nobody
    queued_until = models.DateTimeField(null=True)  # in a queue; if nobody took it by then, it is handed out again
    leased_until = models.DateTimeField(null=True)  # nobody else touches it: being sent, or waiting after a failure
    attempts = models.PositiveIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why skipped or failed, or the last failure

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["due_at", "leased_until"], condition=Q(state="owed"), name="notices_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="owed", settled_at__isnull=True) | (~Q(state="owed") & Q(settled_at__isnull=False)),
                name="notices_settled",
            )
        ]
