"""Who came to a group's meetings, as its leads read it: days and numbers, never a word that was said (R5)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.urls import reverse

from people.home import Item
from people.models import Person
from programmes.models import Cohort, Relationship
from sessions_log.models import Attendance, Session


@dataclass(frozen=True)
class AttendanceLine:
    """One meeting: how many came of how many who were in the group then."""

    day: date
    minutes: int
    came: int
    of: int
    happened: bool

    @property
    def sentence(self) -> str:
        return f"{self.came} of {self.of}" if self.happened else "Did not take place"


def attendance_lines(relationship: Relationship) -> list[AttendanceLine]:
    """The meetings of ``relationship`` that are over, the latest first. One query."""
    over = relationship.sessions.filter(state__in=[Session.State.HELD, Session.State.MISSED])
    came = Count("attendances", filter=Q(attendances__state=Attendance.State.ATTENDED))
    return [
        AttendanceLine(one.day, one.minutes, one.came, one.of, one.state == Session.State.HELD)
        for one in over.annotate(came=came, of=Count("attendances")).order_by("-day", "-pk")
    ]


def attendance_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """For a lead of a group: the page of its meetings. Members have their own."""
    if not relationship.is_group or relationship.told_at is None:
        return None
    if not Cohort.objects.led_by(viewer, now=now).filter(pk=relationship.cohort_id).exists():
        return None
    page = reverse("sessions_log:attendance-list", args=[relationship.pk])
    return Item("Attendance", page, hint="On which days it met and how many came. Nothing of what was said.")
