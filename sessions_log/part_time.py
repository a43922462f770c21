"""Whether a group's dates can be made by those who do not work every day (line 350). Nothing is moved for it."""

from datetime import date, datetime

from django.utils import timezone

from people.models import Fact
from programmes.models import Relationship
from programmes.rules.style import tags
from sessions_log.cadence import DAYS
from sessions_log.models import Session

LOOKED_AT = 6  # dates ahead


def days_of(text: str) -> set[int]:
    """The weekdays (0 is Monday) of "Monday, Tue, wed"; words that name no day are passed over."""
    return {number for word in tags(text) for number, day in enumerate(DAYS) if len(word) > 2 and day.startswith(word)}


def dates_ahead(relationship: Relationship, *, now: datetime) -> list[date]:
    """The days of the next meetings, booked or asked for."""
    today = timezone.localdate(now)
    booked = relationship.sessions.filter(state=Session.State.PLANNED, day__gte=today).values_list("day", flat=True)
    asked = relationship.targets.open().filter(due_on__gte=today).order_by("due_on").values_list("due_on", flat=True)
    return sorted({*booked[:LOOKED_AT], *asked[:LOOKED_AT]})[:LOOKED_AT]


def cannot_attend(relationship: Relationship, *, now: datetime) -> list[str]:
    """ "Ned cannot attend any date", for each member whose working days none of the next dates falls on."""
    if not relationship.is_group:
        return []
    weekdays = {day.weekday() for day in dates_ahead(relationship, now=now)}
    if not weekdays:
        return []
    members = {one.person_id: one.person for one in relationship.members.knowing().select_related("person")}
    known = Fact.objects.filter(person__in=members, kind="working_days", applies=True).order_by("person")
    return [
        f"{members[fact.person_id].given_name} cannot attend any date"
        for fact in known
        if (works := days_of(fact.text)) and works.isdisjoint(weekdays)
    ]
