"""When a new cohort is likely to begin: by the start dates on the staff list, else by the model."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone

from people.models import Employment, StaffImport
from programmes.dates import last_monday
from programmes.mentoring_models import MentoringModel
from programmes.models import Side

FEWEST = 2  # people who start on one day: fewer are no intake
NEAR = timedelta(weeks=52)  # an intake further away than that is not the one meant
BEGUN = timedelta(weeks=26)  # nor is one that began longer ago


@dataclass(frozen=True)
class Suggested:
    """A start date, and of how many people the list says that they start then; none where the model says it."""

    start: date
    people: int = 0
    has_begun: bool = False


def suggested_start(
    model: MentoringModel, today: date, *, organisations: Iterable[int] = (), taken: Iterable[date] = ()
) -> Suggested:
    """The day on which most of the mentees whom the model means start their job within the year to come, else began it
    within the last half; one of a cohort that there is already (``taken``) is not meant. Without such a day the
    model's own.

    A list without start dates begins every job on the day on which it is saved: that is no intake."""
    likely = {name: value for name, value in vars(model.likely.of(Side.MENTEE)).items() if value}
    if likely:
        meant = Employment.objects.not_over(on=today).filter(organisation__in=organisations, **likely)
        meant = meant.exclude(start_date__in=taken)
        coming = _fullest(meant.filter(start_date__gt=today, start_date__lte=today + NEAR))
        if coming is not None:
            return Suggested(coming["start_date"], coming["people"])
        saved = StaffImport.objects.filter(organisation__in=organisations).exclude(saved_at=None)
        days = {timezone.localdate(at) for times in saved.values_list("uploaded_at", "saved_at") for at in times}
        begun = _fullest(meant.filter(start_date__lt=today, start_date__gte=today - BEGUN).exclude(start_date__in=days))
        if begun is not None:
            return Suggested(begun["start_date"], begun["people"], has_begun=True)
    return Suggested(_by_the_calendar(model, today))


def _fullest(jobs: QuerySet[Employment]) -> dict | None:
    """The day on which most of ``jobs`` start, and how many people; None where no day has enough of them."""
    days = jobs.order_by().values("start_date").annotate(people=Count("person", distinct=True))
    return days.filter(people__gte=FEWEST).order_by("-people", "-start_date").first()


def _by_the_calendar(model: MentoringModel, today: date) -> date:
    """The last Monday of the model's month, this year or next; without a month, a Monday four weeks from now."""
    month = model.calendar.start_month
    if month is None:
        soon = today + timedelta(weeks=4)
        return soon - timedelta(days=soon.weekday())
    this_year = last_monday(today.year, month)
    return this_year if this_year > today else last_monday(today.year + 1, month)
