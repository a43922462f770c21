"""How long a match lasts by itself: until its cohort ends, or as many weeks as its model says."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from programmes.mentoring_models import MentoringModel
from programmes.models import Cohort
from programmes.rules import Span


def span_of(cohort: Cohort, model: MentoringModel, *, now: datetime) -> Span:
    """How long a match of ``cohort`` would last that is made at ``now``."""
    end, weeks = day_over(cohort, now, model), model.duration.weeks
    if cohort.end_date or end is None:
        return Span(cohort.start_date, end)
    return Span(cohort.start_date, end, f"the {weeks} weeks of a match are over")


def day_over(cohort: Cohort, started_at: datetime, model: MentoringModel) -> date | None:
    """The day on which a match that began at ``started_at`` is over by itself; None where it has no end."""
    if cohort.end_date:
        return cohort.end_date
    if model.duration.weeks is None:
        return None
    return max(cohort.start_date, timezone.localdate(started_at)) + timedelta(weeks=model.duration.weeks)
