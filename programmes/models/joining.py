"""What people say when they join, and the links by which they do."""

import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import Q

from programmes.models.cohorts import Cohort, Enrolment, Side, led
from vault.fields import EncryptedTextField


class Hope(models.Model):
    """What a person hopes for from mentoring, in their own words. Read by themselves, their mentor and the leads (R5).

    A row of its own, so that the text is sealed to it (vault).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="hope")
    text = EncryptedTextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class JoiningLinkQuerySet(models.QuerySet):
    def led_by(self, viewer, *, now: datetime):
        return self.filter(led(viewer, "cohort__programme", now=now))

    def open(self, *, on: date):
        """Those that let people in on the day ``on``."""
        return self.filter(closed_at=None, last_day__gte=on, cohort__in=Cohort.objects.open())


class JoiningLink(models.Model):
    """An address for a poster or a mail to everyone, by which staff join one side of a cohort themselves.

    The id is the secret in the address. It lets nobody in who is not on the staff list.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="joining_links")
    side = models.CharField(max_length=6, choices=Side.choices)
    opened_at = models.DateTimeField()
    last_day = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = JoiningLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "side"],
                condition=Q(closed_at=None),
                name="programmes_joininglink_one_open",
                violation_error_message="There is a link for this side already.",
            )
        ]
