"""Sessions as calendars know them (RFC 5545): the invitation in a letter, and a person's own feed.

A calendar is seen over shoulders and synced to many places: a title never says with whom or what about.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, vCalAddress, vText

from notices.kinds import Attachment
from people.models import Person
from sessions_log.hours import moment_of
from sessions_log.models import Attendance, Gathering, Session

TITLE = "Mentoring session"
GATHERING_TITLE = "Mentoring programme"
DISCREET = "Private appointment"  # where nobody may learn that they take part
PAST_IN_FEED = timedelta(days=60)


def invitation(session: Session, to: Person, *, now: datetime) -> Attachment:
    """What puts the session into the calendar of ``to``, moves it there or takes it out again.

    One UID for good and a sequence that counts up: a later one replaces an earlier
    one. The portal is the organiser and the recipient the only one named in it, so
    that nobody's name leaves for a calendar. Times are in UTC, which every program reads.
    """
    is_off = session.state == Session.State.CANCELLED
    return _invitation(_event(session, now=now), to, is_off=is_off)


def gathering_invitation(gathering: Gathering, to: Person, *, now: datetime) -> Attachment:
    """The same for a date of a programme, once its hour is fixed."""
    starts_at = moment_of(gathering.day, gathering.starts_at)
    is_off = gathering.cancelled_at is not None
    event = Event()
    event.add("uid", f"gathering-{gathering.pk}@{settings.ADDRESS.hostname}")
    event.add("sequence", gathering.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=gathering.minutes))
    event.add("summary", DISCREET if gathering.cohort.programme.is_confidential else GATHERING_TITLE)
    if gathering.where:
        event.add("location", gathering.where)
    page = settings.PORTAL_ADDRESS + reverse("sessions_log:gathering-detail", args=[gathering.pk])
    event.add("description", f"See it here: {page}")
    event.add("url", page)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
    return _invitation(event, to, is_off=is_off)


def _invitation(event: Event, to: Person, *, is_off: bool) -> Attachment:
    method = "CANCEL" if is_off else "REQUEST"
    calendar = _calendar(method=method)
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organiser = vCalAddress(f"mailto:{address}")
    organiser.params["CN"] = vText(name or settings.SERVICE_NAME)
    event.add("organizer", organiser)
    attendee = vCalAddress(f"mailto:{to.email}")
    attendee.params |= {"CN": vText(to.name), "ROLE": vText("REQ-PARTICIPANT"), "PARTSTAT": vText("ACCEPTED")}
    attendee.params["RSVP"] = vText("FALSE")  # the answer is given in the portal
    event.add("attendee", attendee)
    calendar.add_component(event)
    return Attachment("session.ics", calendar.to_ical(), f"text/calendar; method={method}; charset=utf-8")


def feed(person: Person, *, now: datetime) -> bytes:
    """Everything planned, and what was held in the last weeks, as a calendar to subscribe to."""
    calendar = _calendar(method=None)
    calendar.add("x-wr-calname", settings.SERVICE_NAME)
    calendar.add("refresh-interval;value=duration", "PT6H")
    for session in sessions_for(person, now=now):
        calendar.add_component(_event(session, now=now))
    return calendar.to_ical()


def sessions_for(person: Person, *, now: datetime) -> Iterable[Session]:
    """The sessions of a person's feed, in the order of time; not those at which they said they cannot come."""
    mine = Attendance.objects.filter(member__person=person).exclude(state=Attendance.State.CANNOT)
    return (
        Session.objects.visible_to(person)
        .filter(pk__in=mine.order_by().values("session"), starts_at__gte=now - PAST_IN_FEED)
        .filter(state__in=[Session.State.PLANNED, Session.State.HELD])
        .select_related("relationship__cohort__programme")
        .order_by("starts_at", "pk")
    )


def _calendar(*, method: str | None) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SERVICE_NAME}//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    return calendar


def _event(session: Session, *, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{session.uid}@{settings.ADDRESS.hostname}")
    event.add("sequence", session.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", DISCREET if session.relationship.cohort.programme.is_confidential else TITLE)
    if where := session.link or session.place:
        event.add("location", where)
    page = settings.PORTAL_ADDRESS + reverse("sessions_log:session-list", args=[session.relationship_id])
    event.add("description", f"Move or cancel it here: {page}")
    event.add("url", page)
    event.add("status", "CANCELLED" if session.state == Session.State.CANCELLED else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if session.state == Session.State.CANCELLED else "OPAQUE")
    return event
