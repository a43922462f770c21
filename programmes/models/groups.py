"""Who would like to be in a group, and what has become of it. Who is in one is Member's to say."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models.cohorts import Enrolment, led
from programmes.models.relationships import Relationship


class GroupRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=GroupRequest.OPEN)

    def waiting(self):
        """Those on the waiting list of a full group."""
        return self.filter(state=GroupRequest.State.WAITING)

    def led_by(self, viewer, *, now: datetime):
        return self.filter(led(viewer, "relationship__cohort__programme", now=now))


class GroupRequest(models.Model):
    """Somebody's wish to join one group: it waits for a lead's yes, or on the waiting list for a place.

    asked or waiting -> joined, declined or taken back.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Asked to join"
        WAITING = "waiting", "On the waiting list"
        JOINED = "joined", "Joined"
        DECLINED = "declined", "Not admitted"
        WITHDRAWN = "withdrawn", "Taken back"

    OPEN = (State.ASKED, State.WAITING)

    relationship = models.ForeignKey(Relationship, on_delete=models.CASCADE, related_name="group_requests")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="group_requests")
    state = models.CharField(max_length=9, choices=State.choices)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="group_requests_settled"
    )

    objects = GroupRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "enrolment"],
                condition=Q(state__in=["asked", "waiting"]),
                name="programmes_grouprequest_one_open",
            )
        ]
