"""What goes on between people once they are matched: open hours, sessions held and to come, times that are offered."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from mentoring_portal.demo.calendar import ago
from people.models import Person
from programmes.models import Relationship
from sessions_log.actions import hours, offers, plans, sessions
from sessions_log.cadence import next_working_day
from sessions_log.hours import moment_of
from sessions_log.models import Mode

LUNCH = time(12, 30)


def load(staff: dict[str, Person], *, now: datetime) -> None:
    """One pair that meets, with its next session; and a trainee to whom times are offered."""
    mentee, mentor = staff["mentee@example.org"], staff["mentor@example.org"]
    pair = Relationship.objects.of(mentee).with_member(mentor).get()
    hours.open_weekly(hours=[(1, time(12), time(14)), (3, time(17), time(19))], by=mentor, now=ago(now, weeks=18))
    hours.prefer(mode=Mode.PHONE, by=mentor, now=ago(now, weeks=18))
    for weeks in (15, 9, 4):
        day = next_working_day(timezone.localdate(ago(now, weeks=weeks)))
        sessions.log_unplanned(
            relationship=pair, day=day, minutes=45, mode=Mode.IN_PERSON, by=mentee, now=ago(now, weeks=weeks, days=-5)
        )
    _book(pair, mentee, now)
    trainee = staff["caspian.rowe@example.org"]
    _offer(Relationship.objects.of(trainee).filter(shape=Relationship.Shape.PAIR).first(), now)
    plans.lay_due(by=None, now=now)


def _book(pair: Relationship, by: Person, now: datetime) -> None:
    sessions.book(
        relationship=pair,
        starts_at=_lunch(now, days=6),
        minutes=45,
        mode=Mode.VIDEO,
        link="https://meet.example.org/trainee-mentoring",
        by=by,
        now=ago(now, days=2),
    )


def _offer(pair: Relationship, now: datetime) -> None:
    mentor = pair.members.get(role="mentor").person
    times = [_lunch(now, days=days) for days in (5, 8, 13)]
    offers.offer(relationship=pair, times=times, minutes=60, mode=Mode.PHONE, by=mentor, now=ago(now, days=1))


def _lunch(now: datetime, *, days: int) -> datetime:
    return moment_of(next_working_day(timezone.localdate(now) + timedelta(days=days)), LUNCH)
