"""What is to be talked about at the next meetings of a group, as its members read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from people.days import in_words
from people.home import Item
from people.models import Person
from programmes.models import Member, Relationship
from sessions_log import weeks
from sessions_log.models import AgendaItem, Session
from sessions_log.queries.notes import own_relationships
from sessions_log.terms import terms_of
from vault.sealing import Undecryptable

OUTLINES = {"mentors-questions": "question", "topics": "topic"}
DAYS_AHEAD = 3  # meetings for which something can be written


@dataclass(frozen=True)
class AgendaLine:
    item: AgendaItem
    text: str | None  # None where it cannot be decrypted


def what(relationship: Relationship) -> str:
    """ "question" or "topic"; empty where the model has neither."""
    return OUTLINES.get(terms_of(relationship).model.outline, "") if relationship.is_group else ""


def may_write(relationship: Relationship, person: Person) -> bool:
    """The mentor writes the questions; topics are anybody's."""
    members = relationship.members.knowing().filter(person=person).exclude(role=Member.Role.OBSERVER)
    if what(relationship) == "question":
        members = members.filter(role=Member.Role.MENTOR)
    return relationship.state in Relationship.UNDER_WAY and members.exists()


def days_to_come(relationship: Relationship, *, now: datetime) -> list[date]:
    """The days of the next meetings: those booked, and the dates of the cadence for which nothing is."""
    today = timezone.localdate(now)
    booked = relationship.sessions.filter(state=Session.State.PLANNED, day__gte=today).values_list("day", flat=True)
    asked = relationship.targets.open().filter(due_on__gte=today).order_by("due_on").values_list("due_on", flat=True)
    return sorted({*booked[:DAYS_AHEAD], *asked[:DAYS_AHEAD]})[:DAYS_AHEAD]


def agenda_of(relationship: Relationship, viewer: Person, *, now: datetime) -> list[tuple[date, list[AgendaLine]]]:
    """What the viewer may read, by the day of its meeting: those to come first, then the past, the latest first."""
    by_day: dict[date, list[AgendaLine]] = {}
    visible = AgendaItem.objects.visible_to(viewer, now=now).filter(relationship=relationship)
    for item in visible.select_related("session", "author"):
        by_day.setdefault(item.day, []).append(AgendaLine(item, text_of(item)))
    today = timezone.localdate(now)
    return sorted(by_day.items(), key=lambda pair: (pair[0] < today, abs((pair[0] - today).days)))


def about(
    day: date, relationship: Relationship, viewer: Person, *, session: Session | None, now: datetime
) -> list[AgendaLine]:
    """What may have come up on ``day``: of meetings near it, and at no other session than ``session``."""
    if not what(relationship):
        return []
    free = Q(session=None) | Q(session=session) if session else Q(session=None)
    items = AgendaItem.objects.visible_to(viewer, now=now).published().filter(free, relationship=relationship)
    first, last = weeks.near(day)
    lines = [AgendaLine(item, text_of(item)) for item in items.filter(day__gte=first, day__lte=last)]
    return [line for line in lines if line.text is not None]


def came_up(
    relationship: Relationship, sessions: Iterable[Session], viewer: Person, *, now: datetime
) -> dict[int, list[str]]:
    """What the viewer may read of what was talked about, by the id of the session."""
    found: dict[int, list[str]] = {}
    if what(relationship):
        for item in AgendaItem.objects.visible_to(viewer, now=now).filter(session__in=sessions):
            found.setdefault(item.session_id, []).append(text_of(item) or "A line that cannot be opened")
    return found


def text_of(item: AgendaItem) -> str | None:
    try:
        return item.text
    except Undecryptable:
        return None


def agenda_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """For a member of a group that has such a list; for anybody else nothing, leads included."""
    noun = what(relationship)
    if not noun or relationship.state not in Relationship.UNDER_WAY:
        return None
    if not own_relationships(viewer).filter(pk=relationship.pk).exists():
        return None
    today = timezone.localdate(now)
    ahead = AgendaItem.objects.published().filter(relationship=relationship, day__gte=today)
    first = ahead.filter(day__lte=today + timedelta(days=60)).values_list("day", flat=True).first()
    count = ahead.filter(day=first).count() if first else 0
    hint = (
        f"{count} {noun}{'' if count == 1 else 's'} for {in_words(first)}."
        if count
        else "None for the next meeting yet."
    )
    text = "The mentor's questions" if noun == "question" else "Topics for the next meeting"
    return Item(text, reverse("sessions_log:agenda-detail", args=[relationship.pk]), hint=hint)
