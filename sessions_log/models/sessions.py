"""Sessions, who came, and the quarters of an hour that they take."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models import Cohort, Member, Relationship
from sessions_log.models.plans import Mode, Target


class SessionQuerySet(models.QuerySet):
    def planned(self):
        return self.filter(state=Session.State.PLANNED)

    def held(self):
        return self.filter(state=Session.State.HELD)

    def to_ask_about(self, *, now: datetime):
        """Planned, begun, and nobody has been asked yet whether they took place."""
        return self.planned().filter(starts_at__lt=now, asked_at=None)

    def visible_to(self, viewer):
        """Those of which ``viewer`` is or was one, also after they left: their own past stays theirs to read.

        Leads and hosts see the fact alone, by pages of their own (``led_by``); nobody sees a session they were not in.
        """
        return self.filter(
            pk__in=Attendance.objects.filter(member__person=viewer).order_by().values("session"),
            relationship__told_at__isnull=False,
        )

    def led_by(self, viewer, *, now: datetime):
        """For the fact and date of a session, never for what was said: the cohorts that ``viewer`` leads."""
        return self.filter(relationship__cohort__in=Cohort.objects.led_by(viewer, now=now).order_by())


class Session(models.Model):
    """One meeting, planned or held.

    planned -> held, missed or cancelled; missed -> held. A past session may be logged without ever having been
    planned, and then it may have a day and no hour. ``sequence`` grows with each move: calendars and notices name it.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held"
        MISSED = "missed", "Did not happen"
        CANCELLED = "cancelled", "Cancelled"

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="sessions")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # its name in calendars, for good
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    day = models.DateField()  # London's; kept beside the moment because a logged session may know no hour
    starts_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=9, choices=Mode.choices, blank=True)
    link = models.URLField(max_length=500, blank=True)
    place = models.CharField(max_length=200, blank=True)
    target = models.ForeignKey(Target, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    series = models.UUIDField(null=True, blank=True)  # shared by those booked together
    first_day = models.DateField()  # where it stood at first: another day reads "rearranged"
    sequence = models.PositiveIntegerField(default=0)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="sessions_booked"
    )
    booked_at = models.DateTimeField()
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions_logged"
    )
    logged_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)  # when the sweep saw to asking whether it took place
    in_own_time = models.BooleanField(null=True, blank=True)  # None: nobody said
    topics = models.JSONField(default=list, blank=True)  # headings of the outline, never free text

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["day", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="planned") | Q(starts_at__isnull=False), name="sessions_log_session_planned"
            ),
            models.CheckConstraint(condition=~Q(state="held") | Q(logged_at__isnull=False), name="sessions_log_held"),
            models.UniqueConstraint(
                fields=["target"],
                condition=Q(state__in=["planned", "held"]),
                name="sessions_log_session_of_target",
            ),
        ]
        indexes = [
            models.Index(fields=["relationship", "state", "day"], name="sessions_log_session_by_day"),
            models.Index(fields=["starts_at"], condition=Q(state="planned"), name="sessions_log_session_planned"),
            models.Index(
                fields=["starts_at"],
                condition=Q(state="planned", asked_at__isnull=True),
                name="sessions_log_session_to_ask",
            ),
        ]

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at and self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_rearranged(self) -> bool:
        return self.day != self.first_day


class Attendance(models.Model):
    """A member in a session: expected beforehand, then as somebody logged it."""

    class State(models.TextChoices):
        EXPECTED = "expected", "Expected"
        CANNOT = "cannot", "Cannot come"
        ATTENDED = "attended", "Was there"
        ABSENT = "absent", "Was not there"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendances")
    state = models.CharField(max_length=8, choices=State.choices, default=State.EXPECTED)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="sessions_log_attendance_once")]


class Quarter(models.Model):
    """A quarter of an hour that a planned session takes of a person.

    The database decides who gets it: PostgreSQL alone knows exclusion constraints, a unique row is known everywhere.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="quarters")
    at = models.DateTimeField()
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="quarters")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "at"], name="sessions_log_quarter_once")]
