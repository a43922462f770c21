"""How long what members wrote is kept: which matches' words go when, and who wrote there. Deleting is in the actions.

What is a fact stays: sessions, attendance, that a form was returned, what a board was given to read. What
somebody wrote for themselves, the other or the group goes so many months after the match has ended, never
before its authors were told 30 days ahead. What was returned to a host or a lead goes 24 months after the
programme has closed.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from people.home import Item
from people.retention import LOOK_AHEAD, months_before
from programmes import mentoring_models
from programmes.models import Cohort, Programme, Relationship
from sessions_log.models import (
    AgendaItem,
    AgreedAction,
    Answer,
    EvidencePlan,
    FormDraft,
    Goal,
    Homework,
    Note,
    Output,
    PrepSheet,
    Situation,
)

WARNED_AHEAD = LOOK_AHEAD
RETURNS_MONTHS = 24  # after the programme has closed
_FOR_THE_BOARD = Q(mentee_agreed_at__isnull=False, mentor_agreed_at__isnull=False)

# What goes, the path from it to its relationship, and who wrote it.
TEXTS = (
    (Note.objects.all(), "relationship", "author"),
    (PrepSheet.objects.all(), "relationship", "author"),
    (Goal.objects.all(), "relationship", "owner"),
    (Goal.objects.all(), "relationship", "written_by"),
    (Homework.objects.all(), "relationship", "set_by"),
    (AgreedAction.objects.exclude(_FOR_THE_BOARD), "relationship", "written_by"),
    (AgendaItem.objects.all(), "relationship", "author"),
    (EvidencePlan.objects.all(), "relationship", "changed_by"),
    (Output.objects.filter(agreed_at=None), "relationship", "author"),
    (Situation.objects.all(), "relationship", "author"),
    (Answer.objects.filter(for_host=False, for_lead=False), "form__relationship", "form__owed_by"),
    (FormDraft.objects.all(), "form__relationship", "form__owed_by"),
)


def over(now: datetime) -> QuerySet[Relationship]:
    """Those that have ended long enough ago, by the setting of their programme, and in which somebody wrote."""
    usual, other = mentoring_models.MentoringModel.texts_kept_months, defaultdict(list)
    for programme in Programme.objects.order_by("pk"):
        months = mentoring_models.of(programme).texts_kept_months
        if months != usual:
            other[months].append(programme.pk)
    unusual = [pk for some in other.values() for pk in some]
    ended = Q(ended_at__lt=_day_after(now, usual)) & ~Q(cohort__programme__in=unusual)
    for months, programmes in other.items():
        ended |= Q(ended_at__lt=_day_after(now, months), cohort__programme__in=programmes)
    return Relationship.objects.filter(ended, state=Relationship.State.ENDED).filter(_has_texts())


def going(now: datetime) -> QuerySet[Relationship]:
    """Those of which the words go now: their time is over, and their authors were told long enough ago."""
    return over(now).filter(texts_warning__at__lt=_midnight_after(timezone.localdate(now) - WARNED_AHEAD))


def to_warn(now: datetime) -> QuerySet[Relationship]:
    """Those whose time is over within 30 days, and whose authors have not been told."""
    return over(now + WARNED_AHEAD).filter(texts_warning=None)


def old_returns(now: datetime) -> QuerySet[Answer]:
    """What was returned to hosts and leads in programmes that closed 24 months ago."""
    closed = Q(form__relationship__cohort__programme__closed_at__lt=_day_after(now, RETURNS_MONTHS))
    return Answer.objects.filter(closed).filter(Q(for_host=True) | Q(for_lead=True))


def texts_of(relationships: Iterable[int]) -> list[QuerySet]:
    """What goes with the words of these relationships (ids), a query for each table."""
    there = list(relationships)
    return [texts.filter(**{f"{path}__in": there}) for texts, path, _ in TEXTS]


def authors_of(relationships: Iterable[int]) -> dict[int, set[int]]:
    """Who wrote in each of these relationships (ids): ids of people."""
    found, there = defaultdict(set), list(relationships)
    for texts, path, author in TEXTS:
        for relationship, person in texts.filter(**{f"{path}__in": there}).order_by().values_list(path, author):
            if person is not None:
                found[relationship].add(person)
    return found


def goes_on(relationship: Relationship, *, now: datetime) -> date:
    """The day on which its words go, at the earliest: not before 30 days after their authors were told."""
    ended = timezone.localdate(relationship.ended_at)
    months = mentoring_models.of(relationship.cohort.programme).texts_kept_months
    day = ended + relativedelta(months=months)
    if months_before(day, months) < ended:  # a month that has no such day
        day += timedelta(days=1)
    warning = getattr(relationship, "texts_warning", None)
    return max(day, timezone.localdate(warning.at if warning else now) + WARNED_AHEAD)


def keeping_link(cohort: Cohort, readiness, *, now: datetime) -> Item:
    """From a cohort's page to how long what its members write is kept."""
    return Item(
        "How long notes are kept",
        reverse("sessions_log:keeping-detail", args=[cohort.pk]),
        hint="How many matches’ notes go next. Whose they are stands nowhere.",
    )


def _has_texts() -> Q:
    found = Q()
    for texts, path, _ in TEXTS:
        found |= Q(Exists(texts.filter(**{path: OuterRef("pk")})))
    return found


def _day_after(now: datetime, months: int) -> datetime:
    """What ended before this moment ended so many months ago, by London's days."""
    return _midnight_after(months_before(timezone.localdate(now), months))


def _midnight_after(day) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))
