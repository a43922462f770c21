"""Choosing a partner oneself, where the model lets one's side choose: the other is asked and may say no."""

from datetime import datetime

from django.db import transaction

from audit.refusal import Refused
from people.models import Person
from programmes import mentoring_models
from programmes.actions import consents, relationships
from programmes.actions.telling import Telling
from programmes.choosing import may_choose
from programmes.models import Enrolment, Relationship, Side

NOT_YOURS = "There is nobody for you to choose on this programme just now."


@transaction.atomic
def choose(*, own: Enrolment, other: Enrolment, by: Person, now: datetime) -> Relationship:
    """Propose oneself to ``other``: one's own yes is given with it, and the other is asked by mail.

    Refused from anybody but the person themselves and where their side does not
    choose; with the rule's sentence where one keeps the two apart; and where
    somebody else was quicker.
    """
    if by.pk != own.person_id or not may_choose(own, mentoring_models.of(own.cohort.programme)):
        raise Refused(NOT_YOURS)
    mentee, mentor = (own, other) if own.side == Side.MENTEE else (other, own)
    pair = relationships.start(cohort=own.cohort, mentee=mentee, mentor=mentor, telling=Telling(), by=by, now=now)
    return consents.accept(relationship=pair, by=by, now=now)
