"""What somebody has typed into a box and not sent yet."""

import uuid

from django.conf import settings
from django.db import models

from vault.fields import EncryptedTextField


class Draft(models.Model):
    """What ``person`` typed into the form of one page, kept as they type: theirs alone, sealed.

    Once the form is sent its words are gone, and the row stands for a while to say so: empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    page = models.CharField(max_length=200)  # its path
    text = EncryptedTextField()  # the fields as typed, URL-encoded
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "page"], name="sessions_log_draft_once")]
        indexes = [models.Index(fields=["saved_at"], name="sessions_log_draft_old")]

    @property
    def is_sent(self) -> bool:
        return self.text == ""
