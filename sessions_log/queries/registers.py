"""Reads of the check-in register, for the leads of its cohort alone."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db.models import Min, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from people.home import Item
from people.models import Person
from programmes import mentoring_models
from programmes.following import MOST, Task, Unnamed, days_between, pair_name
from programmes.models import Cohort, Member, Relationship
from programmes.offers import TaskKind
from programmes.readiness import Readiness
from sessions_log.cadence import weeks_after
from sessions_log.models import RegisterException, RegisterMeeting, SessionPlan
from sessions_log.weeks import pace_of
from vault.sealing import Undecryptable

LONGER = ", longer year"  # how the title ends of a week's meeting for those whose year is longer
UNREADABLE = "What was noted cannot be opened: its key is missing, or it was changed outside the portal."


@dataclass(frozen=True)
class RegisterLine:
    """One pair on the list of a meeting. ``text``: what was noted of it, empty where all was well."""

    relationship: Relationship
    name: str
    text: str


def longer_years() -> QuerySet[SessionPlan]:
    """The plans of matches under way whose year is longer than the programme's: part time, or after a break."""
    under_way = Relationship.objects.under_way().told().order_by().values("pk")
    plans = SessionPlan.objects.filter(relationship__in=under_way, ends_on__isnull=False)
    return plans.select_related("relationship__cohort__programme")


def own_weeks(plan: SessionPlan) -> list[tuple[int, date]]:
    """The weeks of the register with the day on which each falls in this longer year; none where it is no longer."""
    cohort = plan.relationship.cohort
    model = mentoring_models.of(cohort.programme)
    slower = pace_of(plan.relationship, model, plan)
    if slower <= 1:
        return []
    return [(week, weeks_after(week, start=cohort.start_date, pace=slower)) for week in model.register.weeks]


def pairs_of(meeting: RegisterMeeting) -> QuerySet[Relationship]:
    """Everyone who is under way in the cohort, by the mentee's name; at a week's meeting those whose week it is."""
    mentee = Q(members__role=Member.Role.MENTEE, members__left_at=None)
    first = Min("members__person__folded_name", filter=mentee)
    pairs = Relationship.objects.under_way().told().filter(cohort=meeting.cohort_id)
    if meeting.week is not None:
        own = {
            plan.relationship_id: day
            for plan in longer_years().filter(relationship__cohort=meeting.cohort_id)
            for week, day in own_weeks(plan)
            if week == meeting.week
        }
        now_due = [pk for pk, day in own.items() if day == meeting.day]
        pairs = pairs.filter(pk__in=now_due) if meeting.title.endswith(LONGER) else pairs.exclude(pk__in=own)
    return pairs.annotate(first=first).order_by("first", "pk")


def register_lines(meeting: RegisterMeeting, pairs: QuerySet[Relationship]) -> list[RegisterLine]:
    """``pairs``, a page of them, with what was noted of each at this meeting. Three queries."""
    noted = {one.relationship_id: text_of(one) for one in meeting.exceptions.all()}
    members = Prefetch("members", Member.objects.select_related("person"))
    return [RegisterLine(one, pair_name(one), noted.get(one.pk, "")) for one in pairs.prefetch_related(members)]


def text_of(exception: RegisterException) -> str:
    """What was noted; a sentence instead where it cannot be decrypted."""
    try:
        return exception.text
    except Undecryptable:
        return UNREADABLE


def noted_for(viewer: Person, *, now: datetime) -> QuerySet[RegisterException]:
    """Pairs that were not well at a meeting, on the list of the leads of their cohort."""
    return RegisterException.objects.open().led_by(viewer, now=now)


def noted_tasks(viewer: Person, *, now: datetime) -> list[Unnamed]:
    """The first of them, each an item of the list."""
    today = timezone.localdate(now)

    def task(one: RegisterException) -> Task:
        return Task(
            pair_name(one.relationship),
            reverse("sessions_log:register-exception", args=[one.pk]),
            f"{one.meeting.cohort.programme}, {one.meeting.cohort}",
            timezone.localdate(one.raised_at),
            days_between(timezone.localdate(one.raised_at), today),
            text_of(one),
        )

    rows = noted_for(viewer, now=now).select_related("meeting__cohort__programme", "relationship")
    return [Unnamed(one.relationship, partial(task, one)) for one in rows[:MOST]]


def _at_home(count: int) -> str:
    return "1 match was not well at a meeting" if count == 1 else f"{count:,} matches were not well at a meeting"


NOTED = TaskKind(
    "register",
    "Noted at a meeting",
    "Noted when you went through the register. Close it once it is dealt with.",
    "Look at it",
    noted_for,
    noted_tasks,
    _at_home,
)


def register_link(cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item | None:
    """From a cohort's page to its register, where the model has one or a lead may want one."""
    register = mentoring_models.of(cohort.programme).register
    if not (register.weeks or register.meetings):
        return None
    return Item(
        "Check-in register",
        reverse("sessions_log:register-list", args=[cohort.pk]),
        hint="One list to tick at a meeting. No mail is sent.",
    )


def meetings_of(cohort: Cohort):
    """The meetings of a cohort's register, in the order of days."""
    return cohort.registers.select_related("ticked_by").prefetch_related("exceptions")
