"""What comes out of a group's meetings, and the report on it that its board is owed at intervals."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models import Member, Relationship, led
from vault.fields import EncryptedTextField


def of_own_group(viewer) -> Q:
    """Rows of relationships in which ``viewer`` is now."""
    own = Member.objects.knowing().filter(person=viewer, relationship__told_at__isnull=False).order_by()
    return Q(relationship__in=own.values("relationship"))


class OutputQuerySet(models.QuerySet):
    def agreed(self):
        """Those that the group has agreed to show."""
        return self.filter(agreed_at__isnull=False)

    def wanted(self):
        """Sessions of CPD that a group asked for, and to which no lead has seen."""
        return self.filter(kind=Output.Kind.CPD, settled_at=None)

    def visible_to(self, viewer, *, now: datetime):
        """The group's own; for leads what it agreed to show, and nothing else."""
        shown = led(viewer, "relationship__cohort__programme", now=now) & Q(agreed_at__isnull=False)
        return self.filter(of_own_group(viewer) | shown)


class Output(models.Model):
    """A theme, a training need, a link or a project of a group; its board reads it once the group has agreed to."""

    class Kind(models.TextChoices):
        THEME = "theme", "Theme"
        NEED = "need", "Training need"
        LINK = "link", "Link made"
        PROJECT = "project", "Project"
        CPD = "cpd", "CPD session needed"  # where no board is owed a report: its topic goes to the leads

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="outputs")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    text = EncryptedTextField()
    day = models.DateField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="outputs")
    written_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)  # when a lead had seen to the session that is needed

    objects = OutputQuerySet.as_manager()

    class Meta:
        ordering = ["day", "written_at", "pk"]
        indexes = [models.Index(fields=["relationship", "day"], name="sessions_log_output_by_day")]


class BoardReportQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(sent_at=None)

    def visible_to(self, viewer, *, now: datetime):
        """The group's own, and those of the programmes that one leads."""
        return self.filter(of_own_group(viewer) | led(viewer, "relationship__cohort__programme", now=now))


class BoardReport(models.Model):
    """A report that a group owes on some months: due, shown to the group, sent. What it says follows from the rows."""

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="board_reports")
    number = models.PositiveSmallIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    due_on = models.DateField()
    shown_at = models.DateTimeField(null=True, blank=True)  # since when the group has it before it
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="board_reports_sent"
    )
    chased = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)  # when it is chased next; none: no more

    objects = BoardReportQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["relationship", "number"], name="sessions_log_boardreport_once"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(shown_at__isnull=False), name="sessions_log_boardreport_shown"
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(sent_at=None), name="sessions_log_boardreport_next")]
