"""Ties between two people other than line management: recording and ending them."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from audit.record import record as write
from audit.refusal import Refused
from audit.verbs import Verb
from people import tie_guards
from people.models import Person, Tie


@transaction.atomic
def record(
    *,
    kind: str,
    person: Person,
    other: Person,
    start_date: date | None = None,
    last_day: date | None = None,
    by: Person | None,
    now: datetime,
) -> Tie:
    """Record that ``other`` is, say, the designated supervisor of ``person``, from today unless dated, until further
    notice or to the end of ``last_day``.

    Refused where it is on record already, where it ends before it begins, and where a guard
    (people/tie_guards.py) objects.
    """
    if person.pk == other.pk:
        raise Refused("A tie needs two different people.")
    today = timezone.localdate(now)
    held = Tie.objects.not_over(on=today).filter(kind=kind)
    pairs = [(person, other)] if kind in Tie.DIRECTED else [(person, other), (other, person)]
    if any(held.filter(person=one, other=two).exists() for one, two in pairs):
        raise Refused(f"This is already recorded: {Tie.Kind(kind).label}, {person.name} and {other.name}.")
    start_date = start_date or min(last_day or today, today)
    if last_day is not None and last_day < start_date:
        raise Refused("The last day is before the first.")
    tie_guards.check(kind=kind, person=person, other=other, on=start_date, now=now)
    end_date = last_day and last_day + timedelta(days=1)
    tie = Tie.objects.create(kind=kind, person=person, other=other, start_date=start_date, end_date=end_date)
    write(Verb.TIE_RECORDED, by=by, now=now, on=tie, about=person)
    return tie


@transaction.atomic
def end(*, tie: Tie, by: Person | None, now: datetime) -> Tie:
    """End a tie today."""
    today = timezone.localdate(now)
    if tie.end_date is not None and tie.end_date <= today:
        raise Refused("This tie has already ended.")
    tie.end_on(today)
    write(Verb.TIE_ENDED, by=by, now=now, on=tie, about=tie.person)
    return tie
