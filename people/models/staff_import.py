"""A staff list that was read and awaits confirmation, or was saved."""

from django.conf import settings
from django.db import models

from people.models.organisations import Organisation


class StaffImportQuerySet(models.QuerySet):
    def visible_to(self, viewer, *, now):
        """The lists of the organisations that ``viewer`` leads at ``now``."""
        return self.filter(organisation__in=Organisation.objects.led_by(viewer, now=now).order_by().values("pk"))


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
    headings = models.JSONField(default=dict)  # field to the list's own heading, for the preview
    unused = models.JSONField(default=list)  # headings that mean nothing to the portal
    row_count = models.PositiveIntegerField(default=0)
    rows = models.JSONField(default=list)  # as people/staff_list/check.py makes them
    problems = models.JSONField(default=list)  # of single rows: {"row", "column", "message"}
    adds = models.PositiveIntegerField(default=0)
    changes = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    leavers = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff_imports")
    uploaded_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)

    objects = StaffImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "pk"]
