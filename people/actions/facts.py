"""Facts about a person: recording them. Which facts exist is people/fact_kinds.py."""

from datetime import date, datetime

from django.db import transaction

from audit.record import record as write
from audit.refusal import Refused
from audit.verbs import Verb
from people.fact_kinds import FACT_KINDS
from people.models import Fact, Person


@transaction.atomic
def record(
    *,
    person: Person,
    kind: str,
    value: date | str | None = None,
    applies: bool = True,
    by: Person | None,
    now: datetime,
) -> Fact:
    """Record one fact in place of what was known: a day or a text by its kind, or that it does not apply.

    The same value again changes nothing and is not recorded twice.
    """
    if kind not in FACT_KINDS:
        raise Refused(f"The portal does not know the fact “{kind}”.")
    day, text = FACT_KINDS[kind].columns(value) if applies else (None, "")
    known = Fact.objects.filter(person=person, kind=kind).first()
    if known and (known.day, known.text, known.applies) == (day, text, applies):
        return known
    fact = known or Fact(person=person, kind=kind)
    fact.day, fact.text, fact.applies, fact.recorded_at = day, text, applies, now
    fact.said_at = now if by == person else None
    fact.save()
    write(Verb.FACT_RECORDED, by=by, now=now, on=fact, about=person)
    return fact


@transaction.atomic
def forget(*, person: Person, kind: str, by: Person | None, now: datetime) -> None:
    """Take away one fact: it is "not yet known" again. Nothing happens where it was not known."""
    fact = Fact.objects.filter(person=person, kind=kind).first()
    if fact is not None:
        write(Verb.FACT_FORGOTTEN, by=by, now=now, on=fact, about=person)
        fact.delete()
