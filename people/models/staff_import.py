"""A staff list that was read and awaits confirmation, or was saved."""

from django.conf import settings
from django.db import models

from people.models.organisations import Organisation


class StaffImport(models.Model):
    """The parsed rows are kept until confirmed or for two days, then dropped; the counts stay."""

    class State(models.TextChoices):
        PREVIEW = "preview", "Waiting to be confirmed"
        SAVED = "saved", "Saved"
        DROPPED = "dropped", "Not saved"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="staff_imports")
    file_name = models.CharField(max_length=200)
    encoding = models.CharField(max_length=20)
    is_complete = models.BooleanField(default=False)  # "this is everyone": absent people are leavers
    state = models.CharField(max_length=8, choices=State.choices, default=State.PREVIEW)
    rows = models.JSONField(default=list)
    adds = models.PositiveIntegerField(default=0)
    changes = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    leavers = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff_imports")
    uploaded_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-uploaded_at", "pk"]
