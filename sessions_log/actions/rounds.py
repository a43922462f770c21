"""Bringing a situation to a group, taking it back, and closing it once it was told. The round itself writes nothing."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes.models import Cohort, Relationship
from sessions_log.models import Output, Situation
from sessions_log.rounds import leads_round, may_bring
from sessions_log.sharing import must_be_open

LONGEST = 4_000  # characters


@transaction.atomic
def bring(*, relationship: Relationship, text: str, by: Person, now: datetime) -> Situation:
    """Write down what one means to tell the group, or write it anew. The writer and the facilitator read it; no peer
    is asked. Refused where the group has no rounds, from anybody but its members, and before the ground rules are
    accepted."""
    if not may_bring(relationship, by):
        raise Refused("Only members of this group bring a situation to it.")
    must_be_open(relationship, by)
    text = text.strip()
    if not text:
        raise Refused("Describe what happened to you.")
    if len(text) > LONGEST:
        raise Refused(f"It can have {LONGEST:,} characters. It has {len(text):,}.")
    own = Situation.objects.to_tell().select_for_update().filter(relationship=relationship, author=by).first()
    situation = own or Situation(relationship=relationship, author=by, brought_at=now)
    situation.text = text
    situation.save()
    record(Verb.SITUATION_BROUGHT, by=by, now=now, on=situation, scope=_scope(relationship))
    return situation


@transaction.atomic
def take_back(*, situation: Situation, by: Person, now: datetime) -> None:
    """The writer does not want to tell it after all: it is deleted. Twice changes nothing."""
    if situation.author_id != by.pk:
        raise Refused("Only whoever wrote it can take it back.")
    if Situation.objects.to_tell().filter(pk=situation.pk).delete()[0]:
        record(Verb.SITUATION_TAKEN_BACK, by=by, now=now, on=situation, scope=_scope(situation.relationship))


@transaction.atomic
def close(*, situation: Situation, by: Person, now: datetime) -> None:
    """It was told: from now on only the writer reads it. The facilitator says so. Twice changes nothing."""
    if not leads_round(situation.relationship, by):
        raise Refused("Only the facilitator closes a round.")
    if Situation.objects.to_tell().filter(pk=situation.pk).update(told_at=now):
        record(Verb.SITUATION_TOLD, by=by, now=now, on=situation, scope=_scope(situation.relationship))


@transaction.atomic
def settle(*, output: Output, by: Person, now: datetime) -> None:
    """A lead has seen to a session that a group asked for. Twice changes nothing."""
    if not Cohort.objects.led_by(by, now=now).filter(pk=output.relationship.cohort_id).exists():
        raise Refused("Only a lead of this programme can do that.")
    if Output.objects.wanted().filter(pk=output.pk).update(settled_at=now):
        record(Verb.OUTPUT_SETTLED, by=by, now=now, on=output, scope=_scope(output.relationship))


def _scope(relationship: Relationship) -> tuple[str, int]:
    return "programme", relationship.cohort.programme_id
