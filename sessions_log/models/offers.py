"""Times that one member offers and the others pick from or vote on."""

from datetime import datetime

from django.conf import settings
from django.db import models

from programmes.models import Member, Relationship
from sessions_log.models.plans import Mode, Target
from sessions_log.models.sessions import Session


class OfferQuerySet(models.QuerySet):
    def open(self, *, now: datetime):
        """Those that can still be answered: not settled, and one of their times is still to come."""
        ahead = OfferedTime.objects.filter(starts_at__gt=now).order_by().values("offer")
        return self.filter(state=Offer.State.OPEN, pk__in=ahead)


class Offer(models.Model):
    """Up to three times for one session. In a pair the other picks one; in a group it is a poll: everyone votes.

    open -> settled, when a time is picked and the session booked; open -> withdrawn.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SETTLED = "settled", "Settled"
        WITHDRAWN = "withdrawn", "Withdrawn"

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="offers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="offers_made")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    minutes = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=9, choices=Mode.choices, blank=True)
    link = models.URLField(max_length=500, blank=True)
    place = models.CharField(max_length=200, blank=True)
    target = models.ForeignKey(Target, null=True, blank=True, on_delete=models.SET_NULL, related_name="offers")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="offers")
    made_at = models.DateTimeField()

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "pk"]


class OfferedTime(models.Model):
    """One of the times."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [models.UniqueConstraint(fields=["offer", "starts_at"], name="sessions_log_offered_time_once")]


class Vote(models.Model):
    """Whether a member can come at one of the times."""

    time = models.ForeignKey(OfferedTime, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="votes")
    can_come = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["time", "member"], name="sessions_log_vote_once")]
