"""Sessions as their members read them. Leads and hosts have reads of their own, which know the fact alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from people.home import Item
from people.models import Person
from people.offers import Line, Part
from programmes.groups import name_of
from programmes.models import Member, Relationship
from sessions_log.models import Attendance, Offer, OfferedTime, Session, Target, Vote, WordRequest
from sessions_log.queries.notes import is_known_to, joined

SOON = timedelta(days=14)


def asked_first(day: date, today: date) -> tuple:
    """The order in which open dates of a cadence are asked for: the latest that has come, then the next one ahead.

    Whatever lies further back was let go by: nobody who meets weekly is asked for the week before last.
    """
    return day > today, abs(day - today)


def without_superseded(targets: Iterable[Target], *, today: date) -> list[Target]:
    """Open dates, in order of days, without those that went by before the latest that has."""
    targets = list(targets)
    gone_by = [one for one in targets if one.due_on < today]
    return gone_by[-1:] + targets[len(gone_by) :]


def sessions_of(relationship: Relationship, viewer: Person):
    """The sessions of a relationship that the viewer was or is in, with who came."""
    attendances = Attendance.objects.select_related("member__person")
    return (
        Session.objects.visible_to(viewer)
        .filter(relationship=relationship)
        .prefetch_related(Prefetch("attendances", queryset=attendances))
    )


def kept_free(relationship: Relationship, viewer: Person, *, minutes: int) -> str:
    """What a mentor reads of the ``minutes`` that stay free for them after each session; empty for anybody else."""
    mentors = relationship.members.current().filter(person=viewer, role=Member.Role.MENTOR)
    return f"{minutes} minutes are kept free for you after each session." if minutes and mentors.exists() else ""


@dataclass(frozen=True)
class Partnership:
    """One mentoring relationship on the screen of all of them."""

    relationship: Relationship
    others: str
    role: str
    next_session: Session | None
    last_session: Session | None
    target: Target | None  # the next date that the cadence asks for and nobody has booked
    to_answer: list[Offer]  # times that others offer and the viewer has not answered

    @property
    def waits_for_answer(self) -> bool:
        return bool(self.to_answer)

    @property
    def is_due(self) -> bool:
        return self.target is not None and self.next_session is None


def overview(person: Person, *, now: datetime) -> list[Partnership]:
    """Every relationship in which ``person`` is now, what needs them first. One query for who has none, else seven."""
    today = timezone.localdate(now)
    own = {
        member.relationship_id: member
        for member in Member.objects.knowing()
        .filter(person=person, relationship__in=Relationship.objects.of(person))
        .exclude(role=Member.Role.OBSERVER)
    }
    if not own:
        return []
    relationships = list(
        Relationship.objects.filter(pk__in=own, state__in=Relationship.UNDER_WAY).select_related("cohort__programme")
    )
    keys = [one.pk for one in relationships]
    members = Member.objects.knowing().filter(relationship__in=keys).select_related("person").order_by("pk")
    there, planned, held, due = {}, {}, {}, {}
    for member in members:
        there.setdefault(member.relationship_id, []).append(member)
    ahead = Session.objects.planned().filter(relationship__in=keys, starts_at__gt=now).order_by("starts_at", "pk")
    for session in ahead.select_related("relationship__cohort__programme"):
        planned.setdefault(session.relationship_id, session)
    for session in Session.objects.held().filter(relationship__in=keys).order_by("day", "pk"):
        held[session.relationship_id] = session
    asked = Target.objects.open().filter(relationship__in=keys, due_on__gte=today - SOON, due_on__lte=today + SOON)
    for target in sorted(asked, key=lambda one: (*asked_first(one.due_on, today), one.pk)):
        due.setdefault(target.relationship_id, target)
    offers = {}
    for offer in offers_to_answer(person, now=now):
        offers.setdefault(offer.relationship_id, []).append(offer)
    lines = [
        Partnership(
            relationship=one,
            others=name_of(one, there.get(one.pk, []))
            if one.is_group  # by its name, however many are in it
            else joined(member.person.name for member in there.get(one.pk, []) if member.person_id != person.pk),
            role=own[one.pk].role,
            next_session=planned.get(one.pk),
            last_session=held.get(one.pk),
            target=due.get(one.pk),
            to_answer=offers.get(one.pk, []),
        )
        for one in relationships
    ]
    never = now + timedelta(days=9999)
    return sorted(
        lines,
        key=lambda line: (
            not line.waits_for_answer,
            not line.is_due,
            line.next_session.starts_at if line.next_session else never,
            line.others,
        ),
    )


def unanswered(person: Person, *, now: datetime):
    """Times that others than ``person`` have offered, anywhere, and that they have not voted on."""
    voted = OfferedTime.objects.filter(
        pk__in=Vote.objects.filter(member__person=person).order_by().values("time")
    ).values("offer")
    return Offer.objects.open(now=now).exclude(by=person).exclude(pk__in=voted)


def offers_to_answer(person: Person, *, now: datetime) -> list[Offer]:
    """Times that others have offered ``person``, and that they have neither picked from nor voted on."""
    own = Relationship.objects.of(person).filter(state__in=Relationship.UNDER_WAY)
    rows = unanswered(person, now=now).filter(relationship__in=own)
    return list(rows.select_related("by", "relationship__cohort__programme"))


def next_days(relationships: list[int], *, now: datetime) -> dict[int, date]:
    """The day of the next planned session of each, else the next date of its cadence, by relationship. Two queries."""
    today = timezone.localdate(now)
    found = {}
    targets = Target.objects.open().filter(relationship__in=relationships, due_on__gte=today)
    for pk, day in targets.order_by("relationship").values_list("relationship").annotate(Min("due_on")):
        found[pk] = day
    planned = Session.objects.planned().filter(relationship__in=relationships, starts_at__gt=now)
    for pk, day in planned.order_by("relationship").values_list("relationship").annotate(Min("day")):
        found[pk] = day
    return found


def words_of(relationship: Relationship, person: Person) -> list[WordRequest]:
    """Words wanted in this relationship that are still to be had, by or of this person."""
    return list(
        WordRequest.objects.filter(relationship=relationship, done_at=None)
        .filter(Q(asked_by=person) | Q(asked_of=person))
        .select_related("asked_by__preferred_channel", "asked_of")
    )


def sessions_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """For a member, the way to their sessions; for anybody else nothing."""
    if relationship.state not in Relationship.UNDER_WAY:
        return None
    if not is_known_to(relationship, viewer):
        return None
    return Item(
        "Your sessions",
        reverse("sessions_log:session-list", args=[relationship.pk]),
        hint="Book, move and log them; see what is planned.",
    )


def own_part(person: Person, viewer: Person, *, now: datetime) -> Part | None:
    """On one's own page: where sessions, hours and calendar are. Nobody else's page has it."""
    if viewer.pk != person.pk:
        return None
    return Part(
        "Your sessions",
        [
            Line(text, hint, reverse(address))
            for text, address, hint in (
                ("Everyone you meet", "sessions_log:session-overview", "What is planned, and what is to do"),
                ("Your hours", "sessions_log:hours-edit", "When you can be booked, and how you like to be reached"),
                ("Your calendar", "sessions_log:feed-detail", "Sessions in your own calendar, kept up to date"),
            )
        ],
    )
