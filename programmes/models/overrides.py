"""Rules that a lead set aside for one pair, with the reason."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models.cohorts import Cohort, led


class RuleOverrideQuerySet(models.QuerySet):
    def standing(self, *, at: datetime):
        """Those in force at ``at``, also as they stood in the past."""
        return self.filter(granted_at__lte=at).filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at))

    def led_by(self, viewer, *, now: datetime):
        """Those of the cohorts that ``viewer`` leads: nobody else learns of an override or its reason."""
        return self.filter(led(viewer, "cohort__programme", now=now))


class RuleOverride(models.Model):
    """A lead allows one pair although a rule of strength ``should`` speaks against it, and says why (R3).

    It is about this rule and these two in this cohort alone, and never opens a ``must``.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="rule_overrides")
    mentee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="overrides_as_mentee")
    mentor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="overrides_as_mentor")
    rule = models.CharField(max_length=80)  # its name in the mentoring model
    sentence = models.CharField(max_length=300)  # what the rule said when it was allowed all the same
    reason = models.CharField(max_length=500)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="overrides_granted")
    granted_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="overrides_withdrawn"
    )
    withdrawn_at = models.DateTimeField(null=True)

    objects = RuleOverrideQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "mentee", "mentor", "rule"],
                condition=Q(withdrawn_at__isnull=True),
                name="programmes_ruleoverride_once",
                violation_error_message="This has been allowed already.",
            )
        ]
