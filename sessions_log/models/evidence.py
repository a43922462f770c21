"""What a mentee plans to show, domain by domain."""

import uuid

from django.conf import settings
from django.db import models

from programmes.models import Relationship
from sessions_log.models.frames import OfRelationshipQuerySet
from vault.fields import EncryptedTextField


class EvidencePlan(models.Model):
    """The plan for one domain of a portfolio, written and read by the two of a pair. No group ever reads it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.CASCADE, related_name="evidence_plans")
    domain = models.CharField(max_length=80)  # as the model named it when it was written
    text = EncryptedTextField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence_changed")
    changed_at = models.DateTimeField()

    objects = OfRelationshipQuerySet.as_manager()

    class Meta:
        ordering = ["domain", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["relationship", "domain"], name="sessions_log_evidenceplan_once")
        ]
