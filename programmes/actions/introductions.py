"""Introductions: asking for a partner oneself or by the lead, and the yes and no of the two (R11).

How a pair comes to be introduced at all, and that its places are held, is relationships.py's and telling.py's.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import mentoring_models
from programmes.actions import relationships, telling
from programmes.actions.telling import Telling
from programmes.introductions import consent_asked, may_ask, sides_that_fit
from programmes.models import Enrolment, Introduction, Member, Relationship
from programmes.places import PairRefused

LIST_IS_CLOSED = "This list is open to people with a confirmed request for a mentor."
OVER = "This introduction has ended."
TAKEN = "has no place left just now. You can ask somebody else, or ask the lead."
LONGEST_REASON = 500  # characters


@transaction.atomic
def ask(
    *,
    one: Enrolment,
    other: Enrolment,
    slot: str = "",
    by_lead: bool = False,
    consents: bool = False,
    by: Person,
    now: datetime,
) -> Introduction:
    """``by`` asks for ``other`` as a partner of their own enrolment ``one``; or, ``by_lead``, to be introduced.

    Asked directly, both have the days of a first meeting at once, with a place held.
    Through the lead, nothing is held and nobody is told until the lead introduces them.
    ``consents``: that they want it although a rule to which they may consent speaks against it.
    Refused for anybody else, without a confirmed request, and as for a pair.
    """
    if by.pk != one.person_id:
        raise Refused("You can ask only for yourself.")
    if not may_ask(one):
        raise Refused(LIST_IS_CLOSED)
    _must_fit(one, other)
    consent = _consent(one, other, consents, now)
    if by_lead:
        return _ask_lead(one, other, slot, consent, by, now)
    relationship = _open(one, other, slot, by, now)
    introduction = relationship.introduction
    introduction.one, introduction.other, introduction.by_lead, introduction.consent = one, other, False, consent
    introduction.save()
    return introduction


@transaction.atomic
def introduce(*, introduction: Introduction, by: Person, now: datetime) -> Relationship:
    """A lead introduces the two: both are told, and the place is held. Refused where it is done, and as for a pair."""
    found = _with_lead(introduction, by, now)
    return _open(found.one, found.other, found.slot, by, now)


@transaction.atomic
def let_rest(*, introduction: Introduction, by: Person, now: datetime) -> None:
    """Close what waited for a lead without introducing the two; or take back what one asked the lead for oneself."""
    if by.pk == introduction.one.person_id:
        found = _locked(Introduction.objects.open().filter(state=Introduction.State.ASKED), introduction)
    else:
        found = _with_lead(introduction, by, now)
    _close(found, Introduction.State.ENDED, now)
    record(Verb.INTRODUCTION_ENDED, by=by, now=now, on=found, scope=("cohort", found.cohort_id))


@transaction.atomic
def accept(*, relationship: Relationship, consents: bool = False, by: Person, now: datetime) -> Relationship:
    """Say yes after a first meeting; with the last yes the match is live and both are told. Twice changes nothing.

    Refused once it has ended, and where the one who asked has yet to consent to what speaks against it.
    """
    pair, introduction = _held(relationship, by, now)
    if by.pk == introduction.one.person_id and not introduction.consent:
        introduction.consent = _consent(introduction.one, introduction.other, consents, now)
        introduction.save(update_fields=["consent"])
    if pair.members.current().filter(person=by, accepted_at=None).update(accepted_at=now):
        record(Verb.RELATIONSHIP_ACCEPTED, by=by, now=now, on=pair, scope=("cohort", pair.cohort_id))
        if not pair.members.current().filter(accepted_at=None).exists():
            _close(introduction, Introduction.State.AGREED, now)
            telling.go_live(relationship=pair, by=by, now=now)
    relationship.refresh_from_db()
    return relationship


@transaction.atomic
def decline(*, relationship: Relationship, reason: str = "", by: Person, now: datetime) -> Relationship:
    """Say no after a first meeting, or before it. The place is free; the other hears only that it has ended.

    ``reason`` is for the leads alone, and nobody asks for one.
    """
    pair, introduction = _held(relationship, by, now)
    if len(reason) > LONGEST_REASON:
        raise Refused(f"A reason may be up to {LONGEST_REASON} characters long.")
    introduction.reason = reason.strip() or None
    introduction.save(update_fields=["reason"])
    record(Verb.RELATIONSHIP_DECLINED, by=by, now=now, on=pair, scope=("cohort", pair.cohort_id))
    return relationships.end(relationship=relationship, by=by, now=now)


@transaction.atomic
def expire_due(*, by: Person | None, now: datetime) -> int:
    """End the introductions whose days are over and free their places; return how many.

    What a lead arranged and nobody answered returns to the lead. Safe twice and in parallel: the rows are locked.
    """
    today = timezone.localdate(now)
    count = 0
    rows = Introduction.objects.holding().select_related("cohort__programme", "relationship").order_by("pk")
    for introduction in [one for one in rows if _is_due(one, today)]:
        held = Relationship.objects.select_for_update().filter(
            pk=introduction.relationship_id, state=Relationship.State.INTRODUCTION
        )
        if not held.exists():
            continue
        relationships.end(relationship=introduction.relationship, by=by, now=now)
        if introduction.by_lead:
            Introduction.objects.filter(pk=introduction.pk).update(
                state=Introduction.State.RETURNED, closed_at=None, holds_until=None
            )
            telling.tell_leads_waiting(cohort=introduction.cohort, by=by, now=now)
        count += 1
    return count


def _is_due(introduction: Introduction, today) -> bool:
    if introduction.is_over(today):
        return True
    days = mentoring_models.of(introduction.cohort.programme).matching.unanswered_days
    if not (days and introduction.by_lead):
        return False
    answered = introduction.relationship.members.current().filter(accepted_at__isnull=False)
    return timezone.localdate(introduction.opened_at) + timedelta(days=days) < today and not answered.exists()


def _ask_lead(one: Enrolment, other: Enrolment, slot: str, consent: str, by: Person, now: datetime) -> Introduction:
    try:
        with transaction.atomic():
            introduction = Introduction.objects.create(
                cohort=one.cohort,
                one=one,
                other=other,
                slot=slot,
                by_lead=True,
                consent=consent,
                state=Introduction.State.ASKED,
                asked_at=now,
            )
    except IntegrityError:
        raise Refused(f"You have asked for {other.person.given_name} already.")
    record(Verb.INTRODUCTION_ASKED, by=by, now=now, on=introduction, scope=("cohort", one.cohort_id))
    telling.tell_leads_waiting(cohort=introduction.cohort, by=by, now=now)
    return introduction


def _open(one: Enrolment, other: Enrolment, slot: str, by: Person, now: datetime) -> Relationship:
    """Start the pair as an introduction. Whoever asks reads nothing of how full somebody is, a lead does."""
    pair = sides_that_fit(one, other)
    try:
        with transaction.atomic():
            return relationships.start(
                cohort=one.cohort, mentee=pair[0], mentor=pair[1], slot=slot, telling=Telling(), by=by, now=now
            )
    except IntegrityError:  # somebody else was quicker by a moment
        raise Refused(f"{other.person.given_name} {TAKEN}")
    except PairRefused as refusal:
        if by.pk == one.person_id and _is_full(other):
            raise Refused(f"{other.person.given_name} {TAKEN}")
        raise refusal


def _is_full(enrolment: Enrolment) -> bool:
    return not Enrolment.objects.with_places().filter(pk=enrolment.pk).exists()


def _must_fit(one: Enrolment, other: Enrolment) -> None:
    if one.cohort_id != other.cohort_id or sides_that_fit(one, other) is None:
        raise Refused("These two cannot be introduced on this programme.")


def _must_lead(one: Enrolment, by: Person, now: datetime) -> None:
    if not Enrolment.objects.led_by(by, now=now).filter(pk=one.pk).exists():
        raise Refused("Only a lead of this programme can introduce people.")


def _consent(one: Enrolment, other: Enrolment, consents: bool, now: datetime) -> str:
    """What ``one`` consents to, in the rules' words. Refused with them where there is something and they have not."""
    asked = consent_asked(one, other, now=now)
    if asked and not consents:
        raise Refused(f"{asked} Say that you want it all the same.")
    return asked[: Introduction._meta.get_field("consent").max_length]


def _held(relationship: Relationship, by: Person, now: datetime) -> tuple[Relationship, Introduction]:
    """The pair and its introduction as they are, ours until the transaction ends: answers come one after the other."""
    rows = Relationship.objects.select_for_update(of=("self",)).filter(state=Relationship.State.INTRODUCTION)
    pair = rows.select_related("cohort__programme").filter(pk=relationship.pk).first()
    if pair is None or not Member.objects.current().filter(relationship=pair, person=by).exists():
        raise Refused(OVER)
    introduction = Introduction.objects.select_related("one__person", "other__person", "one__cohort__programme").get(
        relationship=pair
    )
    if introduction.is_over(timezone.localdate(now)):
        raise Refused(OVER)
    return pair, introduction


def _with_lead(introduction: Introduction, by: Person, now: datetime) -> Introduction:
    _must_lead(introduction.one, by, now)
    return _locked(Introduction.objects.with_lead(), introduction)


def _locked(rows, introduction: Introduction) -> Introduction:
    found = rows.select_for_update(of=("self",)).filter(pk=introduction.pk).first()
    if found is None:
        raise Refused("This has been decided already.")
    return found


def _close(introduction: Introduction, state: str, now: datetime) -> None:
    Introduction.objects.filter(pk=introduction.pk).update(state=state, closed_at=now)
