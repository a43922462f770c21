"""Programmes, cohorts, enrolments and the relationships that come of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.models import Organisation


class Programme(models.Model):
    """One organisation runs one mentoring model, with its own settings."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="programmes")
    model_key = models.CharField(max_length=40)  # a file in models_of_mentoring/
    name = models.CharField(max_length=120)
    settings = models.JSONField(default=dict, blank=True)  # only what differs from the model
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="programmes_programme_name")]

    def __str__(self):
        return self.name


class Cohort(models.Model):
    """One run of a programme. A rolling programme has one open cohort without an end."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=80)
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-start_date", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="programmes_cohort_name"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("start_date")),
                name="programmes_cohort_period",
                violation_error_message="The end date is not after the start date.",
            ),
        ]

    def __str__(self):
        return self.name


class Side(models.TextChoices):
    MENTEE = "mentee", "mentee"
    MENTOR = "mentor", "mentor"
    PEER = "peer", "peer"


class Enrolment(models.Model):
    """A person in a cohort, on one side. ``places_taken`` never passes ``capacity``: the database sees to it."""

    class State(models.TextChoices):
        OFFERED = "offered", "Asked, not answered"
        ENROLLED = "enrolled", "Enrolled"
        DECLINED = "declined", "Said no"
        WITHDRAWN = "withdrawn", "Withdrawn"

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    side = models.CharField(max_length=6, choices=Side.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ENROLLED)
    capacity = models.PositiveSmallIntegerField(default=1)  # a mentor's mentees, or a mentee's mentors
    places_taken = models.PositiveSmallIntegerField(default=0)
    volunteered_at = models.DateTimeField(null=True, blank=True)  # when they said yes themselves, or had it recorded
    waiting_since = models.DateField(null=True, blank=True)
    enrolled_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person", "side"],
                name="programmes_enrolment_once",
                violation_error_message="This person is already enrolled on this side.",
            ),
            models.CheckConstraint(
                condition=Q(places_taken__lte=F("capacity")),
                name="programmes_enrolment_capacity",
                violation_error_message="All places are taken.",
            ),
        ]


class Relationship(models.Model):
    """The living mentoring relationship: pair, triad or group alike. Its people are its members."""

    class Shape(models.TextChoices):
        PAIR = "pair", "Pair"
        PEER_PAIR = "peer-pair", "Peer pair"
        TRIAD = "triad", "Triad"
        GROUP = "group", "Group"

    class State(models.TextChoices):
        INTRODUCTION = "introduction", "Introduction"
        LIVE = "live", "Live"
        PAUSED = "paused", "Paused"
        ENDED = "ended", "Ended"

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="relationships")
    shape = models.CharField(max_length=9, choices=Shape.choices, default=Shape.PAIR)
    state = models.CharField(max_length=12, choices=State.choices, default=State.LIVE)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) | (~Q(state="ended") & Q(ended_at__isnull=True)),
                name="programmes_relationship_ended",
            )
        ]


class Member(models.Model):
    """A person in a relationship, in a role, for a period."""

    class Role(models.TextChoices):
        MENTOR = "mentor", "mentor"
        MENTEE = "mentee", "mentee"
        PEER = "peer", "peer"
        OBSERVER = "observer", "observer"

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=8, choices=Role.choices)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "person"],
                condition=Q(left_at__isnull=True),
                name="programmes_member_once",
            )
        ]
