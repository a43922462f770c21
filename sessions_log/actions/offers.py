"""Offering times, picking one, voting on them in a group, and settling what the votes say."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes.models import Relationship
from sessions_log.actions import sessions
from sessions_log.bookable import must_be_bookable
from sessions_log.models import Offer, OfferedTime, Session, Target, Vote
from sessions_log.queries.offers import others_than

TIMES_OFFERED = "times-offered"  # the kind of notice
MOST = 3
TAKEN = "Somebody has answered this already. Look at what is planned now."


@transaction.atomic
def offer(
    *,
    relationship: Relationship,
    times: Iterable[datetime],
    minutes: int,
    mode: str = "",
    link: str = "",
    place: str = "",
    target: Target | None = None,
    by: Person,
    now: datetime,
) -> Offer:
    """Offer up to three times for a session; the others are told and pick, or vote in a group.

    Refused for a time at which ``by`` could not book a session themselves. A
    further offer replaces the one that ``by`` has open in this relationship.
    """
    times = sorted(set(times))
    if not times:
        raise Refused("Offer at least one time.")
    if len(times) > MOST:
        raise Refused(f"Offer up to {MOST} times.")
    for moment in times:
        must_be_bookable(relationship, moment, minutes, now)
    Offer.objects.open(now=now).filter(relationship=relationship, by=by).update(state=Offer.State.WITHDRAWN)
    made = Offer.objects.create(
        relationship=relationship,
        by=by,
        minutes=minutes,
        mode=mode,
        link=link,
        place=place,
        target=target,
        made_at=now,
    )
    OfferedTime.objects.bulk_create([OfferedTime(offer=made, starts_at=moment) for moment in times])
    if relationship.shape == Relationship.Shape.GROUP:
        own = relationship.members.current().get(person=by)
        Vote.objects.bulk_create([Vote(time=time, member=own, can_come=True) for time in made.times.all()])
    record(Verb.TIMES_OFFERED, by=by, now=now, on=made, scope=("cohort", relationship.cohort_id))
    outbox.owe_many(
        kind=TIMES_OFFERED,
        owed=[
            (f"{TIMES_OFFERED}:{made.pk}:{member.person_id}", member.person_id, {"offer": made.pk})
            for member in others_than(relationship, by)
        ],
        due_at=now,
        by=by,
        now=now,
    )
    return made


@transaction.atomic
def pick(*, time: OfferedTime, by: Person, now: datetime) -> Session:
    """Book the session at one of the times offered: by the other of a pair, or in a group by who made the poll.

    Refused where the offer has been answered or withdrawn, and for whatever stands against booking.
    """
    made = time.offer
    is_poll = made.relationship.shape == Relationship.Shape.GROUP
    if is_poll != (by.pk == made.by_id):
        raise Refused("Whoever asked settles the time." if is_poll else "These are your own times: the other picks.")
    if not Offer.objects.filter(pk=made.pk, state=Offer.State.OPEN).update(state=Offer.State.SETTLED):
        raise Refused(TAKEN)
    target = made.target if made.target and made.target.state == Target.State.OPEN else None
    session = sessions.book(
        relationship=made.relationship,
        starts_at=time.starts_at,
        minutes=made.minutes,
        mode=made.mode,
        link=made.link,
        place=made.place,
        target=target,
        by=by,
        now=now,
    )
    Offer.objects.filter(pk=made.pk).update(session=session)
    return session


@transaction.atomic
def vote(*, offer: Offer, answers: Mapping[int, bool], by: Person, now: datetime) -> None:
    """Keep whether ``by`` can come at each of the times (by id). Voting again replaces the vote."""
    if offer.state != Offer.State.OPEN:
        raise Refused(TAKEN)
    member = offer.relationship.members.knowing().filter(person=by).first()
    if member is None:
        raise Refused("Only members of the group vote.")
    for time in offer.times.all():
        if time.pk in answers:
            Vote.objects.update_or_create(time=time, member=member, defaults={"can_come": answers[time.pk]})


@transaction.atomic
def withdraw(*, offer: Offer, by: Person, now: datetime) -> None:
    """Take an offer back: none of its times can be picked any more."""
    if offer.by_id != by.pk:
        raise Refused("Only whoever offered these times can take them back.")
    if not Offer.objects.filter(pk=offer.pk, state=Offer.State.OPEN).update(state=Offer.State.WITHDRAWN):
        raise Refused(TAKEN)
