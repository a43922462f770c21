"""Pairs that bring themselves: one has named the other, who says yes or no (``matching.arises`` = "brought")."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models.cohorts import Enrolment


class NominationQuerySet(models.QuerySet):
    def open(self):
        """Those that have no answer yet, in cohorts that are open."""
        return self.filter(
            closed_at=None, one__cohort__closed_at__isnull=True, one__cohort__programme__closed_at__isnull=True
        )


class Nomination(models.Model):
    """``one`` has named ``person`` as their partner. It takes no place and makes no pair until the other's yes."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        AGREED = "agreed", "Said yes"
        DECLINED = "declined", "Said no"
        TAKEN_BACK = "taken-back", "Taken back"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    one = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="nominations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="nominations")
    called = models.CharField(max_length=160)  # as whoever named them wrote it: it tells nothing of who is on record
    supervised_until = models.DateField(null=True, blank=True)  # when the other's supervision ended, as one says
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["one"], condition=Q(closed_at__isnull=True), name="programmes_nomination_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", closed_at__isnull=True) | (~Q(state="asked") & Q(closed_at__isnull=False)),
                name="programmes_nomination_closed",
            ),
        ]
