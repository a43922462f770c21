"""The outbox: every message owed to a person, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One message owed once. Rendered from current facts when it is delivered, never before."""

    class State(models.TextChoices):
        OWED = "owed", "Waiting"
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Not needed any more"
        EXPIRED = "expired", "Too late to help"
        FAILED = "failed", "Could not be sent"

    key = models.CharField(max_length=200, unique=True)  # kind and cause: the same cause never owes twice
    kind = models.CharField(max_length=40)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    about = models.JSONField(default=dict)  # ids only: {"relationship": 12}
    message_id = models.UUIDField(default=uuid.uuid4, editable=False)  # the same in every attempt
    state = models.CharField(max_length=8, choices=State.choices, default=State.OWED)
    owed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)  # a deliverer holds it until then
    attempts = models.PositiveIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why skipped or failed

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
