"""Half-open periods of days, shared by everything dated: [start_date, end_date)."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q


def not_over(*, on: date, path: str = "") -> Q:
    """That the row at ``path`` ("person__employments") holds on the day ``on`` or will."""
    start, end = (f"{path}__{name}" if path else name for name in ("start_date", "end_date"))
    # A row ended before it began is empty: its end is its own start.
    return Q((f"{end}__isnull", True)) | (Q((f"{end}__gt", on)) & Q((f"{end}__gt", F(start))))


class DatedQuerySet(models.QuerySet):
    def live(self, *, on: date):
        """Rows whose period holds the day ``on``; an empty end means 'until further notice'."""
        return self.filter(start_date__lte=on).not_over(on=on)

    def not_over(self, *, on: date):
        """Rows that hold on the day ``on`` or will: trainees are matched months before their first day."""
        return self.filter(not_over(on=on))


class Dated(models.Model):
    """A row that holds from ``start_date`` up to, not including, ``end_date``."""

    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_period",
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                violation_error_message="The end date is before the start date.",
            )
        ]

    def holds_on(self, day: date) -> bool:
        return self.start_date <= day and (self.end_date is None or day < self.end_date)

    @property
    def last_day(self) -> date | None:
        """The last day on which the row holds, as people say it; None until further notice."""
        return self.end_date and self.end_date - timedelta(days=1)

    def is_over(self, day: date) -> bool:
        """Whether the row neither holds on ``day`` nor will, as ``not_over`` says it."""
        return self.end_date is not None and (self.end_date <= day or self.end_date <= self.start_date)

    def end_on(self, day: date) -> None:
        """End the row on ``day``; one that begins later becomes empty. For actions only, which record it."""
        self.end_date = max(self.start_date, day)
        self.save(update_fields=["end_date"])
