"""Hours: London's clock, quarters of an hour, and when somebody is free."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from audit.refusal import Refused
from people.models import Person
from sessions_log.models import HoursException, OpenHours, Quarter

QUARTER = timedelta(minutes=15)
LONDON = ZoneInfo("Europe/London")
Stretch = tuple[datetime, datetime]


def quarters_of(starts_at: datetime, minutes: int) -> list[datetime]:
    """The beginnings of the quarters of an hour that a session touches."""
    count = -(-minutes // 15)
    return [starts_at + QUARTER * number for number in range(count)]


def moment_of(day: date, hour: time) -> datetime:
    """The moment at which London's clock shows this. Refused where the clocks change over it."""
    moment = datetime.combine(day, hour, tzinfo=LONDON)
    if moment.astimezone(ZoneInfo("UTC")).astimezone(LONDON).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise Refused(f"The clocks go forward that night, so there is no {hour:%H:%M}. Choose another time.")
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        raise Refused(f"The clocks go back that night, so {hour:%H:%M} comes twice. Choose another time.")
    return moment.astimezone(ZoneInfo("UTC"))


def free_times(
    person: Person, *, with_others: Iterable[Person], minutes: int, days: int, now: datetime
) -> list[datetime]:
    """When a session of ``minutes`` fits into the hours that ``person`` has opened, within ``days`` days from now.

    Beginnings in order, one session's length apart within each stretch. Times at which
    one of them has a session, or has said not to be booked, are left out. Three queries.
    """
    first, last = timezone.localdate(now), timezone.localdate(now) + timedelta(days=days)
    until = datetime.combine(last + timedelta(days=1), time(), tzinfo=LONDON)
    people = [person, *with_others]
    exceptions = list(HoursException.objects.filter(person__in=people, ends_at__gt=now, starts_at__lt=until))
    weekly = list(OpenHours.objects.filter(person=person))
    opened = [*_weekly(weekly, first, last)]
    opened += [(one.starts_at, one.ends_at) for one in exceptions if one.is_open and one.person_id == person.pk]
    if not opened:
        return []
    taken = set(
        Quarter.objects.filter(person__in=people, at__gt=now - timedelta(hours=1), at__lt=until).values_list(
            "at", flat=True
        )
    )
    closed = [(one.starts_at, one.ends_at) for one in exceptions if not one.is_open]
    found = {
        moment
        for stretch in opened
        for moment in _beginnings(stretch, minutes)
        if moment > now
        and not taken.intersection(quarters_of(moment, minutes))
        and not any(moment < end and start < moment + timedelta(minutes=minutes) for start, end in closed)
    }
    return sorted(found)


def _weekly(weekly: list[OpenHours], first: date, last: date) -> Iterator[Stretch]:
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for hours in weekly:
            if hours.weekday == day.weekday():
                try:
                    yield moment_of(day, hours.starts_at), moment_of(day, hours.ends_at)
                except Refused:  # the one night on which there is no such hour
                    continue


def _beginnings(stretch: Stretch, minutes: int) -> Iterator[datetime]:
    starts_at, ends_at = stretch
    step = QUARTER * -(-minutes // 15)
    while starts_at + timedelta(minutes=minutes) <= ends_at:
        yield starts_at
        starts_at += step


def cannot_come(people: Iterable[Person], starts_at: datetime, minutes: int) -> set[int]:
    """Those (ids) who have a session then, or have said not to be booked. Two queries."""
    ends_at = starts_at + timedelta(minutes=minutes)
    keys = [person.pk for person in people]
    busy = Quarter.objects.filter(person__in=keys, at__in=quarters_of(starts_at, minutes))
    away = HoursException.objects.filter(person__in=keys, is_open=False, starts_at__lt=ends_at, ends_at__gt=starts_at)
    return {*busy.values_list("person", flat=True), *away.values_list("person", flat=True)}
