"""Match runs and the proposals they make. Living relationships belong to programmes."""

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from matching.attempt import Attempted, AttemptQuerySet
from programmes.models import Cohort, Enrolment, Relationship, led


class MatchRunQuerySet(AttemptQuerySet):
    def visible_to(self, viewer, *, now):
        """Drafts are for the leads of the programme alone, until they are published and after."""
        return self.filter(led(viewer, "cohort__programme", now=now))

    def latest_of_each_cohort(self):
        """Only the latest run of a cohort says how things stand; those before it are overtaken."""
        latest = MatchRun.objects.filter(cohort=OuterRef("cohort")).order_by("-requested_at", "-pk")
        return self.filter(pk=Subquery(latest.values("pk")[:1]))


class MatchRun(Attempted):
    """One draft by the engine for one cohort, with its progress and its proof.

    queued -> running -> finished -> published; cancelled from queued or running; failed from running.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to start"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Ready to look at"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Stopped by a fault"
        PUBLISHED = "published", "Published"

    class Policy(models.TextChoices):
        """What counts as best once everybody who can be placed is placed; the engine's own names."""

        BEST_OVERALL = "best_overall", "Best overall"
        RAISE_FLOOR = "raise_floor", "Raise the floor"
        EVEN = "even", "Even it out"
        WEAKEST = "weakest", "Help the weakest"

    DONE = (State.FINISHED, State.PUBLISHED)

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="match_runs")
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="match_runs")
    finished_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    mentees = models.PositiveIntegerField(default=0)  # who had a place to fill when the run read the cohort
    mentors = models.PositiveIntegerField(default=0)  # who had a place to give
    places = models.PositiveIntegerField(default=0)  # places those mentors had
    matched = models.PositiveIntegerField(default=0)  # mentees given at least one mentor
    total = models.BigIntegerField(default=0)  # hundredths of a point
    bound = models.BigIntegerField(default=0)  # proven highest total; equal to total when optimal
    optimal = models.BooleanField(default=False)
    fingerprint = models.CharField(max_length=32, blank=True)  # of the problem solved: tells whether it has changed
    fault = models.CharField(max_length=300, blank=True)
    policy = models.CharField(max_length=12, choices=Policy.choices, default=Policy.BEST_OVERALL)
    in_force = models.JSONField(default=dict)  # rules, preferences and decisions it was found under: {what: in words}
    policies = models.JSONField(default=list)  # what each policy would come to; matching/weighing.py
    hardly_known = models.JSONField(default=list)  # what would tell people apart, had it been known; matching/alike.py
    changed_at = models.DateTimeField(null=True)  # last change by hand
    found = models.PositiveIntegerField(default=0)  # mentees placed by the engine, before any change by hand
    judged_event = models.BigIntegerField(null=True)  # the last audit event that actions/drafts.py has counted with

    objects = MatchRunQuerySet.as_manager()

    class Meta(Attempted.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["cohort"],
                condition=Q(state__in=["queued", "running"]),
                name="matching_matchrun_one_at_a_time",
                violation_error_message="Matches are already being found for this cohort.",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True)),
                name="matching_matchrun_published",
            ),
        ]

    @property
    def is_done(self) -> bool:
        return self.state in self.DONE

    @property
    def may_be_published(self) -> bool:
        return self.state == self.State.FINISHED and self.matched > 0


class Publication(Attempted):
    """A large publication that a worker does: what was asked for, and how far it is. Small ones need no such row.

    queued -> running -> done or failed; back to queued where its worker is lost. The pairs are made in one
    transaction with "done", so a publication is never half of one.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to start"
        RUNNING = "running", "Running"
        DONE = "done", "Published"
        FAILED = "failed", "Not published"

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="publications")
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    opens_at = models.DateTimeField(null=True)  # when people are told; none: as soon as it is done
    by_mail = models.BooleanField(default=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="publications")
    fault = models.CharField(max_length=500, blank=True)

    class Meta(Attempted.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["run"],
                condition=Q(state__in=["queued", "running"]),
                name="matching_publication_one_at_a_time",
                violation_error_message="These matches are being published already.",
            ),
        ]


class WhatIfRun(Attempted):
    """What would place more people of a large cohort, worked out by a worker: how far it is, then what it found.

    queued -> running -> finished or failed; back to queued where its worker is lost. A cohort has the last one alone:
    asking anew puts it aside; cancelling deletes it, and so does erasing anybody enrolled, since it names people.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to start"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Worked out"
        FAILED = "failed", "Not worked out"

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="what_if_run")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="what_if_runs")
    found = models.JSONField(default=dict)  # matching/what_if.py, Changes
    fingerprint = models.CharField(max_length=32, blank=True)  # of the problem solved, as a match run has one
    fault = models.CharField(max_length=500, blank=True)


class Proposal(models.Model):
    """One proposed relationship in a run."""

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="proposals")
    mentee = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="proposals_as_mentee")
    mentor = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="proposals_as_mentor")
    score = models.IntegerField()  # hundredths of a point
    components = models.JSONField(default=list)  # [{"name", "label", "points", "of", "reason"}], points in hundredths
    cautions = models.JSONField(default=list)  # sentences: what is worth knowing of the pair and bars nothing
    # The mentee's next best mentor by score alone, whoever that mentor was given to.
    runner_up = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="runner_up_for")
    runner_up_score = models.IntegerField(null=True)  # hundredths of a point
    # Another mentor who would do almost as well, all other matches considered: exact, and only where it was close.
    close_to = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="close_calls")
    close_loss = models.IntegerField(null=True)  # hundredths of a point
    site = models.CharField(max_length=120, blank=True)  # the mentee's, as it was judged
    band = models.CharField(max_length=4, blank=True)
    by_hand = models.BooleanField(default=False)
    fallen = models.CharField(max_length=600, blank=True)  # why it cannot be any more; actions/drafts.py
    # Whom the run had found for this mentee, where a lead changed it; none where it had left them out.
    found_mentor = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="found_for")
    # What publishing made of it; empty again where the publication was taken back.
    relationship = models.OneToOneField(Relationship, null=True, on_delete=models.SET_NULL, related_name="proposal")

    class Meta:
        ordering = ["run", "-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "mentee", "mentor"], name="matching_proposal_once"),
            models.CheckConstraint(
                condition=Q(runner_up__isnull=True, runner_up_score__isnull=True)
                | Q(runner_up__isnull=False, runner_up_score__isnull=False),
                name="matching_proposal_runner_up",
            ),
        ]


class LeftOut(models.Model):
    """A mentee for whom a run found no mentor, and why."""

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="left_out")
    mentee = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="left_out")
    reasons = models.JSONField(default=list)  # sentences
    remedies = models.JSONField(default=list)  # what would mend it: [{"kind", …}], kinds in matching/remedies.py
    site = models.CharField(max_length=120, blank=True)  # as it was judged
    band = models.CharField(max_length=4, blank=True)
    by_hand = models.BooleanField(default=False)  # a lead gave their place to somebody else
    found_mentor = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="lost_by")

    class Meta:
        ordering = ["run", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "mentee"], name="matching_leftout_once")]


class PairDecisionQuerySet(models.QuerySet):
    def standing(self, *, at):
        """Those in force at ``at``, also as they stood in the past."""
        return self.filter(decided_at__lte=at).filter(Q(lifted_at__isnull=True) | Q(lifted_at__gt=at))

    def visible_to(self, viewer, *, now):
        """As a draft: for the leads of the programme alone."""
        return self.filter(led(viewer, "cohort__programme", now=now))


class PairDecision(models.Model):
    """What a lead has settled about one pair, for every later run until it is lifted: agreed, or kept apart."""

    class Kind(models.TextChoices):
        AGREED = "agreed", "Agreed"  # a pin: the pair stays together
        APART = "apart", "Kept apart"  # the pair is not proposed

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="pair_decisions")
    mentee = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="decisions_as_mentee")
    mentor = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="decisions_as_mentor")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pair_decisions")
    decided_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="pair_decisions_lifted"
    )
    lifted_at = models.DateTimeField(null=True)

    objects = PairDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        indexes = [models.Index(fields=["cohort", "lifted_at"], name="matching_pairdecision_standing")]
        constraints = [
            models.UniqueConstraint(
                fields=["mentee", "mentor"],
                condition=Q(lifted_at__isnull=True),
                name="matching_pairdecision_one_standing",
                violation_error_message="Somebody has just decided about this pair.",
            )
        ]
