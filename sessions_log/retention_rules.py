"""How long this room keeps what people answered in forms, and what they typed and never sent."""

from datetime import datetime

from people.models import Person
from people.retention import Rule, register
from programmes.retention_rules import closed_for
from sessions_log.actions.drafts import KEPT_FOR
from sessions_log.models import Answer, Draft, FormDraft

ANSWER_MONTHS = 24


def old_answers(now):
    return Answer.objects.filter(form__relationship__cohort__in=closed_for(now, ANSWER_MONTHS))


def drop_answers(*, by: Person | None, now: datetime) -> int:
    """Delete what was answered, with what was begun and not returned; that a form was returned is kept."""
    FormDraft.objects.filter(form__relationship__cohort__in=closed_for(now, ANSWER_MONTHS)).delete()
    return old_answers(now).delete()[0]


def register_rules() -> None:
    """Called once, when the portal starts."""
    register(
        Rule(
            "answers",
            "What was answered in forms and returns",
            f"{ANSWER_MONTHS} months from the closing of the cohort",
            "Deleted; that a form was returned is kept",
            old_answers,
            drop_answers,
        )
    )
    register(
        Rule(
            "drafts",
            "What somebody typed and did not send",
            f"{KEPT_FOR.days} days from the last key",
            "Deleted, every hour",
            lambda now: Draft.objects.filter(saved_at__lte=now - KEPT_FOR),
            None,
        )
    )
