"""Where a person works, at what band, and who manages them, each with its dates."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.models.organisations import Organisation, Site, Team
from people.models.periods import Dated

BANDS = ["2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9"]  # Agenda for Change, lowest first


def band_label(band: str) -> str:
    """A band in words: "Band 8a"; empty where there is none."""
    return f"Band {band}" if band else ""


class Employment(Dated):
    """One job of a person. Community, network and medical staff may have no band."""

    class Level(models.TextChoices):
        FOUNDATION = "foundation", "Foundation"
        EARLY = "early", "Early career"
        ADVANCED = "advanced", "Advanced"
        CONSULTANT = "consultant", "Consultant"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="employments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="employments")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="employments")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="employments")
    job_title = models.CharField(max_length=150, blank=True)
    band = models.CharField(max_length=2, blank=True, choices=[(band, band_label(band)) for band in BANDS])
    level = models.CharField(max_length=12, blank=True, choices=Level.choices)
    staff_number = models.CharField(max_length=40, blank=True)
    # Announced, where somebody is going to leave. Until that day is over nothing ends: everything that is judged on a
    # day to come would else take them for somebody without a job. The sweep makes a leaver of them and ends the job.
    last_working_day = models.DateField(null=True, blank=True)

    class Meta(Dated.Meta):
        ordering = ["-start_date", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(end_date__isnull=True),
                name="people_employment_one_current",
                violation_error_message="This person already works for this organisation.",
            ),
            models.UniqueConstraint(
                fields=["organisation", "staff_number"],
                condition=Q(end_date__isnull=True) & ~Q(staff_number=""),
                name="people_employment_staff_number",
                violation_error_message="Somebody in this organisation already has this staff number.",
            ),
        ]
        indexes = [  # whether somebody is an organisation's staff, answered from the index alone
            models.Index(fields=["person", "organisation", "end_date", "start_date"], name="people_employment_staff")
        ]


class LineManagement(Dated):
    """``manager`` manages ``report``. A person may have several managers at once."""

    report = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="managed_by")
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="manages")

    class Meta(Dated.Meta):
        ordering = ["report", "-start_date", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["report", "manager"],
                condition=Q(end_date__isnull=True),
                name="people_linemanagement_once",
            ),
            models.CheckConstraint(
                condition=~Q(report=F("manager")),
                name="people_linemanagement_not_self",
                violation_error_message="Nobody can be their own manager.",
            ),
        ]
