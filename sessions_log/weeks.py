"""In which week of its programme a relationship is, and what the outline suggests for it.

Week 1 begins with the cohort. Whoever works part time, or has their year extended, has a plan with an end of its own,
and the weeks of their year are longer by as much (R12).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from programmes.mentoring_models.contract import MentoringModel
from programmes.mentoring_models.outline import Topic, topic_of_week, topics_from
from programmes.models import Relationship
from sessions_log.cadence import pace, week_begins, week_of
from sessions_log.models import SessionPlan


def pace_of(relationship: Relationship, model: MentoringModel, plan: SessionPlan | None) -> Fraction:
    """How much longer than the model's year that of ``relationship`` is; 1 where it has no end of its own."""
    if model.duration.weeks is None or plan is None or plan.ends_on is None:
        return Fraction(1)
    after = plan.ends_on + timedelta(days=1)
    return pace(standard_weeks=model.duration.weeks, start=relationship.cohort.start_date, ends_on=after)


def has_outline(model: MentoringModel) -> bool:
    return model.outline == "weeks" and bool(model.topics)


def topic_on(day: date, relationship: Relationship, model: MentoringModel, plan: SessionPlan | None) -> str:
    """What the outline suggests for that day, with its week: "Week 8: Calculations". Empty where it says nothing."""
    if not has_outline(model):
        return ""
    week = week_of(day, start=relationship.cohort.start_date, pace=pace_of(relationship, model, plan))
    topic = topic_of_week(model.topics, week)
    return f"Week {week}: {topic}" if topic else ""


@dataclass(frozen=True)
class Span:
    """The days of one topic, from the first with the last."""

    topic: Topic
    first: date
    last: date


def spans_of(relationship: Relationship, model: MentoringModel, plan: SessionPlan | None) -> list[Span]:
    """The whole outline with its days in the year of ``relationship``; empty where the model has none."""
    if not has_outline(model):
        return []
    start, slower = relationship.cohort.start_date, pace_of(relationship, model, plan)
    return [
        Span(
            topic,
            week_begins(topic.first, start=start, pace=slower),
            week_begins(topic.last + 1, start=start, pace=slower) - timedelta(days=1),
        )
        for topic in topics_from(model.topics)
    ]


def near(day: date) -> tuple[date, date]:
    """From when until when something was meant for that may have come up on ``day``."""
    return day - timedelta(weeks=4), day + timedelta(weeks=2)


def topics_about(day: date, relationship: Relationship, model: MentoringModel, plan: SessionPlan | None) -> list[str]:
    """The topics of the outline from the time of ``day``, in its order: what may have come up."""
    first, last = near(day)
    spans = spans_of(relationship, model, plan)
    return list(dict.fromkeys(span.topic.title for span in spans if span.first <= last and span.last >= first))


def last_week_begins(relationship: Relationship, model: MentoringModel, plan: SessionPlan | None) -> date | None:
    """The day on which the last week of a programme of fixed length begins; none where it is open."""
    if model.duration.weeks is None:
        return None
    slower = pace_of(relationship, model, plan)
    return week_begins(model.duration.weeks, start=relationship.cohort.start_date, pace=slower)
