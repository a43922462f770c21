"""What frames the talks where the mentor sets a book or another frame: homework, and the actions that follow."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models

from programmes.models import Relationship
from vault.fields import EncryptedTextField


class OfRelationshipQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Those of relationships in which ``viewer`` is now, or was when it ended; nobody else reads them."""
        own = Relationship.objects.told().filter(members__person=viewer).order_by().values("pk")
        return self.filter(relationship__in=own)


class Homework(models.Model):
    """A chapter to read, or something to do, before the two meet again. Set by the mentor, read by the two."""

    class Kind(models.TextChoices):
        FRAME = "frame", "To read or watch together"
        HOMEWORK = "homework", "Homework"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.CASCADE, related_name="homework")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.HOMEWORK)
    text = EncryptedTextField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="homework_set")
    set_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)  # the mentee says so

    objects = OfRelationshipQuerySet.as_manager()

    class Meta:
        ordering = ["-set_at", "pk"]


class AgreedActionQuerySet(OfRelationshipQuerySet):
    def for_the_board(self):
        """Those to which both have said that the board may read them."""
        return self.filter(mentee_agreed_at__isnull=False, mentor_agreed_at__isnull=False)


class AgreedAction(models.Model):
    """What the mentee means to do. The two read it; the board does once both have agreed to these very words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.CASCADE, related_name="agreed_actions")
    text = EncryptedTextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="actions_written")
    written_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    mentee_agreed_at = models.DateTimeField(null=True, blank=True)
    mentor_agreed_at = models.DateTimeField(null=True, blank=True)

    objects = AgreedActionQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]

    @property
    def board_since(self) -> datetime | None:
        """When the second of the two agreed."""
        agreed = (self.mentee_agreed_at, self.mentor_agreed_at)
        return None if None in agreed else max(agreed)
