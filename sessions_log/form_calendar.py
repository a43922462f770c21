"""When forms open by the calendar, who fills them in, and when somebody is written to. Arithmetic and reads alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from programmes.mentoring_models.meeting import Chase, Reminders
from programmes.models import Member, Relationship
from sessions_log.models import SessionPlan, Target
from sessions_log.session_forms import FormSpec
from sessions_log.terms import ends_on, plan_of, terms_of

MORNING = time(9)  # London's, when a chase or a nudge is owed
ROLES = {
    "mentor": (Member.Role.MENTOR,),
    "mentee": (Member.Role.MENTEE, Member.Role.PEER),
    "each": (Member.Role.MENTOR, Member.Role.MENTEE, Member.Role.PEER),
}


@dataclass(frozen=True)
class Occasion:
    """One thing for which a form opens: a week, a month, the end, a date of the cadence."""

    name: str
    on: date
    target: Target | None = None


@dataclass(frozen=True)
class Filler:
    """Who fills a form in, and about whom, both by id. ``apart``: told apart in the name of the occasion."""

    owed_by: int
    about: int | None
    apart: str = ""


def fillers(spec: FormSpec, members: Iterable[Member], leads: Iterable[int] = ()) -> list[Filler]:
    """Who owes a form of ``spec`` in a relationship: its members of the role, or the ``leads`` (ids) of its programme.

    Where it is about somebody and there are several of them, one form for each.
    """
    members = list(members)
    subjects = [one.person_id for one in members if spec.about == one.role]
    if spec.filled_by == "lead":
        owing = list(leads)
    else:
        owing = [one.person_id for one in members if one.role in ROLES.get(spec.filled_by, ())]
    if spec.about == "nobody":
        return [Filler(person, None) for person in owing]
    several = len(subjects) > 1
    return [
        Filler(person, subject, f":{subject}" if several else "")
        for person in owing
        for subject in subjects
        if subject != person
    ]


def occasions(spec: FormSpec, relationship: Relationship, targets: Iterable[Target]) -> Iterator[Occasion]:
    """The occasions on which a form of ``spec`` opens by the calendar, in the order of days; endless where it is open.

    ``targets``: dates of the cadence for which nothing is booked, where the form asks whether they met.
    """
    opens, plan = spec.opens, plan_of(relationship, now=relationship.told_at or relationship.started_at)
    if opens.when == "start":
        yield Occasion("start", timezone.localdate(relationship.told_at or relationship.started_at))
    elif opens.when == "end":
        if day := end_of(relationship, plan):
            yield Occasion("end", day)
    elif opens.when == "weeks":
        for week in sorted(opens.weeks):
            yield Occasion(f"week-{week}", relationship.cohort.start_date + timedelta(weeks=week))
    elif opens.when == "every":
        end, months = end_of(relationship, plan), opens.months
        while True:
            day = plan.first_on + relativedelta(months=months)
            if (end and day > end) or day.year > 9000:
                return
            yield Occasion(f"month-{months}", day)
            months += opens.months
    elif spec.asks_whether_met:
        for target in sorted(targets, key=lambda one: one.due_on):
            yield Occasion(f"target:{target.pk}", target.due_on, target)


def end_of(relationship: Relationship, plan: SessionPlan) -> date | None:
    """The last day of a relationship by its plan, its cohort or its model; none where it is open."""
    return plan.ends_on or ends_on(relationship, terms_of(relationship).model, first_on=plan.first_on)


def morning_of(day: date) -> datetime:
    """Nine o'clock in London on that day."""
    return timezone.make_aware(datetime.combine(day, MORNING))


def chase_of(reminders: Reminders) -> Chase | None:
    """How a form is chased under these reminders; none: it is not."""
    return (reminders.chase or Chase()) if reminders.kind == "chase" else None


def first_reminder(due_on: date | None, reminders: Reminders) -> datetime | None:
    """When the first reminder of an open form is owed, under the model's policy (R9); none: never."""
    if due_on is None or reminders.kind == "none":
        return None
    chase = chase_of(reminders)
    return morning_of(due_on + timedelta(days=chase.days_late if chase else 1))
