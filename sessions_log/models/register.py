"""The check-in register: a list that a lead ticks at a meeting that takes place anyway (R9)."""

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models import Cohort, Relationship, led
from vault.fields import EncryptedTextField


class RegisterMeetingQuerySet(models.QuerySet):
    def led_by(self, viewer, *, now: datetime):
        return self.filter(led(viewer, "cohort__programme", now=now))

    def to_tick(self, *, on: date):
        """Those whose day has come and which nobody has ticked."""
        return self.filter(day__lte=on, ticked_at__isnull=True)


class RegisterMeeting(models.Model):
    """One meeting at which a lead asks after everyone: an appraisal at a week of the programme, or a forum."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="registers")
    title = models.CharField(max_length=120)
    week = models.PositiveSmallIntegerField(null=True)  # 13 is start + 91 days; none: a meeting on a day of its own
    day = models.DateField()
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="registers_ticked"
    )
    ticked_at = models.DateTimeField(null=True)
    pairs = models.PositiveIntegerField(default=0)  # how many were on the list when it was ticked

    objects = RegisterMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "week", "day"],
                condition=Q(week__isnull=False),
                name="sessions_log_register_week_day",  # a week falls on another day for whoever has a longer year
            )
        ]
        indexes = [
            models.Index(fields=["day"], condition=Q(ticked_at__isnull=True), name="sessions_log_register_to_tick")
        ]


class RegisterExceptionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)

    def led_by(self, viewer, *, now: datetime):
        return self.filter(led(viewer, "meeting__cohort__programme", now=now))


class RegisterException(models.Model):
    """One pair that was not well at a meeting: an item on the lead's list until a lead closes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(RegisterMeeting, on_delete=models.CASCADE, related_name="exceptions")
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="register_exceptions")
    text = EncryptedTextField()  # for the leads alone: "Ben not yet invited"
    raised_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="register_exceptions_closed"
    )
    closed_at = models.DateTimeField(null=True)

    objects = RegisterExceptionQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "relationship"], name="sessions_log_registerexception_once")
        ]
