"""Who came to a group's meetings, as its leads read it: days and numbers, never a word that was said (R5)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.urls import reverse

from people.home import Item
from people.models import Person
from people.small_numbers import nothing_small
from programmes import mentoring_models
from programmes.facts import facts_alone
from programmes.models import Cohort, Member, Relationship, Side
from programmes.readiness import Readiness
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


@dataclass(frozen=True)
class BySize:
    """Attendance of those who come from teams of one size."""

    label: str
    people: int
    came: int
    of: int

    @property
    def share(self) -> str:
        return f"{100 * self.came / self.of:.0f}%" if self.of else "No meeting yet"


def told_of(lines: list[BySize], *, floor: int) -> list[BySize]:
    """``lines``, of which the first is about small teams, as finely as they can be told to somebody who knows how many
    there are in all: each, or the small teams beside all others, or nothing. Where one of several is of few people
    all are told differently, so that it cannot be had by taking away."""
    first, *others = lines
    together = BySize("Any other", *(sum(getattr(line, name) for line in others) for name in ("people", "came", "of")))
    for some in (lines, [first, together]):
        if nothing_small((line.people for line in some), floor=floor):
            return [line for line in some if line.people]
    return []


def by_team_size(cohort: Cohort, *, now: datetime) -> list[BySize]:
    """How often members of the cohort's groups came, by how many of their team take part: are small teams squeezed
    out? Four queries.

    A team is small where it could fill no group by itself. Whoever has no team on record stands in a line of
    their own. Nothing where there is too little to tell (``told_of``).
    """
    model = mentoring_models.of(cohort.programme)
    group = model.group
    enrolled = list(cohort.enrolments.live().on_side(Side.MENTEE).select_related("person"))
    known = facts_alone(
        [one.person for one in enrolled], on=cohort.facts_day(now), organisation=cohort.programme.organisation_id
    )
    sizes = Counter(facts.team_id for facts in known.values() if facts.team_id)
    least, most = group.size.least, group.size.default
    labels = [f"Fewer than {least}", f"{least} to {most}", f"More than {most}", "No team on record"]
    at = {
        pk: 3 if not facts.team_id else (sizes[facts.team_id] >= least) + (sizes[facts.team_id] > most)
        for pk, facts in known.items()
    }
    rows = Attendance.objects.filter(
        member__person__in=list(at),
        member__role=Member.Role.MENTEE,
        member__relationship__cohort=cohort,
        member__relationship__shape=Relationship.Shape.GROUP,
        session__state=Session.State.HELD,
    )
    came = Count("pk", filter=Q(state=Attendance.State.ATTENDED))
    by_person = rows.order_by().values("member__person").annotate(n=Count("pk"), came=came)
    held = {row["member__person"]: row for row in by_person}
    lines = []
    for number, label in enumerate(labels):
        some = [pk for pk, line in at.items() if line == number]
        came_of = [held[pk] for pk in some if pk in held]
        attended, of = (sum(row[what] for row in came_of) for what in ("came", "n"))
        lines.append(BySize(label, len(some), attended, of))
    return told_of(lines, floor=model.few)


def by_team_link(cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item | None:
    """For leads, where people from small teams are to come first."""
    model = mentoring_models.of(cohort.programme)
    if model.group is None or model.matching.objective != "small-teams-first":
        return None
    page = reverse("sessions_log:attendance-by-team", args=[cohort.pk])
    return Item("Attendance by size of team", page, hint="Whether small teams are squeezed out. It names nobody.")


def attendance_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """For a lead of a group: the page of its meetings. Members have their own."""
    if not relationship.is_group or relationship.told_at is None:
        return None
    if not Cohort.objects.led_by(viewer, now=now).filter(pk=relationship.cohort_id).exists():
        return None
    page = reverse("sessions_log:attendance-list", args=[relationship.pk])
    return Item("Attendance", page, hint="On which days it met and how many came. Nothing of what was said.")
