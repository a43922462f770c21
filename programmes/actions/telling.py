"""When two people are told of each other. Until then their pair holds its places and is the leads' business alone.

One update makes a pair visible to its two and one insert owes them the mail, in
one transaction: nobody can see a match before the day, nor be told of one that
is not there to be seen. The day is a row (``opens_at``); a sweep finds it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.record import record, record_many
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes import mentoring_models
from programmes.facts import facts_of
from programmes.groups import outsiders
from programmes.matchmakers import matchmakers_of
from programmes.models import Cohort, Enrolment, Introduction, Member, Relationship, Side
from programmes.queries import leads_of


@dataclass(frozen=True)
class Telling:
    """When the two are told (``opens_at``; None: as soon as may be), and whether the portal writes to them.

    Without mail they see it the next time they sign in: the lead tells them.
    """

    opens_at: datetime | None = None
    by_mail: bool = True


@transaction.atomic
def known_already(*, cohort: Cohort, relationships: list[Relationship], by: Person | None, now: datetime) -> None:
    """These pairs are live and their people know it: nobody is asked or told."""
    _go_live(cohort, relationships, now=now)


@transaction.atomic
def tell_those_due(*, cohort: Cohort, relationships: Iterable[Relationship], by: Person | None, now: datetime) -> None:
    """Tell the members of each arranged relationship of ``cohort`` whose time has come; who must accept is asked.

    In a group that has a mentor from outside they alone are asked; it opens for all with their yes.
    """
    due = [
        one
        for one in relationships
        if one.state == Relationship.State.ARRANGED and (one.opens_at is None or one.opens_at <= now)
    ]
    if not due:
        return
    days = mentoring_models.of(cohort.programme).matching.chemistry_days
    introduced = [one for one in due if days and not one.is_group]
    told = [one for one in due if one not in introduced]
    asked = _to_ask(cohort, told, now=now)
    rest = [one for one in told if one not in asked]
    if introduced:
        _introduce(cohort, introduced, days, by, now)
    _set(asked, state=Relationship.State.PROPOSED, told_at=now)
    if rest:
        _go_live(cohort, rest, now=now)
    record_many(Verb.RELATIONSHIP_OPENED, by=by, now=now, on=due, scope=("cohort", cohort.pk))
    for kind, some in (("introduction-opened", introduced), ("match-offered", asked), ("match-published", rest)):
        if some:
            owe_members(kind=kind, relationships=[one for one in some if one.by_mail], by=by, now=now)


def _to_ask(cohort: Cohort, due: list[Relationship], *, now: datetime) -> list[Relationship]:
    """Those of which a member must say yes before they are live; the yes of whoever need not is taken as given."""
    model = mentoring_models.of(cohort.programme)
    if model.matching.live == "both-accept":
        return due
    if not (model.group and model.group.one_mentor_from_outside):
        return []
    groups = [one for one in due if one.is_group]
    mentors = Member.objects.current().filter(relationship__in=groups, role=Member.Role.MENTOR, accepted_at=None)
    mentors = list(mentors.select_related("enrolment"))
    strangers = {one.pk for one in outsiders(cohort, [one.enrolment for one in mentors], now=now)}
    asked = {one.relationship_id for one in mentors if one.enrolment_id in strangers}
    members = Member.objects.current().filter(relationship__in=asked, accepted_at=None)
    members.exclude(enrolment__in=strangers).update(accepted_at=now)
    return [one for one in groups if one.pk in asked]


def _introduce(cohort: Cohort, relationships: list[Relationship], days: int, by, now: datetime) -> None:
    """A first meeting holds their places for ``days``; either may say no without blame (R11)."""
    _set(relationships, state=Relationship.State.INTRODUCTION, told_at=now)
    for relationship in relationships:
        one, other = relationship.members.current().select_related("enrolment").order_by("pk")
        pair = [one.enrolment, other.enrolment]
        asked = Introduction.objects.open().filter(one__in=pair, other__in=pair, slot=one.slot).first()
        held = asked or Introduction(
            cohort=cohort, one=pair[0], other=pair[1], slot=one.slot, by_lead=True, asked_at=now
        )
        held.state, held.relationship, held.opened_at = Introduction.State.CHEMISTRY, relationship, now
        held.holds_until = timezone.localdate(now) + timedelta(days=days)
        held.save()
        record(Verb.INTRODUCTION_OPENED, by=by, now=now, on=relationship, scope=("cohort", cohort.pk))


@transaction.atomic
def open_due(*, by: Person | None, now: datetime) -> int:
    """Tell everybody whose day has come; return how many pairs. Safe twice and in parallel: the rows are locked."""
    due = list(
        Relationship.objects.select_for_update(of=("self",))
        .filter(state=Relationship.State.ARRANGED, opens_at__lte=now)
        .select_related("cohort__programme")
        .order_by("cohort", "pk")
    )
    for cohort, some in groupby(due, key=lambda one: one.cohort):
        tell_those_due(cohort=cohort, relationships=list(some), by=by, now=now)
    return len(due)


@transaction.atomic
def go_live(*, relationship: Relationship, by: Person | None, now: datetime) -> None:
    """Both have accepted: the pair is live, and both are told so."""
    _go_live(relationship.cohort, [relationship], now=now)
    owe_members(kind="match-published", relationships=[relationship], by=by, now=now)


@transaction.atomic
def ask_matchmakers(*, cohort: Cohort, relationships: Iterable[Relationship], by: Person | None, now: datetime) -> None:
    """Owe each matchmaker of a mentee's site one mail a day that pairs wait for them, however many."""
    waiting = [one for one in relationships if one.state == Relationship.State.PROPOSED and one.told_at is None]
    if not waiting:
        return
    mentees = Member.objects.filter(relationship__in=waiting, role=Member.Role.MENTEE).order_by()
    people = list(mentees.values_list("person", flat=True))
    facts = facts_of(people, on=cohort.facts_day(now), organisation=cohort.programme.organisation_id, chains=False)
    sites = {facts[pk].site_id for pk in people} - {None}
    kind = "pairs-to-confirm"
    outbox.owe_many(
        kind=kind,
        owed=[
            (f"{kind}:{cohort.pk}:{person}:{now.date().isoformat()}", person, {"cohort": cohort.pk})
            for person in {person for person, _ in matchmakers_of(sites, now=now)}
            if by is None or person != by.pk
        ],
        due_at=now,
        by=by,
        now=now,
    )


@transaction.atomic
def tell_leads_waiting(*, cohort: Cohort, by: Person | None, now: datetime) -> None:
    """Owe the leads one mail a day that requests or introductions wait, however many. Who, stands on their list."""
    kind = "introductions-waiting"
    outbox.owe_many(
        kind=kind,
        owed=[
            (f"{kind}:{cohort.pk}:{lead.pk}:{timezone.localdate(now).isoformat()}", lead, {"cohort": cohort.pk})
            for lead in leads_of(cohort.programme, now=now)
        ],
        due_at=now,
        by=by,
        now=now,
    )


@transaction.atomic
def owe_members(
    *,
    kind: str,
    relationships: Iterable[Relationship],
    by: Person | None,
    now: datetime,
) -> None:
    """Owe every member of ``relationships`` one notice of ``kind`` about their own."""
    members = Member.objects.current().filter(relationship__in=[one.pk for one in relationships]).order_by("pk")
    if kind == "match-offered":  # whoever has said yes already hears when it opens
        members = members.filter(accepted_at=None)
    if kind == "introduction-opened" and by is not None:  # whoever asked knows it
        members = members.exclude(person=by)
    outbox.owe_many(
        kind=kind,
        owed=[
            (f"{kind}:{relationship}:{person}", person, {"relationship": relationship})
            for relationship, person in members.values_list("relationship", "person")
        ],
        due_at=now,
        by=by,
        now=now,
    )


def _go_live(cohort: Cohort, relationships: list[Relationship], *, now: datetime) -> None:
    told_at = {one.told_at for one in relationships}
    _set(relationships, state=Relationship.State.LIVE, started_at=now, **({"told_at": now} if None in told_at else {}))
    members = Member.objects.filter(relationship__in=[one.pk for one in relationships])
    members.update(joined_at=now)
    # With the match the wait is over, for whoever has no place left to fill.
    Enrolment.objects.on_side(Side.MENTEE).filter(
        pk__in=members.filter(role=Member.Role.MENTEE).order_by().values("enrolment"), places_taken__gte=F("capacity")
    ).update(**Enrolment.WAIT_OVER)


def _set(relationships: list[Relationship], **fields) -> None:
    Relationship.objects.filter(pk__in=[one.pk for one in relationships]).update(**fields)
    for one in relationships:
        for name, value in fields.items():
            setattr(one, name, value)
