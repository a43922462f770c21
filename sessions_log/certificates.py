"""What somebody's mentoring in one cohort came to, for a certificate: sessions and hours, never what was said."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Min, Sum
from django.urls import reverse

from people.home import Item
from programmes.models import Enrolment
from sessions_log.board import hours
from sessions_log.models import Attendance, Gathering, GatheringPlace, Session


@dataclass(frozen=True)
class Certificate:
    """Counted anew each time that it is read."""

    sessions: int
    hours: str
    first: date | None
    last: date | None
    trainings: list[tuple[str, date]]

    def __bool__(self):
        return bool(self.sessions or self.trainings)


def certificate_of(enrolment: Enrolment) -> Certificate:
    """The sessions of ``enrolment`` that were held with its person there, as they were logged. Two queries."""
    came = Attendance.objects.filter(
        member__enrolment=enrolment, state=Attendance.State.ATTENDED, session__state=Session.State.HELD
    )
    counted = came.order_by().aggregate(
        n=Count("session"), minutes=Sum("session__minutes"), first=Min("session__day"), last=Max("session__day")
    )
    places = GatheringPlace.objects.filter(
        enrolment=enrolment,
        state=GatheringPlace.State.ATTENDED,
        gathering__kind=Gathering.Kind.TRAINING,
        gathering__cancelled_at=None,
    )
    return Certificate(
        sessions=counted["n"],
        hours=hours(counted["minutes"] or 0),
        first=counted["first"],
        last=counted["last"],
        trainings=list(places.order_by("gathering__day", "pk").values_list("gathering__title", "gathering__day")),
    )


def certificate_link(enrolment: Enrolment, *, now: datetime) -> Item | None:
    """From the page of one's own part, once there is something to certify; also when it is over."""
    if not certificate_of(enrolment):
        return None
    page = reverse("sessions_log:certificate-detail", args=[enrolment.pk])
    return Item(
        "Certificate of your mentoring hours", page, hint="Sessions and hours up to today, to print or to keep."
    )
