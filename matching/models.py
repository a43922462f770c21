"""Match runs and the proposals they make. Living relationships belong to programmes."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models import Cohort, Enrolment


class MatchRun(models.Model):
    """One draft by the engine for one cohort, with its progress and its proof."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to start"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Stopped by a fault"
        PUBLISHED = "published", "Published"

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="match_runs")
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="match_runs")
    requested_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)  # last sign of life; a run without one is started again
    finished_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=60, blank=True)  # in words, for the lead
    done = models.PositiveIntegerField(default=0)  # of ``of`` steps in this stage
    of = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    total = models.BigIntegerField(default=0)  # hundredths of a point
    bound = models.BigIntegerField(default=0)  # proven highest total; equal to total when optimal
    optimal = models.BooleanField(default=False)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort"],
                condition=Q(state__in=["queued", "running"]),
                name="matching_matchrun_one_at_a_time",
                violation_error_message="Matches are already being found for this cohort.",
            )
        ]


class Proposal(models.Model):
    """One proposed relationship in a run."""

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="proposals")
    mentee = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="proposals_as_mentee")
    mentor = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="proposals_as_mentor")
    score = models.IntegerField()  # hundredths of a point
    components = models.JSONField(default=list)  # [{"name", "label", "points", "of", "reason"}], points in hundredths

    class Meta:
        ordering = ["run", "-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "mentee", "mentor"], name="matching_proposal_once"),
        ]


class LeftOut(models.Model):
    """A mentee for whom a run found no mentor, and why."""

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="left_out")
    mentee = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="left_out")
    reasons = models.JSONField(default=list)  # sentences

    class Meta:
        ordering = ["run", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "mentee"], name="matching_leftout_once")]
