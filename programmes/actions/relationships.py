"""Starting and ending a relationship, with the places that it takes."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes import mentoring_models
from programmes.facts import Facts, facts_for
from programmes.models import Cohort, Enrolment, Member, Relationship, Side
from programmes.overrides import Overridden, overridden, still_barring
from programmes.rules import evaluate


@transaction.atomic
def start(
    *,
    cohort: Cohort,
    mentee: Enrolment,
    mentor: Enrolment,
    by: Person | None,
    now: datetime,
    facts: Mapping[int, Facts] | None = None,
    set_aside: Overridden | None = None,
) -> Relationship:
    """Start a live pair of two people enrolled in ``cohort``. Owes no notice: whoever publishes does.

    Refused with the rule's sentence where the pair breaks a ``must`` of the
    programme or a ``should`` that no lead has overridden for it, where either has
    no place left or is not taking part, and where the two are a pair already. Of
    two who reach for one place at the same moment, the database lets one have it.

    ``facts`` are those of the two by person id, for a caller who starts many
    pairs in one transaction and has just read them all with ``facts_for``;
    ``set_aside`` likewise what ``overridden`` said.
    """
    model = mentoring_models.of(cohort.programme)
    if (mentee.cohort_id, mentor.cohort_id) != (cohort.pk, cohort.pk):
        raise ValueError("Both enrolments belong to the cohort of the relationship.")
    if (mentee.side, mentor.side) != (Side.MENTEE, Side.MENTOR):
        raise ValueError("A pair is a mentee and a mentor.")
    facts = facts or facts_for(cohort, [mentee, mentor], now=now)
    refusals = evaluate(model.rules, facts[mentee.person_id], facts[mentor.person_id], on=cohort.start_date)
    if refusals:
        set_aside = overridden(cohort, at=now) if set_aside is None else set_aside
        refusals = still_barring(refusals, set_aside.get((mentee.person_id, mentor.person_id), ()))
    if refusals:
        raise Refused(" ".join(refusal.sentence for refusal in refusals))
    # Mentee before mentor, always: two transactions then never wait for each other in a ring.
    _take_place(mentee, full=f"{mentee.person.given_name} already has a {model.words.mentor.one}.")
    places = mentor.capacity
    word = model.words.mentee.one if places == 1 else model.words.mentee.many
    _take_place(
        mentor,
        full=f"{mentor.person.given_name} already has {places} {word}, the most for one {model.words.mentor.one}.",
    )
    # Both rows are ours from here on, so nobody can make the same pair between this look and the insert.
    if Relationship.objects.live().of(mentee.person).of(mentor.person).filter(cohort=cohort).exists():
        raise Refused(f"{mentee.person.given_name} and {mentor.person.given_name} are a pair already.")
    relationship = Relationship.objects.create(cohort=cohort, started_at=now)
    Member.objects.bulk_create(
        Member(relationship=relationship, person=one.person, enrolment=one, role=role, joined_at=now)
        for one, role in ((mentee, Member.Role.MENTEE), (mentor, Member.Role.MENTOR))
    )
    Enrolment.objects.filter(pk=mentee.pk, places_taken__gte=F("capacity")).update(waiting_since=None)
    record(Verb.RELATIONSHIP_STARTED, by=by, now=now, on=relationship, scope=("cohort", cohort.pk))
    for one in (mentee, mentor):
        one.refresh_from_db(fields=["places_taken", "waiting_since", "state", "capacity"])
    return relationship


def _take_place(enrolment: Enrolment, *, full: str) -> None:
    """Take one place by a conditional update, or Refused. The check constraint stands behind it."""
    taken = Enrolment.objects.live().with_places().filter(pk=enrolment.pk).update(places_taken=F("places_taken") + 1)
    if not taken:
        if Enrolment.objects.live().filter(pk=enrolment.pk).exists():
            raise Refused(full)
        raise Refused(f"{enrolment.person.given_name} is not taking part any more.")


@transaction.atomic
def end(*, relationship: Relationship, by: Person | None, now: datetime) -> Relationship:
    """End a relationship and free its places. No reason is asked for, and none is kept.

    Every member but ``by`` is told that it has ended, and no more. Refused
    where it has ended already.
    """
    ended = Relationship.objects.live().filter(pk=relationship.pk).update(state=Relationship.State.ENDED, ended_at=now)
    if not ended:
        raise Refused("This has ended already.")
    members = list(relationship.members.current().select_related("person"))
    relationship.members.current().update(left_at=now)
    enrolments = Enrolment.objects.filter(pk__in=[member.enrolment_id for member in members])
    enrolments.update(places_taken=F("places_taken") - 1)
    enrolments.live().on_side(Side.MENTEE).filter(waiting_since=None).update(waiting_since=timezone.localdate(now))
    record(Verb.RELATIONSHIP_ENDED, by=by, now=now, on=relationship, scope=("cohort", relationship.cohort_id))
    for member in members:
        if by is None or member.person_id != by.pk:
            outbox.owe(
                kind="relationship-ended",
                key=f"relationship-ended:{relationship.pk}:{member.person_id}",
                recipient=member.person,
                about={"relationship": relationship.pk},
                due_at=now,
                by=by,
                now=now,
            )
    relationship.refresh_from_db()
    return relationship
