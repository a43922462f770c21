"""Offers as their members read them: which times can be picked, and who can come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from people.models import Person
from programmes.models import Member, Relationship
from sessions_log.hours import cannot_come
from sessions_log.models import Offer, OfferedTime
from sessions_log.terms import terms_of


@dataclass(frozen=True)
class TimeLine:
    """One offered time: who can come of how many, and whether those are enough."""

    time: OfferedTime
    can: int
    of: int
    enough: bool
    own: bool | None  # how the viewer voted; None: not yet
    yet_to_vote: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """``2 of 5 can come: below quorum``."""
        return f"{self.can} of {self.of} can come{'' if self.enough else ': below quorum'}"


def others_than(relationship: Relationship, person: Person) -> QuerySet[Member]:
    """The members of now, who know it, without this person and without observers."""
    return (
        relationship.members.knowing()
        .exclude(person=person)
        .exclude(role=Member.Role.OBSERVER)
        .select_related("person")
    )


def open_offers(relationship: Relationship, *, now: datetime) -> list[Offer]:
    """Offers that can still be answered, with their times to come."""
    offers = Offer.objects.open(now=now).filter(relationship=relationship)
    found = list(offers.select_related("by", "target").prefetch_related("times__votes"))
    for offer in found:
        offer.ahead = [time for time in offer.times.all() if time.starts_at > now]
    return found


def time_lines(offer: Offer, viewer: Person, *, members: Iterable[Member]) -> list[TimeLine]:
    """Each time of a poll with how many can come. A member who has said not to be booked then, cannot.

    ``members``: those of the group, with their persons. Two queries a time, of which there are three at most.
    """
    members = list(members)
    return [_line(offer, time, viewer, members) for time in offer.ahead]


def _line(offer: Offer, time: OfferedTime, viewer: Person, members: list[Member]) -> TimeLine:
    votes = {vote.member_id: vote.can_come for vote in time.votes.all()}
    busy = cannot_come([member.person for member in members], time.starts_at, offer.minutes)
    # What somebody says of this very time counts before what their rota says.
    can = [member for member in members if votes.get(member.pk, False)]
    silent = [member for member in members if member.pk not in votes and member.person_id not in busy]
    own = next((votes.get(member.pk) for member in members if member.person_id == viewer.pk), None)
    possible = [*can, *silent]
    return TimeLine(
        time=time,
        can=len(possible),
        of=len(members),
        enough=is_quorum(offer.relationship, possible, members),
        own=own,
        yet_to_vote=tuple(member.person.given_name for member in silent),
    )


def is_quorum(relationship: Relationship, coming: Iterable[Member], members: Iterable[Member]) -> bool:
    """Whether enough can come: where the model says so, every mentor and half of the others."""
    group = terms_of(relationship).model.group
    coming, members = list(coming), list(members)
    if group is None or group.quorum == "none":
        return bool(coming)
    mentors = [member for member in members if member.role == Member.Role.MENTOR]
    rest = len(members) - len(mentors)
    return all(mentor in coming for mentor in mentors) and 2 * (len(coming) - len(mentors)) >= rest
