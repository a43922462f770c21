"""How many experts and how many novices a group of supervisors has, against the model's target (line 171)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from people.models import Employment, Fact
from programmes import mentoring_models
from programmes.dates import anniversary
from programmes.models import Cohort, Side


@dataclass(frozen=True)
class Balance:
    """Trainee representatives sit in the group, but supervise nobody: they are neither expert nor novice."""

    group: str
    experts: int
    novices: int
    target_percent: int
    years: int = 3  # from which somebody counts as an expert

    @property
    def everyone(self) -> int:
        return self.experts + self.novices

    @property
    def parts(self) -> list[dict]:
        """The two, as a bar draws them."""
        return [
            {"label": f"Supervise for {self.years} years or more", "value": self.experts},
            {"label": "Newer, or still learning to", "value": self.novices},
        ]

    @property
    def percent(self) -> int | None:
        """Experts among all who supervise or learn to, to the nearest whole; None where there is nobody."""
        return (200 * self.experts + self.everyone) // (2 * self.everyone) if self.everyone else None

    @property
    def sentence(self) -> str:
        """``46% expert, target 50%``"""
        if self.percent is None:
            return "Nobody supervises yet"
        return f"{self.percent}% expert, target {self.target_percent}%"


def balance_of(cohort: Cohort, *, now: datetime) -> Balance | None:
    """The balance of the supervisors where the cohort's programme runs; None where its model has no target.

    Experts have supervised for the model's years; novices for less, or learn to
    as mentees of this cohort. Whoever works at the organisation counts, and whoever
    takes part in the cohort. Four queries at most, however many they are.
    """
    target = mentoring_models.of(cohort.programme).composition
    if target is None:
        return None
    today = timezone.localdate(now)
    enrolled = dict(cohort.enrolments.live().order_by("side").values_list("person", "side"))
    staff = Employment.objects.live(on=today).filter(organisation=cohort.programme.organisation_id).order_by()
    since = dict(
        Fact.objects.filter(kind=target.fact, day__lte=today)
        .filter(person__in=staff.values("person"))
        .order_by()
        .values_list("person", "day")
    )
    outside = [person for person in enrolled if person not in since]
    since |= dict(
        Fact.objects.filter(kind=target.fact, day__lte=today, person__in=outside)
        .order_by()
        .values_list("person", "day")
    )
    experts = {person for person, day in since.items() if anniversary(day, target.years) <= today}
    learners = {person for person, side in enrolled.items() if side == Side.MENTEE}
    novices = (set(since) | learners) - experts
    return Balance(target.group, len(experts), len(novices), target.target_percent, target.years)
