"""How many hours a match takes: for whoever is in it, for a line manager where a mentee lets them, for leads by member.

Hours alone: neither with whom, nor on which days, nor a topic.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Sum
from django.urls import reverse
from django.utils import timezone

from people.access import Access
from people.home import Found, Item, Rows, Section
from people.models import LineManagement, Person
from programmes import mentoring_models
from programmes.models import Cohort, Member, Relationship
from programmes.readiness import Readiness
from sessions_log.board import hours
from sessions_log.models import Attendance, HoursShare, Session
from sessions_log.queries.notes import known_members
from sessions_log.terms import terms_of

COUNTED = ("shared-by-mentee", "per-member")
# How often a meeting stands in a week, or in a month where that says more.
A_WEEK = {"weekly": 1, "twice-weekly": 2, "fortnightly": 0.5}
A_MONTH = {"monthly": 1}


def in_hours(minutes: float) -> str:
    """``0.5 hours``, ``1 hour``."""
    number = hours(minutes)
    return f"{number} hour{'' if number == '1' else 's'}"


def agreed(relationship: Relationship) -> str:
    """What its cadence takes: "0.5 hours a week"; empty where people meet as it comes."""
    cadence = terms_of(relationship).cadence
    minutes = sum(day.minutes for day in cadence.weekdays)
    if cadence.kind == "twice-weekly" and minutes:
        return f"{in_hours(minutes)} a week"
    if cadence.kind in A_WEEK:
        return f"{in_hours(cadence.minutes * A_WEEK[cadence.kind])} a week"
    return f"{in_hours(cadence.minutes)} a month" if cadence.kind in A_MONTH else ""


@dataclass(frozen=True)
class Statement:
    """The hours of one member."""

    member: Member
    agreed: str
    meetings: int
    minutes: int
    first_on: date | None

    @property
    def held(self) -> str:
        meetings = f"{self.meetings} meeting{'' if self.meetings == 1 else 's'}"
        return f"{in_hours(self.minutes)} in {meetings}" if self.meetings else "Nothing has been logged yet"


def statements(members: Iterable[Member]) -> list[Statement]:
    """The hours of each, from sessions that were held and that they came to. One query."""
    members = list(members)
    came = Attendance.objects.filter(
        member__in=members, state=Attendance.State.ATTENDED, session__state=Session.State.HELD
    )
    rows = came.order_by().values("member").annotate(minutes=Sum("session__minutes"), first_on=Min("session__day"))
    held = {row["member"]: row for row in rows.annotate(meetings=Count("pk"))}
    return [
        Statement(
            one,
            agreed(one.relationship),
            held[one.pk]["meetings"] if one.pk in held else 0,
            held[one.pk]["minutes"] if one.pk in held else 0,
            held[one.pk]["first_on"] if one.pk in held else None,
        )
        for one in members
    ]


def may_share(member: Member) -> bool:
    """Whether the model lets this member show their hours to a line manager: a mentee, and where it is no secret that
    they take part."""
    programme = member.relationship.cohort.programme
    shares = mentoring_models.of(programme).hours == "shared-by-mentee" and not programme.is_confidential
    return shares and member.role == Member.Role.MENTEE


def managers_of(person: Person, *, on: date):
    """Those who manage ``person`` directly on the day ``on``."""
    lines = LineManagement.objects.live(on=on).filter(report=person).order_by().values("manager")
    return Person.objects.filter(pk__in=lines, is_active=True).order_by("family_name", "given_name", "pk")


def own_statement(relationship: Relationship, viewer: Person) -> Member | None:
    """The membership whose hours ``viewer`` reads as their own; None where the model counts none for them."""
    model = mentoring_models.of(relationship.cohort.programme)
    if model.hours not in COUNTED:
        return None
    own = next((one for one in known_members(relationship) if one.person_id == viewer.pk), None)
    if own is None or (model.hours == "shared-by-mentee" and own.role != Member.Role.MENTEE):
        return None
    return own


def hours_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """From a match to one's own hours in it."""
    if relationship.state not in Relationship.UNDER_WAY or own_statement(relationship, viewer) is None:
        return None
    shares = mentoring_models.of(relationship.cohort.programme).hours == "shared-by-mentee"
    hint = (
        "For your job plan. Your line manager reads them only if you share them." if shares else "As they were logged."
    )
    return Item("Hours statement", reverse("sessions_log:hours-statement", args=[relationship.pk]), hint=hint)


def hours_of_cohort_link(cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item | None:
    """For the leads of a programme that counts them for each member."""
    if mentoring_models.of(cohort.programme).hours != "per-member":
        return None
    return Item("Hours by member", reverse("sessions_log:hours-list", args=[cohort.pk]), hint="As they were logged.")


def home_rows(person: Person, access: Access, now: datetime) -> Rows:
    if access.is_known_to_manage_nobody:
        return {}
    return {"hours_shared": HoursShare.objects.read_by(person, on=timezone.localdate(now))}


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """What people whom one manages have shared of their hours."""
    if found is not None and not found.get("hours_shared"):
        return None
    shared = HoursShare.objects.read_by(person, on=timezone.localdate(now)).select_related("member__person")
    items = [
        Item(
            f"The mentoring hours of {one.member.person.name}",
            reverse("sessions_log:hours-shared", args=[one.pk]),
            hint="Shared with you, for the job plan.",
        )
        for one in shared
    ]
    return Section("Shared with you", items, stands=True) if items else None
