"""Groups: forming one, joining it while it runs, and leaving it. Its end is that of every relationship."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import mentoring_models
from programmes.actions.telling import Telling, known_already, tell_those_due
from programmes.facts import facts_for
from programmes.models import Cohort, Enrolment, Member, Relationship
from programmes.overrides import overridden
from programmes.places import judge, take_places


@transaction.atomic
def form(
    *,
    cohort: Cohort,
    mentors: Sequence[Enrolment],
    mentees: Sequence[Enrolment],
    telling: Telling | None = None,
    by: Person | None,
    now: datetime,
) -> Relationship:
    """Form one group of people enrolled in ``cohort``; with ``telling`` they are told as it says, else they know.

    Refused where the model has no groups, for the wrong number of mentors or too many
    mentees, and where any mentor and mentee break a rule or lack a place, as for a pair.
    """
    group = mentoring_models.of(cohort.programme).group
    if group is None:
        raise Refused("This programme has no groups.")
    if len(mentors) != group.mentors:
        raise Refused(f"A group here has {group.mentors} mentor{'' if group.mentors == 1 else 's'}.")
    if len(mentees) > group.size.default:
        raise Refused(_full(len(mentees), group.size.default))
    _must_fit(cohort, mentors, mentees, now)
    relationship = Relationship.objects.create(
        cohort=cohort,
        shape=Relationship.Shape.GROUP,
        state=Relationship.State.ARRANGED,
        started_at=now,
        opens_at=telling.opens_at if telling else None,
        by_mail=telling.by_mail if telling else False,
    )
    Member.objects.bulk_create(
        [_member(relationship, one, Member.Role.MENTOR, now) for one in mentors]
        + [_member(relationship, one, Member.Role.MENTEE, now) for one in mentees]
    )
    record(Verb.RELATIONSHIP_STARTED, by=by, now=now, on=relationship, scope=("cohort", cohort.pk))
    if telling is None:
        known_already(cohort=cohort, relationships=[relationship], by=by, now=now)
    else:
        tell_those_due(cohort=cohort, relationships=[relationship], by=by, now=now)
    relationship.refresh_from_db()
    return relationship


@transaction.atomic
def join(*, relationship: Relationship, mentee: Enrolment, by: Person | None, now: datetime) -> Member:
    """Take one more into a group that lives. Refused where it is full, and as for a pair with each of its mentors."""
    living = Relationship.objects.live().select_for_update().filter(pk=relationship.pk).first()
    if living is None:
        raise Refused("This has ended already.")
    members = list(living.members.current().select_related("enrolment__person"))
    if mentee.person_id in [member.person_id for member in members]:
        raise Refused(f"{mentee.person.given_name} is in this group already.")
    size = mentoring_models.of(living.cohort.programme).group.size
    taken = sum(member.role == Member.Role.MENTEE for member in members)
    if taken >= size.default:
        raise Refused(_full(taken, size.default))
    mentors = [member.enrolment for member in members if member.role == Member.Role.MENTOR]
    _must_fit(living.cohort, mentors, [mentee], now)
    member = _member(living, mentee, Member.Role.MENTEE, now)
    member.save()
    record(Verb.GROUP_JOINED, by=by, now=now, on=member, scope=("cohort", living.cohort_id))
    return member


@transaction.atomic
def leave(*, member: Member, by: Person | None, now: datetime) -> None:
    """A mentee leaves a group; their place in it is free. The others go on. Twice changes nothing."""
    if member.role != Member.Role.MENTEE:
        raise Refused("A group does not go on without its mentor: end it, or hand it to somebody first.")
    if not Member.objects.current().filter(pk=member.pk).update(left_at=now):
        return
    mentors = member.relationship.members.current().filter(role=Member.Role.MENTOR)
    Enrolment.objects.filter(pk__in=mentors.values("enrolment")).update(places_taken=F("places_taken") - 1)
    own = Enrolment.objects.filter(pk=member.enrolment_id)
    own.update(places_taken=F("places_taken") - mentors.count())
    own.live().filter(waiting_since=None).update(waiting_since=timezone.localdate(now))
    record(Verb.GROUP_LEFT, by=by, now=now, on=member, scope=("cohort", member.relationship.cohort_id))


def _must_fit(cohort: Cohort, mentors: Sequence[Enrolment], mentees: Sequence[Enrolment], now: datetime) -> None:
    pairs = [(mentee, mentor) for mentee in mentees for mentor in mentors]
    facts = facts_for(cohort, [*mentors, *mentees], now=now)
    judge(cohort, pairs, facts, overridden(cohort, at=now))
    take_places(cohort, pairs)


def _member(relationship: Relationship, enrolment: Enrolment, role: str, now: datetime) -> Member:
    return Member(
        relationship=relationship,
        person_id=enrolment.person_id,
        enrolment=enrolment,
        role=role,
        waited_from=enrolment.waiting_since if role == Member.Role.MENTEE else None,
        joined_at=now,
    )


def _full(taken: int, most: int) -> str:
    return f"This group has {min(taken, most)} of {most} places taken. You can join the waiting list."
