"""Confidential text of one author."""

import uuid

from django.conf import settings
from django.db import models

from programmes.models import Relationship
from vault.fields import EncryptedTextField


class NoteQuerySet(models.QuerySet):
    def visible_to(self, viewer, *, now):
        """A private note has one reader, its author. No role and no grant widens this."""
        return self.filter(author=viewer)


class Note(models.Model):
    """Confidential text of one author. The id is set before the first save because it seals the text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes")
    text = EncryptedTextField()
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "pk"]
