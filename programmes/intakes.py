"""When a new cohort is likely to begin: by the start dates on the staff list, else by the model."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from people.models import Employment
from programmes.dates import last_monday
from programmes.mentoring_models import MentoringModel
from programmes.models import Side

FEWEST = 2  # people who start on one day: fewer are no intake
NEAR = timedelta(weeks=52)  # an intake further away than that is not the one meant


@dataclass(frozen=True)
class Suggested:
    """A start date, and of how many people the list says that they start then; none where the model says it."""

    start: date
    people: int = 0


def suggested_start(
    model: MentoringModel, today: date, *, organisations: Iterable[int] = (), taken: Iterable[date] = ()
) -> Suggested:
    """The day on which most of the mentees whom the model means start their job, within the year to come; one of a
    cohort that there is already (``taken``) is not meant. Without such a day the model's own.

    A list without start dates begins every job on the day on which it is saved: that is no intake."""
    likely = {name: value for name, value in vars(model.likely.of(Side.MENTEE)).items() if value}
    if likely:
        meant = Employment.objects.not_over(on=today).filter(organisation__in=organisations, **likely)
        near = meant.filter(start_date__gt=today, start_date__lte=today + NEAR).exclude(start_date__in=taken)
        days = near.order_by().values("start_date").annotate(people=Count("person", distinct=True))
        first = days.filter(people__gte=FEWEST).order_by("-people", "-start_date").first()
        if first is not None:
            return Suggested(first["start_date"], first["people"])
    return Suggested(_by_the_calendar(model, today))


def _by_the_calendar(model: MentoringModel, today: date) -> date:
    """The last Monday of the model's month, this year or next; without a month, a Monday four weeks from now."""
    month = model.calendar.start_month
    if month is None:
        soon = today + timedelta(weeks=4)
        return soon - timedelta(days=soon.weekday())
    this_year = last_monday(today.year, month)
    return this_year if this_year > today else last_monday(today.year + 1, month)
