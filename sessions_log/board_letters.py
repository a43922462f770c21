"""The letter that reminds a group's mentors of a report that its board waits for."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from people.days import in_words
from programmes import mentoring_models
from programmes.groups import named
from programmes.models import Cohort
from sessions_log.models import BoardReport


def report_late(notice: Notice, now: datetime) -> Letter | Skip:
    """That it is overdue; nothing of what stands in it."""
    unsent = BoardReport.objects.unsent().select_related("relationship__cohort__programme")
    report = unsent.filter(pk=notice.about["report"]).first()
    if report is None or not notice.recipient.is_active:
        return Skip("The report has been sent, or the person has left.")
    if not report.relationship.members.knowing().filter(person=notice.recipient).exists():
        return Skip("The person is not in this group any more.")
    model = mentoring_models.of(report.relationship.cohort.programme)
    context = {
        "given_name": notice.recipient.given_name,
        "group": named(report.relationship),
        "to": model.report.to,
        "due": in_words(report.due_on),
        "link": settings.PORTAL_ADDRESS
        + reverse("sessions_log:report-detail", args=[report.relationship_id, report.pk]),
    }
    return letter("sessions_log/mail/board-report", subject="A report to the board is overdue", context=context)


def preview(cohort: Cohort, now: datetime) -> Letter | None:
    """The same as a lead reads it beforehand; None where the programme owes no report."""
    report = mentoring_models.of(cohort.programme).report
    if report is None or report.chase is None:
        return None
    context = {
        "given_name": "Ama",
        "group": "Ben's group",
        "to": report.to,
        "due": in_words(timezone.localdate(now)),
        "link": settings.PORTAL_ADDRESS + reverse("home"),
    }
    return letter("sessions_log/mail/board-report", subject="A report to the board is overdue", context=context)
