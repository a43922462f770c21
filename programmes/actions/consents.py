"""The yes of those who are asked before a pair goes live: a matchmaker of the site, or the two themselves."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes.actions import relationships, telling
from programmes.matchmakers import confirmations_for
from programmes.models import Member, Relationship

DECIDED = "This has been decided already."


@transaction.atomic
def confirm(*, relationship: Relationship, by: Person, now: datetime) -> Relationship:
    """Confirm a proposed pair for the mentee's site: it goes on as if it had needed nobody's word.

    Refused for whoever is no matchmaker of that site, and where it has been decided.
    """
    pair = _to_confirm(relationship, by, now)
    _now(pair, state=Relationship.State.ARRANGED, confirmed_by=by, confirmed_at=now)
    record(Verb.RELATIONSHIP_CONFIRMED, by=by, now=now, on=pair, scope=("cohort", pair.cohort_id))
    telling.tell_those_due(cohort=pair.cohort, relationships=[pair], by=by, now=now)
    relationship.refresh_from_db()
    return relationship


@transaction.atomic
def not_confirm(*, relationship: Relationship, by: Person, now: datetime) -> Relationship:
    """Say no to a proposed pair for the mentee's site. Neither of the two ever hears of it. Refused as ``confirm``."""
    pair = _to_confirm(relationship, by, now)
    record(Verb.RELATIONSHIP_NOT_CONFIRMED, by=by, now=now, on=pair, scope=("cohort", pair.cohort_id))
    return relationships.end(relationship=relationship, by=by, now=now)


@transaction.atomic
def accept(*, relationship: Relationship, by: Person, now: datetime) -> Relationship:
    """Say yes to the match that is proposed to oneself; with the last yes it is live, and everyone is told.

    Saying it twice changes nothing. Refused where it will not go ahead any more.
    """
    pair = _offered(relationship, by)
    if pair.members.current().filter(person=by, accepted_at=None).update(accepted_at=now):
        record(Verb.RELATIONSHIP_ACCEPTED, by=by, now=now, on=pair, scope=("cohort", pair.cohort_id))
        if not pair.members.current().filter(accepted_at=None).exists():
            telling.go_live(relationship=pair, by=by, now=now)
    relationship.refresh_from_db()
    return relationship


@transaction.atomic
def decline(*, relationship: Relationship, by: Person, now: datetime) -> Relationship:
    """Say no to the match that is proposed to oneself. Nobody is asked why; the other hears that it will not go ahead.

    The record keeps that somebody declined, so that it can be counted, and never a reason.
    """
    pair = _offered(relationship, by)
    record(Verb.RELATIONSHIP_DECLINED, by=by, now=now, on=pair, scope=("cohort", pair.cohort_id))
    return relationships.end(relationship=relationship, by=by, now=now)


def _to_confirm(relationship: Relationship, by: Person, now: datetime) -> Relationship:
    pair = _locked(Relationship.objects.to_confirm(), relationship)
    if not confirmations_for(by, now=now).filter(pk=pair.pk).exists():
        mentee = pair.members.current().select_related("person").get(role=Member.Role.MENTEE).person
        raise Refused(f"A matchmaker from {mentee.given_name}'s site needs to confirm this pair.")
    return pair


def _offered(relationship: Relationship, by: Person) -> Relationship:
    if not Relationship.objects.of(by).filter(pk=relationship.pk).exists():
        raise Refused("This match will not go ahead.")
    return _locked(Relationship.objects.told().filter(state=Relationship.State.PROPOSED), relationship)


def _locked(rows, relationship: Relationship) -> Relationship:
    """The row as it is, ours until the transaction ends: two answers at one moment come one after the other."""
    rows = rows.select_for_update(of=("self",)).select_related("cohort__programme")
    pair = rows.filter(pk=relationship.pk).first()
    if pair is None:
        raise Refused(DECIDED)
    return pair


def _now(pair: Relationship, **fields) -> None:
    Relationship.objects.filter(pk=pair.pk).update(**fields)
    for name, value in fields.items():
        setattr(pair, name, value)
