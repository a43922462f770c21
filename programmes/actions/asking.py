"""Asking people for facts about themselves, where a lead chooses to (R2), and taking down what they say."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from audit.record import record_many
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.actions import facts
from people.models import Person
from programmes.asking import to_ask, wanted_of
from programmes.models import Cohort, Enrolment

FACTS_WANTED = "facts-wanted"  # kind of the notice


@transaction.atomic
def ask_for_facts(*, cohort: Cohort, side: str, by: Person | None, now: datetime) -> int:
    """Owe everyone on ``side`` who lacks a fact they could give one mail that asks for it; return how many.

    Nobody is asked twice within a fortnight. Refused where there is nobody to ask.
    """
    asked = list(to_ask(cohort, side, now=now))
    if not asked:
        raise Refused("There is nobody to ask: nothing is missing that they could say, or they were asked just now.")
    Enrolment.objects.filter(pk__in=[enrolment.pk for enrolment in asked]).update(facts_asked_at=now)
    outbox.owe_many(
        kind=FACTS_WANTED,
        owed=[
            (f"{FACTS_WANTED}:{enrolment.pk}:{now.isoformat()}", enrolment.person_id, {"enrolment": enrolment.pk})
            for enrolment in asked
        ],
        due_at=now,
        by=by,
        now=now,
    )
    record_many(Verb.FACTS_WANTED, by=by, now=now, on=asked, scope=("cohort", cohort.pk))
    return len(asked)


@transaction.atomic
def give_facts(*, enrolment: Enrolment, answers: Mapping[str, date | str | None], by: Person, now: datetime) -> int:
    """Take down what somebody says about themselves, by kind of fact; None: it does not apply. Return how many.

    Refused from anybody else, and for a fact that is on record already: that is the lead's to change.
    """
    if by.pk != enrolment.person_id:
        raise Refused("Only the person themselves can say this.")
    wanted = {need.kind for need in wanted_of(enrolment, now=now)}
    for kind, value in answers.items():
        if kind not in wanted:
            raise Refused("This is on record by now. Ask a lead of the programme to change it.")
        facts.record(person=enrolment.person, kind=kind, value=value, applies=value is not None, by=by, now=now)
    return len(answers)
