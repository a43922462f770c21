"""What somebody means to tell their group: written for themselves and the facilitator, then told aloud."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models import Member, Relationship
from vault.fields import EncryptedTextField


class SituationQuerySet(models.QuerySet):
    def to_tell(self):
        return self.filter(told_at=None)

    def visible_to(self, viewer, *, now: datetime):
        """One's own; and, until it has been told, those of a group that one facilitates. No grant widens this."""
        leads = Member.objects.knowing().filter(person=viewer, role=Member.Role.MENTOR).order_by()
        return self.filter(Q(author=viewer) | Q(told_at=None, relationship__in=leads.values("relationship")))


class Situation(models.Model):
    """One person's own situation for a round of their group."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="situations")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="situations")
    text = EncryptedTextField()
    brought_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    objects = SituationQuerySet.as_manager()

    class Meta:
        ordering = ["brought_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "author"], condition=Q(told_at=None), name="sessions_log_situation_one_to_tell"
            )
        ]
