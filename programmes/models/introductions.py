"""Asking for a partner oneself: a mentee's request, a mentor's entry on the list, and introductions.

An introduction is a relationship that neither has committed to yet: it holds the
place for some days and ends without blame (R11). Its row says how it came about;
its people are the relationship's members, from the moment at which it opens.
"""

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models.cohorts import Enrolment, led
from programmes.models.relationships import Relationship
from programmes.rules.facts import NEUTRAL, STRONGEST, WEAKEST
from vault.fields import EncryptedTextField


class MentorRequest(models.Model):
    """What a mentee asks for, and that a lead has confirmed it. What they hope for is their ``Hope``."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="request")
    slots = models.JSONField(default=list, blank=True)  # of the model's slots, those that they lack
    stated_at = models.DateTimeField()  # with it, that what the model has them declare is so
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="requests_confirmed"
    )

    class Meta:
        ordering = ["stated_at", "pk"]


# How strong somebody is in a domain that they offer. What is not said is in the middle, and neither gains nor loses.
STRENGTHS = {STRONGEST: "A strength", NEUTRAL: "Well enough to help", WEAKEST: "Enough to help somebody begin"}


class Listing(models.Model):
    """What somebody who agreed to be asked says about it on the list."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="listing")
    slots = models.JSONField(default=list, blank=True)  # of the model's slots, those that they offer
    strengths = models.JSONField(default=dict, blank=True)  # of those, how strong they are in it: STRENGTHS
    about = models.CharField(max_length=600, blank=True)  # read by whoever may open the list
    briefed_on = models.DateField(null=True, blank=True)  # when a lead told them what the role is

    class Meta:
        ordering = ["pk"]


class IntroductionQuerySet(models.QuerySet):
    def open(self):
        """Those on which somebody has still to act."""
        return self.filter(closed_at=None)

    def with_lead(self):
        """Those that wait for a lead: to introduce the two, or to look again since nobody answered."""
        return self.open().filter(state__in=[Introduction.State.ASKED, Introduction.State.RETURNED])

    def holding(self):
        """Those in which a first meeting holds a place."""
        return self.open().filter(state=Introduction.State.CHEMISTRY)

    def led_by(self, viewer, *, now: datetime):
        return self.filter(led(viewer, "cohort__programme", now=now))

    def asked_by(self, person):
        """Those that ``person`` asked for, or was introduced in as the one who had asked for somebody."""
        return self.filter(one__person=person)


class Introduction(models.Model):
    """``one`` asked for a partner, and ``other`` may become it.

    asked (a lead is to introduce them) -> chemistry -> agreed, ended, or returned (to the lead, unanswered).
    """

    class State(models.TextChoices):
        ASKED = "asked", "Waits for the lead"
        CHEMISTRY = "chemistry", "Chemistry"
        RETURNED = "returned", "Unanswered, back with the lead"
        AGREED = "agreed", "Both said yes"
        ENDED = "ended", "This introduction has ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey("programmes.Cohort", on_delete=models.PROTECT, related_name="introductions")
    one = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="introductions_asked")
    other = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="introductions_offered")
    slot = models.CharField(max_length=40, blank=True)
    by_lead = models.BooleanField(default=False)  # a lead introduces the two, or did
    state = models.CharField(max_length=9, choices=State.choices)
    asked_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    holds_until = models.DateField(null=True, blank=True)  # the last day on which the place is held
    relationship = models.OneToOneField(
        Relationship, null=True, blank=True, on_delete=models.SET_NULL, related_name="introduction"
    )
    consent = models.CharField(max_length=300, blank=True)  # what ``one`` wants all the same, in the rule's words
    reason = EncryptedTextField(null=True)  # of whoever said no, for the leads alone
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other", "slot"],
                condition=Q(closed_at__isnull=True),
                name="programmes_introduction_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["agreed", "ended"], closed_at__isnull=False)
                | (~Q(state__in=["agreed", "ended"]) & Q(closed_at__isnull=True)),
                name="programmes_introduction_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state="chemistry") | Q(holds_until__isnull=False, relationship__isnull=False),
                name="programmes_introduction_holds",
            ),
        ]
        indexes = [
            models.Index(fields=["holds_until"], condition=Q(state="chemistry"), name="programmes_introduction_due")
        ]

    def is_over(self, on: date) -> bool:
        """Whether the days for which it holds the place are over."""
        return self.holds_until is not None and self.holds_until < on
