"""What waits for a lead around introductions: requests to confirm, people to introduce, introductions unanswered."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from people.models import Person
from programmes import mentoring_models
from programmes.following import MOST, Task
from programmes.models import Cohort, Enrolment, Introduction, MentorRequest, led
from programmes.offers import TaskKind


def unconfirmed(viewer: Person, *, now: datetime) -> QuerySet[MentorRequest]:
    """Requests that wait for a lead's word, on the programmes that ``viewer`` leads, the oldest first."""
    rows = MentorRequest.objects.filter(led(viewer, "enrolment__cohort__programme", now=now), confirmed_at=None)
    of_open = {"enrolment__cohort__closed_at": None, "enrolment__cohort__programme__closed_at": None}
    return rows.filter(enrolment__state=Enrolment.State.ENROLLED, **of_open).order_by("stated_at", "pk")


def to_introduce(viewer: Person, *, now: datetime) -> QuerySet[Introduction]:
    """Introductions that wait for a lead, on the programmes that ``viewer`` leads, the oldest first."""
    return Introduction.objects.with_lead().led_by(viewer, now=now).order_by("asked_at", "pk")


def waiting_for(cohort: Cohort) -> int:
    """How many requests and introductions of ``cohort`` wait for its leads."""
    requests = MentorRequest.objects.filter(confirmed_at=None, enrolment__in=cohort.enrolments.live().order_by())
    asks = mentoring_models.of(cohort.programme).matching.confirms_requests
    return Introduction.objects.with_lead().filter(cohort=cohort).count() + (requests.count() if asks else 0)


def _request_tasks(viewer: Person, *, now: datetime) -> list[Task]:
    rows = unconfirmed(viewer, now=now).select_related("enrolment__person", "enrolment__cohort__programme")[:MOST]
    return [
        _task(
            f"{one.enrolment.person.name} asks for a mentor",
            reverse("programmes:request-confirm", args=[one.enrolment_id]),
            one.enrolment.cohort,
            one.stated_at,
            now,
            ", ".join(one.slots),
        )
        for one in rows
    ]


def _introduction_tasks(viewer: Person, *, now: datetime) -> list[Task]:
    rows = to_introduce(viewer, now=now).select_related("one__person", "other__person", "cohort__programme")[:MOST]
    return [
        _task(
            f"Introduce {one.one.person.name} to {one.other.person.name}",
            reverse("programmes:introduction-decide", args=[one.pk]),
            one.cohort,
            one.asked_at,
            now,
            "They were introduced, and nobody answered." if one.state == Introduction.State.RETURNED else one.slot,
        )
        for one in rows
    ]


def _task(text: str, url: str, cohort: Cohort, since: datetime, now: datetime, detail: str) -> Task:
    day = timezone.localdate(since)
    days = max((timezone.localdate(now) - day).days, 0)
    return Task(text, url, f"{cohort.programme}, {cohort}", day, days, detail)


REQUESTS = TaskKind(
    "requests",
    "Requests for a mentor",
    "Talk it over with them, then confirm it. With that the list of mentors opens to them.",
    "Look at it",
    unconfirmed,
    _request_tasks,
    lambda count: f"{count:,} {'person asks' if count == 1 else 'people ask'} for a mentor",
)
INTRODUCTIONS = TaskKind(
    "introductions",
    "People to introduce",
    "They asked you to introduce them, or were introduced and nobody answered.",
    "Decide",
    to_introduce,
    _introduction_tasks,
    lambda count: f"{count:,} {'introduction waits' if count == 1 else 'introductions wait'} for you",
)
