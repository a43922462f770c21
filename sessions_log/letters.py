"""The letters of sessions, written from the facts of the moment and skipped where they are not true any more."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from people.days import in_words
from programmes.models import Relationship
from sessions_log.models import Session


def when_in_words(session: Session) -> str:
    """``Thursday 16 September 2027 at 12:15``, as London's clock says; the day alone where no hour is known."""
    day = f"{session.day:%A} {in_words(session.day)}"
    return f"{day} at {timezone.localtime(session.starts_at):%H:%M}" if session.starts_at else day


def session(notice: Notice, now: datetime) -> Letter | Skip:
    """That a session is booked, moved or cancelled. It names neither the programme nor what is talked about."""
    found = (
        Session.objects.filter(pk=notice.about["session"], sequence=notice.about["sequence"])
        .exclude(relationship__state=Relationship.State.ENDED)
        .select_related("relationship__cohort__programme", "booked_by")
        .first()
    )
    if found is None or not notice.recipient.is_active:
        return Skip("The session has been changed again, or the mentoring has ended.")
    if found.state not in (Session.State.PLANNED, Session.State.CANCELLED) or found.starts_at <= now:
        return Skip("The session has begun.")
    members = list(found.attendances.filter(member__left_at=None).select_related("member__person"))
    if notice.recipient_id not in [one.member.person_id for one in members]:
        return Skip("The person is not in it any more.")
    others = [one.member.person.name for one in members if one.member.person_id != notice.recipient_id]
    word = "cancelled" if found.state == Session.State.CANCELLED else "moved" if found.sequence else "booked"
    context = {
        "given_name": notice.recipient.given_name,
        "others": " and ".join([", ".join(others[:-1]), others[-1]] if len(others) > 1 else others),
        "word": word,
        "when": when_in_words(found),
        "minutes": found.minutes,
        "mode": found.get_mode_display(),
        "link": found.link,
        "place": found.place,
        "page": settings.PORTAL_ADDRESS + reverse("programmes:relationship-detail", args=[found.relationship_id]),
    }
    return letter(
        "sessions_log/mail/session", subject=f"Mentoring session {word}: {when_in_words(found)}", context=context
    )
