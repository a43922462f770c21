"""The letter about a date of a programme: what, when and where, with an entry for one's calendar."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from programmes.models import Cohort
from sessions_log.calendar import gathering_invitation
from sessions_log.models import Gathering
from sessions_log.queries.gatherings import when_in_words


def gathering_told(notice: Notice, now: datetime) -> Letter | Skip:
    """That it takes place, is changed or cancelled; skipped once it was changed again or is past."""
    found = (
        Gathering.objects.for_person(notice.recipient)
        .filter(pk=notice.about["gathering"], sequence=notice.about["sequence"])
        .select_related("cohort__programme")
        .first()
    )
    if found is None or not notice.recipient.is_active or found.day < timezone.localdate(now):
        return Skip("It was changed again or has passed, or it is not for this person any more.")
    context = {
        "given_name": notice.recipient.given_name,
        "title": found.title,
        "programme": found.cohort.programme.name,
        "is_off": found.cancelled_at is not None,
        "when": when_in_words(found),
        "minutes": found.minutes,
        "where": found.where,
        "sign_up": found.places is not None,
        "link": settings.PORTAL_ADDRESS + reverse("sessions_log:gathering-detail", args=[found.pk]),
    }
    word = "Cancelled: " if found.cancelled_at else ""
    subject = f"{word}{found.title}, {when_in_words(found)}"
    written = letter("sessions_log/mail/gathering", subject=subject, context=context)
    signed_up = found.places is None or found.coming.filter(enrolment__person=notice.recipient).exists()
    if found.starts_at is None or not (signed_up or found.cancelled_at):
        return written
    return replace(written, attachments=(gathering_invitation(found, notice.recipient, now=now),))


def preview(cohort: Cohort, now: datetime) -> Letter | None:
    """The same as a lead reads it beforehand."""
    when = "Thursday 21 October 2027 at 12:30"
    context = {
        "given_name": "Ama",
        "title": "Kick-off",
        "programme": cohort.programme.name,
        "is_off": False,
        "when": when,
        "minutes": 60,
        "where": "Seminar room",
        "sign_up": False,
        "link": settings.PORTAL_ADDRESS + reverse("home"),
    }
    return letter("sessions_log/mail/gathering", subject=f"Kick-off, {when}", context=context)
