"""Until when a match lasts, and whose time is over: it goes on until a lead decides, who has it on their list."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from people.models import Person
from programmes import mentoring_models
from programmes.following import MOST, Task
from programmes.mentoring_models import MentoringModel
from programmes.models import Cohort, Relationship
from programmes.offers import TaskKind
from programmes.queries import cohorts_led
from programmes.spans import day_over

SOON = timedelta(weeks=6)  # so long before its end the members of a match may say that they would go on


def end_of(relationship: Relationship, model: MentoringModel) -> date | None:
    """The day on which the time of a match is over; None where it has no end. What was agreed since then counts."""
    return relationship.ends_on or day_over(relationship.cohort, relationship.started_at, model)


def may_go_on(relationship: Relationship, *, now: datetime) -> bool:
    """Whether its members are asked now if they would go on: it can be renewed, and its end is near or past."""
    model = mentoring_models.of(relationship.cohort.programme)
    end = end_of(relationship, model)
    if not model.duration.renewable or end is None or relationship.state != Relationship.State.LIVE:
        return False
    return timezone.localdate(now) >= end - SOON


def over(viewer: Person, *, now: datetime) -> QuerySet[Relationship]:
    """Matches under way whose time is over, in the cohorts that ``viewer`` leads."""
    return _over(cohorts_led(viewer, now=now), now=now)


def over_in(cohort: Cohort, *, now: datetime) -> QuerySet[Relationship]:
    """The same for one cohort."""
    return _over([cohort], now=now)


def _over(cohorts: list[Cohort], *, now: datetime) -> QuerySet[Relationship]:
    today = timezone.localdate(now)
    by_time = Q(pk__in=[])
    for cohort in cohorts:
        weeks = mentoring_models.of(cohort.programme).duration.weeks
        if cohort.end_date:
            if cohort.end_date <= today:
                by_time |= Q(cohort=cohort)
        elif weeks is not None and cohort.start_date + timedelta(weeks=weeks) <= today:
            day_after = today - timedelta(weeks=weeks) + timedelta(days=1)
            by_time |= Q(cohort=cohort, started_at__lt=timezone.make_aware(datetime.combine(day_after, time.min)))
    agreed = Q(ends_on__lte=today, cohort__in=[one.pk for one in cohorts])
    return Relationship.objects.under_way().filter(agreed | (Q(ends_on=None) & by_time)).order_by("started_at", "pk")


def _tasks(viewer: Person, *, now: datetime) -> list[Task]:
    today = timezone.localdate(now)
    rows = over(viewer, now=now).order_by().values("cohort").annotate(n=Count("pk"), first=Min("started_at"))
    counted = {row["cohort"]: row for row in rows.order_by("first")[:MOST]}
    cohorts = {cohort.pk: cohort for cohort in cohorts_led(viewer, now=now)}
    found = []
    for key, row in counted.items():
        cohort = cohorts[key]
        since = day_over(cohort, row["first"], mentoring_models.of(cohort.programme)) or today
        n = row["n"]
        found.append(
            Task(
                f"The time of {n} {'match' if n == 1 else 'matches'} is over",
                reverse("programmes:ending-list", args=[cohort.pk]),
                f"{cohort.programme}, {cohort}",
                min(since, today),
                max((today - since).days, 0),
            )
        )
    return found


OVER = TaskKind(
    "over",
    "Mentoring whose time is over",
    "It goes on until you decide. End it with thanks, or let it go on until another day.",
    "Look at it",
    over,
    _tasks,
    lambda count: f"The time of {count} {'match' if count == 1 else 'matches'} is over",
)
