"""The letters of sessions, written from the facts of the moment and skipped where they are not true any more."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notices.kinds import Letter, Line, Skip
from notices.letters import letter
from notices.models import Notice
from people.days import in_words
from people.models import OneTimeLink, Person
from people.one_time_links import address_of
from programmes import mentoring_models
from programmes.models import Relationship
from sessions_log.calendar import invitation
from sessions_log.keeping import authors_of, goes_on
from sessions_log.models import HoursShare, Offer, Session, Target, WordRequest
from sessions_log.queries.notes import joined, partners

NOT_ASKED = "It is logged, moved or cancelled, or the person takes no part any more."


def when_in_words(session: Session) -> str:
    """``Thursday 16 September 2027 at 12:15``; the day alone where no hour is known."""
    if session.starts_at:
        return moment_in_words(session.starts_at)
    return f"{session.day:%A} {in_words(session.day)}"


def moment_in_words(moment: datetime) -> str:
    """``Thursday 16 September 2027 at 12:15``, as London's clock says."""
    local = timezone.localtime(moment)
    return f"{local:%A} {in_words(local.date())} at {local:%H:%M}"


def session(notice: Notice, now: datetime) -> Letter | Skip:
    """That a session is booked, moved or cancelled. It names neither the programme nor what is talked about."""
    found = (
        Session.objects.filter(pk=notice.about["session"], sequence=notice.about["sequence"])
        .select_related("relationship__cohort__programme")
        .first()
    )
    if found is None or not notice.recipient.is_active:
        return Skip("The session has been changed again, or the person has left.")
    if found.state not in (Session.State.PLANNED, Session.State.CANCELLED) or found.starts_at <= now:
        return Skip("The session has begun.")
    members = found.attendances.select_related("member__person")
    if found.state == Session.State.PLANNED:  # a cancellation takes it out of the calendar of whoever has left, too
        members = members.filter(member__left_at=None)
    if notice.recipient_id not in [one.member.person_id for one in members]:
        return Skip("The person is not in it any more.")
    others = [one.member.person.name for one in members if one.member.person_id != notice.recipient_id]
    word = "cancelled" if found.state == Session.State.CANCELLED else "moved" if found.sequence else "booked"
    context = {
        "given_name": notice.recipient.given_name,
        "others": joined(others),
        "word": word,
        "when": when_in_words(found),
        "minutes": found.minutes,
        "mode": found.get_mode_display(),
        "link": found.link,
        "place": found.place,
        "page": _page(found.relationship),
    }
    written = letter(
        "sessions_log/mail/session", subject=f"Mentoring session {word}: {when_in_words(found)}", context=context
    )
    return replace(written, attachments=(invitation(found, notice.recipient, now=now),))


def times_offered(notice: Notice, now: datetime) -> Letter | Skip:
    """That somebody offers times, or asks a group for one; skipped once it is settled or too late."""
    offer = (
        Offer.objects.open(now=now)
        .filter(pk=notice.about["offer"], relationship__state__in=Relationship.UNDER_WAY)
        .select_related("by", "relationship")
        .first()
    )
    if offer is None or not _takes_part(notice, offer.relationship):
        return Skip("The times have been answered or have passed, or the person takes no part any more.")
    context = {
        "given_name": notice.recipient.given_name,
        "by": offer.by.name,
        "is_group": offer.relationship.shape == Relationship.Shape.GROUP,
        "times": [moment_in_words(time.starts_at) for time in offer.times.filter(starts_at__gt=now)],
        "page": _page(offer.relationship),
    }
    return letter("sessions_log/mail/times-offered", subject="A time for your next mentoring session", context=context)


def word_wanted(notice: Notice, now: datetime) -> Letter | Skip:
    """That somebody would like a word, by whom and how; it has no content (R14)."""
    request = (
        WordRequest.objects.filter(pk=notice.about["request"], done_at=None)
        .select_related("asked_by__preferred_channel", "relationship")
        .first()
    )
    if request is None or not _takes_part(notice, request.relationship):
        return Skip("The two have spoken, or the person takes no part any more.")
    context = {
        "given_name": notice.recipient.given_name,
        "by": request.asked_by.given_name,
        "channel": by_channel(request.asked_by),
        "page": _page(request.relationship),
    }
    subject = f"{request.asked_by.given_name} would like a word"
    return letter("sessions_log/mail/word-wanted", subject=subject, context=context)


def did_you_meet(notice: Notice, now: datetime) -> Letter | Skip:
    """One question after a booked session; its link opens a page with one button, without signing in."""
    asked = _still_asked(notice, now)
    if asked is None:
        return Skip(NOT_ASKED)
    session, link = asked
    context = {
        "given_name": notice.recipient.given_name,
        "others": partners(session.relationship, notice.recipient),
        "when": when_in_words(session),
        "link": address_of(link),
        "page": _page(session.relationship),
    }
    return letter("sessions_log/mail/did-you-meet", subject=f"Did you meet on {session.starts_at:%A}?", context=context)


def did_you_meet_line(notice: Notice, now: datetime) -> Line | Skip:
    """The same among others of one week."""
    asked = _still_asked(notice, now)
    if asked is None:
        return Skip(NOT_ASKED)
    session, link = asked
    others = partners(session.relationship, notice.recipient)
    return Line(f"Did you meet {others} on {when_in_words(session)}?", address_of(link))


def _still_asked(notice: Notice, now: datetime) -> tuple[Session, OneTimeLink] | None:
    """The session that waits to be logged, and the link that logs it; none where it is not asked any more."""
    session = (
        Session.objects.planned()
        .filter(pk=notice.about["session"], relationship__state=Relationship.State.LIVE)
        .select_related("relationship")
        .first()
    )
    link = OneTimeLink.objects.filter(pk=notice.about["link"], used_at=None, revoked_at=None).first()
    if session is None or link is None or session.ends_at > now or not _takes_part(notice, session.relationship):
        return None
    return session, link


def date_missed(notice: Notice, now: datetime) -> Letter | Skip:
    """That a date of the programme went by with nothing planned; once, and never again for that date."""
    target = _still_missed(notice)
    if target is None:
        return Skip("A session is booked or held for it, it was left out, or the person takes no part any more.")
    context = {
        "given_name": notice.recipient.given_name,
        "others": partners(target.relationship, notice.recipient),
        "day": in_words(target.due_on),
        "link": _booking(target),
    }
    return letter("sessions_log/mail/date-missed", subject="Your next mentoring session", context=context)


def date_missed_line(notice: Notice, now: datetime) -> Line | Skip:
    """The same among other reminders of one day."""
    target = _still_missed(notice)
    if target is None:
        return Skip("A session is booked or held for it, it was left out, or the person takes no part any more.")
    others = partners(target.relationship, notice.recipient)
    return Line(f"No session with {others} is planned for about {in_words(target.due_on)}.", _booking(target))


def _still_missed(notice: Notice) -> Target | None:
    target = (
        Target.objects.open()
        .filter(pk=notice.about["target"], relationship__state=Relationship.State.LIVE)
        .select_related("relationship")
        .first()
    )
    return target if target and _takes_part(notice, target.relationship) else None


def _booking(target: Target) -> str:
    page = reverse("sessions_log:session-book", args=[target.relationship_id])
    return f"{settings.PORTAL_ADDRESS}{page}?target={target.pk}"


def by_channel(person: Person) -> str:
    """``, by phone`` where the person has said how they like to be reached; else nothing."""
    channel = getattr(person, "preferred_channel", None)
    return channel_in_words(channel.get_mode_display() if channel else "")


def channel_in_words(label: str) -> str:
    """``, by phone`` for the label of a way to talk; nothing where there is none."""
    return f", {label.lower()}" if label else ""


def _takes_part(notice: Notice, relationship: Relationship) -> bool:
    """Whether the recipient is a member of it today and the mentoring goes on."""
    return (
        notice.recipient.is_active
        and relationship.state in Relationship.UNDER_WAY
        and relationship.members.knowing().filter(person=notice.recipient).exists()
    )


def _page(relationship: Relationship) -> str:
    return settings.PORTAL_ADDRESS + reverse("sessions_log:session-list", args=[relationship.pk])


def texts_go(notice: Notice, now: datetime) -> Letter | Skip:
    """To whoever wrote in a relationship that has ended: when their words go. It names neither people nor programme."""
    found = Relationship.objects.filter(pk=notice.about["relationship"], state=Relationship.State.ENDED)
    relationship = found.select_related("cohort__programme", "texts_warning").first()
    if relationship is None or not notice.recipient.is_active:
        return Skip("The relationship goes on, or the person has left.")
    if notice.recipient_id not in authors_of([relationship.pk])[relationship.pk]:
        return Skip("Nothing that the person wrote is left.")
    goes = in_words(goes_on(relationship, now=now))
    context = {
        "given_name": notice.recipient.given_name,
        "ended": in_words(timezone.localdate(relationship.ended_at)),
        "months": mentoring_models.of(relationship.cohort.programme).texts_kept_months,
        "goes": goes,
        "link": settings.PORTAL_ADDRESS + reverse("sessions_log:note-list", args=[relationship.pk]),
    }
    return letter("sessions_log/mail/texts-go", subject=f"Your mentoring notes are deleted on {goes}", context=context)


def hours_shared(notice: Notice, now: datetime) -> Letter | Skip:
    """To a line manager: somebody has shared their hours. How many stands on the page alone."""
    found = HoursShare.objects.read_by(notice.recipient, on=timezone.localdate(now))
    found = found.filter(pk=notice.about["hours_share"]).select_related("member__person").first()
    if found is None or not notice.recipient.is_active:
        return Skip("It is not shared with this person any more.")
    context = {
        "given_name": notice.recipient.given_name,
        "other": found.member.person.name,
        "link": settings.PORTAL_ADDRESS + reverse("sessions_log:hours-shared", args=[found.pk]),
    }
    subject = f"{found.member.person.name} has shared their mentoring hours with you"
    return letter("sessions_log/mail/hours-shared", subject=subject, context=context)
