"""What the mentoring model says for one relationship: a group may have its own cadence, reminders and agreement."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from programmes import mentoring_models
from programmes.agreements import agreement_of
from programmes.mentoring_models.contract import MentoringModel
from programmes.mentoring_models.meeting import Cadence, Reminders
from programmes.mentoring_models.texts import Agreement
from programmes.models import Relationship
from sessions_log.models import SessionPlan


@dataclass(frozen=True)
class Terms:
    model: MentoringModel
    cadence: Cadence
    reminders: Reminders
    agreement: Agreement


def terms_of(relationship: Relationship) -> Terms:
    """The terms of ``relationship``; its cohort and programme are best loaded with it."""
    model = mentoring_models.of(relationship.cohort.programme)
    own = model.group if relationship.shape == Relationship.Shape.GROUP else None
    return Terms(
        model=model,
        cadence=(own and own.cadence) or model.cadence,
        reminders=(own and own.reminders) or model.reminders,
        agreement=agreement_of(relationship),
    )


def is_weekly(cadence: Cadence, reminders: Reminders) -> bool:
    """Whether people meet so often that they are written to once a week (R9)."""
    return cadence.kind in ("weekly", "twice-weekly") or reminders.kind == "digest"


def ends_on(relationship: Relationship, model: MentoringModel, *, first_on: date) -> date | None:
    """The last day for which dates are asked: the cohort's end, or the model's weeks from ``first_on``; none: open."""
    if model.duration.weeks is not None:
        by_model = first_on + timedelta(weeks=model.duration.weeks) - timedelta(days=1)
        return min(by_model, relationship.cohort.end_date or by_model)
    return relationship.cohort.end_date


def plan_of(relationship: Relationship, *, now: datetime) -> SessionPlan:
    """The plan of a relationship; the usual one, not yet saved, where its members have none of their own."""
    try:
        return relationship.session_plan
    except SessionPlan.DoesNotExist:
        told = relationship.told_at or relationship.started_at or now
        return SessionPlan(
            relationship=relationship, first_on=max(relationship.cohort.start_date, timezone.localdate(told))
        )
