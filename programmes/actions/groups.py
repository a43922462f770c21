"""Groups: forming one, coming into it while it runs, and leaving it. Its end is that of every relationship.

Asking to come in is group_requests.py's, handing the lead on group_leads.py's.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes import membership_steps, mentoring_models
from programmes.actions.telling import Telling, known_already, tell_those_due
from programmes.facts import facts_for
from programmes.groups import full_sentence, outsiders
from programmes.models import Cohort, Enrolment, GroupRequest, Member, Relationship
from programmes.overrides import overridden
from programmes.places import group_takes_places, judge, must_not_rest, must_take_part, take_places

CHANGED = "group-changed"  # the kind of notice that tells of somebody who came or went
PLACE_FREE = "group-place-free"  # and of a place, to those on the waiting list
ENDED = "This has ended already."
TIME_WANTED = "The commissioner needs to confirm protected time before this group opens."


@transaction.atomic
def form(
    *,
    cohort: Cohort,
    mentors: Sequence[Enrolment],
    mentees: Sequence[Enrolment],
    name: str = "",
    telling: Telling | None = None,
    by: Person | None,
    now: datetime,
) -> Relationship:
    """Form one group of people enrolled in ``cohort``; with ``telling`` they are told as it says, else they know.

    Refused where the model has no groups, where the commissioner has yet to confirm
    the time that they take and the model asks for that, for the wrong number of mentors or too many
    mentees, where no mentor is from outside though the model wants one, and where any
    mentor and mentee break a rule or lack a place, as for a pair.
    """
    group = mentoring_models.of(cohort.programme).group
    if group is None:
        raise Refused("This programme has no groups.")
    if group.time_is_confirmed and not Cohort.objects.filter(pk=cohort.pk, time_confirmed_at__isnull=False).exists():
        raise Refused(TIME_WANTED)
    if len(mentors) != group.mentors:
        raise Refused(f"A group here has {group.mentors} mentor{'' if group.mentors == 1 else 's'}.")
    if len(mentees) > group.size.default:
        raise Refused(full_sentence(len(mentees), group.size.default))
    _must_come_from(cohort, mentors, now)
    _must_fit(cohort, mentors, mentees, now)
    relationship = Relationship.objects.create(
        cohort=cohort,
        shape=Relationship.Shape.GROUP,
        name=_tidy(name),
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
    """Take one more into a group that lives. Refused where it is full, and as for a pair with each of its mentors.

    While one of them rests the group takes nobody new; whoever is in it stays.
    """
    living = _living(relationship)
    members = list(living.members.current().select_related("enrolment__person"))
    if mentee.person_id in [member.person_id for member in members]:
        raise Refused(f"{mentee.person.given_name} is in this group already.")
    most = mentoring_models.of(living.cohort.programme).group.size.default
    taken = sum(member.role == Member.Role.MENTEE for member in members)
    if taken >= most:
        raise Refused(full_sentence(taken, most))
    mentors = [member.enrolment for member in members if member.role == Member.Role.MENTOR]
    _must_fit(living.cohort, mentors, [mentee], now)
    member = _member(living, mentee, Member.Role.MENTEE, now)
    member.save()
    Enrolment.objects.filter(pk=mentee.pk, places_taken__gte=F("capacity")).update(**Enrolment.WAIT_OVER)
    settled = GroupRequest.objects.open().filter(relationship=living, enrolment=mentee)
    settled.update(state=GroupRequest.State.JOINED, settled_at=now, settled_by=by)
    record(Verb.GROUP_JOINED, by=by, now=now, on=member, about=mentee.person, scope=("cohort", living.cohort_id))
    welcome(member=member, by=by, now=now)
    return member


@transaction.atomic
def appoint(*, relationship: Relationship, mentor: Enrolment, by: Person | None, now: datetime) -> Member:
    """Give a group that lacks one a mentor. Refused where it has all of them, and for whatever stands against them."""
    living = _living(relationship)
    group = mentoring_models.of(living.cohort.programme).group
    members = list(living.members.current().select_related("enrolment__person"))
    mentors = [one.enrolment for one in members if one.role == Member.Role.MENTOR]
    if len(mentors) >= group.mentors:
        raise Refused(f"This group has {'its mentor' if group.mentors == 1 else 'all its mentors'}.")
    if mentor.person_id in [one.person_id for one in members]:
        raise Refused(f"{mentor.person.given_name} is in this group. Hand the lead over instead.")
    if len(mentors) + 1 == group.mentors:
        _must_come_from(living.cohort, [*mentors, mentor], now)
    member = lead_from_now(relationship=living, mentor=mentor, by=by, now=now)
    welcome(member=member, by=by, now=now)
    return member


@transaction.atomic
def lead_from_now(*, relationship: Relationship, mentor: Enrolment, by: Person | None, now: datetime) -> Member:
    """Make ``mentor`` one of the group's, judged against all who are in it. Whether it lacks one is for the caller."""
    mentees = relationship.members.current().filter(role=Member.Role.MENTEE).select_related("enrolment__person")
    _must_fit(relationship.cohort, [mentor], [one.enrolment for one in mentees], now)
    member = _member(relationship, mentor, Member.Role.MENTOR, now)
    member.save()
    scope = ("cohort", relationship.cohort_id)
    record(Verb.GROUP_JOINED, by=by, now=now, on=member, about=mentor.person, scope=scope)
    return member


@transaction.atomic
def leave(*, member: Member, by: Person | None, now: datetime) -> None:
    """A mentee leaves a group; their place in it is free. The others go on. Twice changes nothing.

    Whoever waits for a place hears of it. Below its least size the group goes on
    until a lead decides: it stands on their list.
    """
    if member.role != Member.Role.MENTEE:
        raise Refused("A group does not go on without its mentor: end it, or hand it to somebody first.")
    if go(member=member, by=by, now=now):
        _offer_the_place(member.relationship, by=by, now=now)


@transaction.atomic
def go(*, member: Member, by: Person | None, now: datetime, quietly: bool = False) -> bool:
    """Mentor or mentee, they are not in the group from now; whether they still were. The mentors that stay are told."""
    if not Member.objects.current().filter(pk=member.pk).update(left_at=now):
        return False
    relationship = member.relationship
    is_mentor = member.role == Member.Role.MENTOR
    others = relationship.members.current().filter(role=Member.Role.MENTEE if is_mentor else Member.Role.MENTOR)
    own = Enrolment.objects.filter(pk=member.enrolment_id)
    if group_takes_places(mentoring_models.of(relationship.cohort.programme)):
        Enrolment.objects.filter(pk__in=others.values("enrolment")).update(places_taken=F("places_taken") - 1)
        own.update(places_taken=F("places_taken") - others.count())
    if not is_mentor:
        own.live().with_places().filter(waiting_since=None).update(waiting_since=timezone.localdate(now))
    Relationship.objects.filter(pk=relationship.pk).update(kept_small_at=None)
    scope = ("cohort", relationship.cohort_id)
    record(Verb.GROUP_LEFT, by=by, now=now, on=member, about=member.person, scope=scope)
    membership_steps.left(members=[member], by=by, now=now)
    if not quietly:
        _tell(member, relationship.members.current().filter(role=Member.Role.MENTOR), by=by, now=now)
    return True


@transaction.atomic
def rename(*, relationship: Relationship, name: str, by: Person, now: datetime) -> None:
    """Give a group a name of its own, or none: then it is called after its mentor."""
    if Relationship.objects.live().filter(pk=relationship.pk).exclude(name=_tidy(name)).update(name=_tidy(name)):
        record(Verb.GROUP_RENAMED, by=by, now=now, on=relationship, scope=("cohort", relationship.cohort_id))
    relationship.refresh_from_db()


@transaction.atomic
def keep_small(*, relationship: Relationship, by: Person, now: datetime) -> None:
    """Let a group go on although it is below its least size, until somebody else leaves it."""
    if Relationship.objects.live().filter(pk=relationship.pk, kept_small_at=None).update(kept_small_at=now):
        record(Verb.GROUP_KEPT_SMALL, by=by, now=now, on=relationship, scope=("cohort", relationship.cohort_id))


def _living(relationship: Relationship) -> Relationship:
    """The row as it is, ours until the transaction ends: of two who come for one place the second finds it taken."""
    rows = Relationship.objects.live().select_for_update(of=("self",)).select_related("cohort__programme__organisation")
    living = rows.filter(pk=relationship.pk, shape=Relationship.Shape.GROUP).first()
    if living is None:
        raise Refused(ENDED)
    return living


def _must_come_from(cohort: Cohort, mentors: Sequence[Enrolment], now: datetime) -> None:
    """Where the model wants a mentor from outside: one of them, and one from the organisation itself."""
    group = mentoring_models.of(cohort.programme).group
    if not group.one_mentor_from_outside:
        return
    count = len(outsiders(cohort, mentors, now=now))
    if not count:
        raise Refused(group.outside_sentence)
    if count == len(mentors):
        raise Refused(f"One mentor must come from {cohort.programme.organisation} itself.")


def _must_fit(cohort: Cohort, mentors: Sequence[Enrolment], mentees: Sequence[Enrolment], now: datetime) -> None:
    pairs = [(mentee, mentor) for mentee in mentees for mentor in mentors]
    must_not_rest(pairs, on=timezone.localdate(now))
    facts = facts_for(cohort, [*mentors, *mentees], now=now)
    judge(cohort, pairs, facts, overridden(cohort, at=now))
    if group_takes_places(mentoring_models.of(cohort.programme)):
        take_places(cohort, pairs)
    else:
        must_take_part(pairs)


def _member(relationship: Relationship, enrolment: Enrolment, role: str, now: datetime) -> Member:
    return Member(
        relationship=relationship,
        person_id=enrolment.person_id,
        enrolment=enrolment,
        role=role,
        waited_from=enrolment.waiting_since if role == Member.Role.MENTEE else None,
        accepted_at=now if relationship.told_at else None,
        joined_at=now,
    )


def _tidy(name: str) -> str:
    name = " ".join(name.split())
    longest = Relationship._meta.get_field("name").max_length
    if len(name) > longest:
        raise Refused(f"The name of a group can have {longest} characters. This one has {len(name)}.")
    return name


@transaction.atomic
def welcome(*, member: Member, by: Person | None, now: datetime) -> None:
    """Somebody has come into a group that people know of: they are told, the mentors are, and what is planned is
    theirs too."""
    relationship = member.relationship
    if relationship.told_at is None:
        return
    membership_steps.joined(members=[member], by=by, now=now)
    if relationship.state != Relationship.State.PROPOSED:
        outbox.owe(
            kind="match-published",
            key=f"match-published:{relationship.pk}:{member.person_id}:{member.pk}",
            recipient=member.person,
            about={"relationship": relationship.pk},
            due_at=now,
            by=by,
            now=now,
        )
    others = relationship.members.knowing().filter(role=Member.Role.MENTOR).exclude(pk=member.pk)
    _tell(member, others, by=by, now=now)


@transaction.atomic
def tell_of_lead(*, member: Member, by: Person | None, now: datetime) -> None:
    """Everybody else in the group hears who leads it from now."""
    _tell(member, member.relationship.members.knowing().exclude(pk=member.pk), by=by, now=now)


def _tell(member: Member, others: Iterable[Member], *, by: Person | None, now: datetime) -> None:
    """One notice to each of ``others`` that ``member`` has come or gone; none where nobody knows of the group."""
    if member.relationship.told_at is None:
        return
    outbox.owe_many(
        kind=CHANGED,
        owed=[
            (f"{CHANGED}:{member.pk}:{person}:{now.isoformat()}", person, {"member": member.pk})
            for person in others.order_by("pk").values_list("person", flat=True)
            if by is None or person != by.pk
        ],
        due_at=now,
        by=by,
        now=now,
    )


def _offer_the_place(relationship: Relationship, *, by: Person | None, now: datetime) -> None:
    """Everybody on the waiting list hears that there is a place: whoever comes first has it."""
    if relationship.told_at is None:
        return
    waiting = GroupRequest.objects.waiting().filter(relationship=relationship).select_related("enrolment")
    outbox.owe_many(
        kind=PLACE_FREE,
        owed=[
            (
                f"{PLACE_FREE}:{request.pk}:{now.isoformat()}",
                request.enrolment.person_id,
                {"relationship": relationship.pk},
            )
            for request in waiting
        ],
        due_at=now,
        by=by,
        now=now,
    )
