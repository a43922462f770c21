"""How the members of a relationship mean to meet, and the dates that their cadence asks for."""

from datetime import date

from django.db import models
from django.db.models import Q

from programmes.models import Relationship


class Mode(models.TextChoices):
    """How people meet. R14's preferred channels are the same ones."""

    PHONE = "phone", "By phone"
    VIDEO = "video", "By video"
    IN_PERSON = "in-person", "In person"


class SessionPlan(models.Model):
    """What a relationship's members keep for their next sessions, so that nobody types it twice.

    ``first_on`` is the anchor of the cadence: the first meeting, or the day on which they agreed to
    begin. ``ends_on`` is their own end where it is not the programme's: a part-time or extended year.
    ``laid_to``: targets stand up to this day; the sweep lays the next ones.
    """

    relationship = models.OneToOneField(Relationship, on_delete=models.PROTECT, related_name="session_plan")
    first_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    starts_at = models.TimeField(null=True, blank=True)  # the usual hour, London time
    mode = models.CharField(max_length=9, choices=Mode.choices, default=Mode.VIDEO)
    link = models.URLField(max_length=500, blank=True)  # the video room, kept here once for all
    place = models.CharField(max_length=200, blank=True)
    laid_to = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["laid_to"], name="sessions_log_plan_laid_to")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=models.F("first_on")),
                name="sessions_log_plan_period",
                violation_error_message="The end is not after the first meeting.",
            )
        ]


class TargetQuerySet(models.QuerySet):
    def open(self):
        """Those for which no session is booked or held."""
        return self.filter(state=Target.State.OPEN)

    def to_nudge(self, *, on: date):
        """Those whose day has passed with nothing booked, and of which nobody was told. To whom is the model's (R9)."""
        return self.open().filter(due_on__lt=on, nudged_at=None)


class Target(models.Model):
    """A date for which the cadence asks; no booking. ``asked_on`` is the rhythm's day, ``due_on`` a working day.

    open <-> booked -> met; open -> skipped, where the members say that they leave this one out.
    """

    class State(models.TextChoices):
        OPEN = "open", "Not booked yet"
        BOOKED = "booked", "Booked"
        MET = "met", "Held"
        SKIPPED = "skipped", "Left out"

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="targets")
    number = models.PositiveIntegerField()  # from 1
    asked_on = models.DateField()
    due_on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    nudged_at = models.DateTimeField(null=True, blank=True)  # when the sweep saw to its having been missed

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["relationship", "number"], name="sessions_log_target_once"),
        ]
        indexes = [
            models.Index(fields=["relationship", "due_on"], name="sessions_log_target_by_day"),
            models.Index(
                fields=["due_on"], condition=Q(state="open", nudged_at__isnull=True), name="sessions_log_target_open"
            ),
        ]
