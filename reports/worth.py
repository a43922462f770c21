"""What a programme was worth, counted and never named (R17): for its leads, and for whoever commissions it.

Counts of people are told from five on, or from where the programme says, and "fewer than 5" below (R5). Hours are no
people and are told as they are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from people.counting import unless_few
from people.home import Item
from programmes import mentoring_models
from programmes.models import Cohort, Enrolment, Member, Programme, Side
from programmes.readiness import Readiness
from reports import spent
from sessions_log.board import hours
from sessions_log.models import Attendance, Session, Target

YEAR = timedelta(days=365)
TOOK_PART = (Enrolment.State.ENROLLED, Enrolment.State.WITHDRAWN)


@dataclass(frozen=True)
class Worth:
    """Counts of people as they are told; hours as ``89.5``."""

    became_supervisors: str
    joined: str
    left: str
    planned_hours: str
    held_hours: str
    mentor_hours: str
    against_plan: list[tuple[str, str]]  # paid and protected hours beside those planned, where the model has any

    @property
    def rows(self) -> list[tuple[str, str]]:
        return [
            ("Mentors who became designated supervisors since", self.became_supervisors),
            ("People who joined in the last twelve months", self.joined),
            ("People who left the portal while or after they took part", self.left),
            ("Hours planned up to today", self.planned_hours),
            ("Hours held", self.held_hours),
            ("Hours that mentors gave", self.mentor_hours),
            *self.against_plan,
        ]


def worth_of(programme: Programme, *, now: datetime) -> Worth:
    """Five queries, however many take part; four more where a commissioner protects the time, and where a mentor from
    outside is paid three, and three for each cohort."""
    today, few = timezone.localdate(now), mentoring_models.of(programme).few
    took_part = Enrolment.objects.filter(cohort__programme=programme, state__in=TOOK_PART).order_by()
    counted = took_part.aggregate(
        joined=Count("person", distinct=True, filter=Q(enrolled_at__gte=now - YEAR)),
        left=Count("person", distinct=True, filter=Q(person__is_active=False)),
    )
    mentors = took_part.filter(side=Side.MENTOR, person__facts__kind="first_ds_on")
    since = mentors.annotate(joined_on=TruncDate("enrolled_at")).filter(person__facts__day__gt=F("joined_on"))
    here = {"relationship__cohort__programme": programme}
    planned = Target.objects.filter(due_on__lte=today, **here).exclude(state=Target.State.SKIPPED).order_by()
    held = Session.objects.held().filter(**here).order_by()
    given = Attendance.objects.filter(
        state=Attendance.State.ATTENDED, member__role=Member.Role.MENTOR, session__in=held
    ).order_by()
    return Worth(
        became_supervisors=unless_few(since.values("person").distinct().count(), few),
        joined=unless_few(counted["joined"], few),
        left=unless_few(counted["left"], few),
        planned_hours=_hours(planned.aggregate(minutes=Sum("minutes"))),
        held_hours=_hours(held.aggregate(minutes=Sum("minutes"))),
        mentor_hours=_hours(given.aggregate(minutes=Sum("session__minutes"))),
        against_plan=[*spent.paid(programme, now=now), *spent.protected(programme, now=now)],
    )


def _hours(summed: dict) -> str:
    return hours(summed["minutes"] or 0)


def worth_link(cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item | None:
    """From a cohort's page to what its programme came to."""
    page = reverse("reports:board-detail", args=[cohort.programme_id])
    return Item("What this programme came to", page, hint="Hours, who joined, who became a supervisor. Counts alone.")
