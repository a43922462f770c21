"""What a group's board hears (R5): how often it met, which themes came up, what it agreed to show; never a note."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone

from people.days import in_words
from people.home import Item
from people.models import Person
from programmes import mentoring_models
from programmes.following import MOST, Task, Unnamed
from programmes.groups import named_of, outsiders
from programmes.models import Member, Relationship, led
from programmes.offers import TaskKind
from sessions_log.models import Attendance, BoardReport, Output, Session, Target
from sessions_log.queries.notes import own_relationships
from vault.sealing import Undecryptable


@dataclass(frozen=True)
class PaidHours:
    """The hours of a mentor from outside, who is paid for them: what the dates ask for, and what was held with them."""

    name: str
    planned: str
    used: str


@dataclass(frozen=True)
class Board:
    """What a report says."""

    planned: int
    planned_hours: str
    held: int
    held_hours: str
    themes: list[str]
    outputs: list[tuple[str, str]]  # kind and text, agreed
    paid: list[PaidHours]


def hours(minutes: int) -> str:
    """``89.5``."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def kinds_of(relationship: Relationship) -> list[str]:
    """What a group may write down of what has come out of it: for its board, where one is owed a report; else themes
    for whoever commissions it and topics for the leads, where it has rounds. None for any other."""
    model = mentoring_models.of(relationship.cohort.programme)
    if not relationship.is_group:
        return []
    if model.report is not None:
        return [kind for kind in Output.Kind if kind != Output.Kind.CPD]
    return [Output.Kind.THEME, Output.Kind.CPD] if model.group and model.group.round else []


def has_outputs(relationship: Relationship) -> bool:
    """Whether what comes out of it is written down."""
    return bool(kinds_of(relationship))


def owes_report(relationship: Relationship) -> bool:
    """Whether its model owes a board a report on it."""
    return relationship.is_group and mentoring_models.of(relationship.cohort.programme).report is not None


def board_of(report: BoardReport, *, now: datetime) -> Board:
    """What ``report`` says now; nothing of it is stored, so it is right on the day on which it is printed."""
    relationship, period = report.relationship, (report.first_on, report.last_on)
    targets = relationship.targets.filter(due_on__range=period).exclude(state=Target.State.SKIPPED)
    planned = targets.aggregate(n=Count("pk"), minutes=Sum("minutes"))
    sessions = relationship.sessions.filter(state=Session.State.HELD, day__range=period)
    held = sessions.aggregate(n=Count("pk"), minutes=Sum("minutes"))
    outputs = relationship.outputs.filter(day__range=period)
    return Board(
        planned=planned["n"],
        planned_hours=hours(planned["minutes"] or 0),
        held=held["n"],
        held_hours=hours(held["minutes"] or 0),
        themes=[text for one in outputs.filter(kind=Output.Kind.THEME) if (text := text_of(one))],
        outputs=[
            (one.get_kind_display(), text)
            for one in outputs.agreed().exclude(kind=Output.Kind.THEME)
            if (text := text_of(one))
        ],
        paid=_paid(relationship, sessions, planned["minutes"] or 0, now=now),
    )


def _paid(relationship: Relationship, sessions, planned: int, *, now: datetime) -> list[PaidHours]:
    if mentoring_models.of(relationship.cohort.programme).hours != "paid-external":
        return []
    mentors = relationship.members.current().filter(role=Member.Role.MENTOR, enrolment__isnull=False)
    mentors = list(mentors.select_related("enrolment__person", "person"))
    strangers = {one.pk for one in outsiders(relationship.cohort, [one.enrolment for one in mentors], now=now)}
    found = []
    for mentor in mentors:
        if mentor.enrolment_id in strangers:
            came = Attendance.objects.filter(member=mentor, state=Attendance.State.ATTENDED, session__in=sessions)
            used = came.aggregate(minutes=Sum("session__minutes"))["minutes"] or 0
            found.append(PaidHours(mentor.person.name, hours(planned), hours(used)))
    return found


def text_of(output: Output) -> str | None:
    try:
        return output.text
    except Undecryptable:
        return None


def outputs_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """For members: what has come out of the meetings so far."""
    if relationship.state not in Relationship.UNDER_WAY or not has_outputs(relationship):
        return None
    if not own_relationships(viewer).filter(pk=relationship.pk).exists():
        return None
    page = reverse("sessions_log:output-list", args=[relationship.pk])
    hint = "Themes, and sessions of CPD that are needed."
    if owes_report(relationship):
        hint = "Themes, training needs, links and projects; what the board may see."
    return Item("What has come out of it", page, hint=hint)


def report_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """For members and leads: the report that is owed next."""
    if not owes_report(relationship):
        return None
    report = BoardReport.objects.visible_to(viewer, now=now).filter(relationship=relationship).unsent().first()
    if report is None:
        return None
    page = reverse("sessions_log:report-detail", args=[relationship.pk, report.pk])
    return Item("Report to the board", page, hint=f"Due on {in_words(report.due_on)}.")


# --- On the list of a lead -------------------------------------------------------------------


def late_reports(viewer: Person, *, now: datetime):
    """Reports that were chased as often as the model says and are still owed."""
    late = Q(next_at=None, chased__gt=0)
    return BoardReport.objects.unsent().filter(late, led(viewer, "relationship__cohort__programme", now=now))


def late_tasks(viewer: Person, *, now: datetime) -> list[Unnamed]:
    today = timezone.localdate(now)

    def task(one: BoardReport) -> Task:
        return Task(
            f"{named_of(one.relationship)} owes the board its report",
            reverse("sessions_log:report-detail", args=[one.relationship_id, one.pk]),
            f"{one.relationship.cohort.programme}, {one.relationship.cohort}",
            one.due_on,
            max((today - one.due_on).days, 0),
            f"Its mentors were reminded {one.chased} times.",
        )

    rows = late_reports(viewer, now=now).select_related("relationship__cohort__programme")
    return [Unnamed(one.relationship, partial(task, one)) for one in rows[:MOST]]


LATE = TaskKind(
    "board-reports",
    "Reports that a board waits for",
    "Nobody is reminded any more. Ring them, or send it yourself.",
    "Open it",
    late_reports,
    late_tasks,
    lambda count: f"{count} {'report is' if count == 1 else 'reports are'} overdue to a board",
)
