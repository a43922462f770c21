"""Pairs that bring themselves: naming a partner, and that person's yes or no. No match run has a part in it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.actions import guests
from people.actions import people as people_actions
from people.models import Person
from people.names import address, tidy
from programmes import mentoring_models
from programmes.actions import enrolments, relationships
from programmes.bringing import barring, may_name
from programmes.introductions import asks_for
from programmes.models import Enrolment, Nomination, Relationship, Side

NAMED = "partner-named"  # kinds of notice
SAID_NO = "partner-declined"
MATCHED = "match-published"
NOT_YOURS = "There is nobody for you to name on this programme just now."
ANSWERED = "This has been answered or taken back."
A_DAY = 5  # people whom one person can name within a day: this is no way to write to everybody


@transaction.atomic
def name(
    *,
    own: Enrolment,
    given_name: str,
    family_name: str,
    email: str,
    works_at: str = "",
    supervised_until: date | None = None,
    by: Person,
    now: datetime,
) -> Nomination:
    """Name the person at ``email`` as the partner whom ``own``'s person brings; they are asked by mail.

    Somebody whom the portal does not know joins by that invitation, where the model lets outsiders in.
    Nothing tells whether the portal knew the address. ``supervised_until``: the last day on which they
    supervised the other's course, as ``by`` says. Refused from anybody else, where they have named
    somebody already, and with a rule's sentence where one keeps the two apart.
    """
    model = mentoring_models.of(own.cohort.programme)
    if by.pk != own.person_id or not may_name(own, model):
        raise Refused(NOT_YOURS)
    if own.nominations.filter(asked_at__date=now.date()).count() >= A_DAY:
        raise Refused(f"You have named {A_DAY} people today. Try again tomorrow, or ask the lead of the programme.")
    person = _person(own, given_name, family_name, email, works_at, by, now)
    if refusals := barring(own, person, supervised_until=supervised_until, now=now):
        raise Refused(" ".join(one.to_self for one in refusals))
    try:
        with transaction.atomic():
            nomination = Nomination.objects.create(
                one=own,
                person=person,
                called=tidy(f"{given_name} {family_name}")[:160],
                supervised_until=supervised_until,
                asked_at=now,
            )
    except IntegrityError:
        raise Refused("You have named somebody who has not answered yet. Take that back first.")
    record(Verb.PARTNER_NAMED, by=by, now=now, on=own, about=by, scope=("cohort", own.cohort_id))
    _owe(NAMED, nomination, person, by=by, now=now)
    return nomination


def _person(own: Enrolment, given_name, family_name, email, works_at, by: Person, now: datetime) -> Person:
    """Whoever the address belongs to; else somebody new from outside, where the model lets them in."""
    programme = own.cohort.programme
    found = Person.objects.filter(email=address(email), is_active=True).first()
    if found is None and not mentoring_models.of(programme).outsiders:
        raise Refused("Nobody on the staff list has this address. Ask the lead of the programme.")
    if found is None:
        found = people_actions.add(given_name=given_name, family_name=family_name, email=email, by=by, now=now)
        guests.add(person=found, organisation=programme.organisation, works_at=works_at, by=by, now=now)
    return found


@transaction.atomic
def accept(*, nomination: Nomination, by: Person, now: datetime) -> Relationship:
    """Say yes to whoever named one: the two are a pair from now on, and the other is told.

    Whoever had no part in the programme has one with it, and whoever was full takes one more place where
    the model allows it. Refused where it was answered or taken back, and as for any pair.
    """
    found = _open(nomination, by)
    own = found.one
    relationship = relationships.start(cohort=own.cohort, **_sides(own, _part_of(found, by, now)), by=by, now=now)
    _close(found, Nomination.State.AGREED, now)
    record(Verb.PARTNER_AGREED, by=by, now=now, on=relationship, scope=("cohort", own.cohort_id))
    outbox.owe(
        kind=MATCHED,
        key=f"{MATCHED}:{relationship.pk}:{own.person_id}",
        recipient=own.person,
        about={"relationship": relationship.pk},
        due_at=now,
        by=by,
        now=now,
    )
    return relationship


def _sides(own: Enrolment, other: Enrolment) -> dict[str, Enrolment]:
    return {"mentee": own, "mentor": other} if own.side == Side.MENTEE else {"mentee": other, "mentor": own}


def _part_of(nomination: Nomination, by: Person, now: datetime) -> Enrolment:
    """The part of ``by`` in the cohort, with a place left: their yes is a yes to taking part."""
    own = nomination.one
    side = asks_for(mentoring_models.of(own.cohort.programme), own.side)
    there = own.cohort.enrolments.live().filter(person=by, side=side).select_related("person", "cohort")
    part = there.first()
    if part is None:
        return enrolments.enrol(cohort=own.cohort, person=by, side=side, volunteered=True, by=by, now=now)
    Enrolment.objects.filter(pk=part.pk, volunteered_at=None).update(volunteered_at=now)
    part.volunteered_at = part.volunteered_at or now
    most = mentoring_models.of(own.cohort.programme).capacity.of(part.side).most
    if part.places_taken >= part.capacity < most:
        part = enrolments.change_capacity(enrolment=part, capacity=part.capacity + 1, by=by, now=now)
    return part


@transaction.atomic
def decline(*, nomination: Nomination, by: Person, now: datetime) -> None:
    """Say no to whoever named one. Nobody is asked why; the other hears that it will not go ahead."""
    found = _open(nomination, by)
    _close(found, Nomination.State.DECLINED, now)
    record(Verb.PARTNER_DECLINED, by=by, now=now, on=found.one, about=by, scope=("cohort", found.one.cohort_id))
    _owe(SAID_NO, found, found.one.person, by=by, now=now)


@transaction.atomic
def take_back(*, nomination: Nomination, by: Person, now: datetime) -> None:
    """Take back whom one has named; a mail that has not gone out is not sent. Refused once it has been answered."""
    found = Nomination.objects.select_for_update(of=("self",)).filter(pk=nomination.pk, closed_at=None).first()
    if found is None or found.one.person_id != by.pk:
        raise Refused(ANSWERED)
    _close(found, Nomination.State.TAKEN_BACK, now)
    record(Verb.PARTNER_TAKEN_BACK, by=by, now=now, on=found.one, about=by, scope=("cohort", found.one.cohort_id))


def leave(*, person: Person, by: Person | None, now: datetime) -> None:
    """The leaver step: whoever named ``person`` hears that it will not go ahead."""
    waiting = Nomination.objects.filter(person=person, closed_at=None).select_related("one__person", "one__cohort")
    for nomination in list(waiting):
        _close(nomination, Nomination.State.DECLINED, now)
        _owe(SAID_NO, nomination, nomination.one.person, by=by, now=now)


def _open(nomination: Nomination, by: Person) -> Nomination:
    """The nomination as it is, ours until the transaction ends. Refused where it is not for ``by`` to answer."""
    rows = Nomination.objects.open().select_for_update(of=("self",)).filter(pk=nomination.pk, person=by)
    found = rows.select_related("one__person", "one__cohort__programme__organisation").first()
    if found is None:
        raise Refused(ANSWERED)
    return found


def _close(nomination: Nomination, state: str, now: datetime) -> None:
    Nomination.objects.filter(pk=nomination.pk).update(state=state, closed_at=now)


def _owe(kind: str, nomination: Nomination, recipient: Person, *, by: Person | None, now: datetime) -> None:
    outbox.owe(
        kind=kind,
        key=f"{kind}:{nomination.pk}",
        recipient=recipient,
        about={"nomination": str(nomination.pk)},
        due_at=now,
        by=by,
        now=now,
    )
