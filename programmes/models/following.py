"""What a lead follows after publication: private flags, and rules that a live pair has come to break."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models.cohorts import led
from programmes.models.relationships import Member, Relationship
from vault.fields import EncryptedTextField


class FlagQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)

    def read_by(self, viewer, *, now: datetime):
        """Those that ``viewer`` may read as a lead: never one about a match that they are or were in themselves."""
        theirs = Member.objects.filter(person=viewer).order_by().values("relationship")
        return self.filter(led(viewer, "relationship__cohort__programme", now=now)).exclude(relationship__in=theirs)

    def visible_to(self, viewer, *, now: datetime):
        """One's own, and those that one may read as a lead."""
        return self.filter(
            Q(raised_by=viewer) | Q(pk__in=Flag.objects.read_by(viewer, now=now).order_by().values("pk"))
        )


class Flag(models.Model):
    """A member's private "This isn't right for me" to the leads (R7). The other members never learn of it."""

    class Outcome(models.TextChoices):
        CARRIES_ON = "carries-on", "We talked, and the match goes on"
        ENDED = "ended", "The match has ended"
        REPLACED = "replaced", "There is a new match"
        PASSED_ON = "passed-on", "Passed on to Freedom to Speak Up or safeguarding"
        TAKEN_BACK = "taken-back", "Taken back by the person who raised it"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="flags")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="flags_raised")
    raised_at = models.DateTimeField()
    reason = EncryptedTextField(null=True)  # for the leads alone, and only if the person wants to say
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="flags_closed"
    )
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "raised_by"],
                condition=Q(closed_at__isnull=True),
                name="programmes_flag_one_open",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="programmes_flag_closed",
            ),
        ]


class RuleBreakQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)

    def led_by(self, viewer, *, now: datetime):
        """Those of the cohorts that ``viewer`` leads: nobody else reads why a pair is in question."""
        return self.filter(led(viewer, "relationship__cohort__programme", now=now))


class RuleBreak(models.Model):
    """A live pair that has come to break a rule since it was made: for the lead to decide, no silent pause (R3)."""

    class Outcome(models.TextChoices):
        KEPT = "kept", "Kept all the same"
        SOLVED = "solved", "The rule is met again"
        ENDED = "ended", "The match has ended"

    relationship = models.ForeignKey(Relationship, on_delete=models.CASCADE, related_name="rule_breaks")
    rule = models.CharField(max_length=80)  # its name in the mentoring model
    strength = models.CharField(max_length=6)
    sentence = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="rule_breaks_closed"
    )
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=6, choices=Outcome.choices, blank=True)

    objects = RuleBreakQuerySet.as_manager()

    class Meta:
        ordering = ["found_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "rule"],
                condition=Q(closed_at__isnull=True),
                name="programmes_rulebreak_one_open",
            )
        ]
