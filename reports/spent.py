"""Hours against a plan, of a whole programme: paid mentors from outside, and the time that a commissioner protects.

Counted and never named (R17). Hours are no people, so small ones are told as they are; but the hours of everybody who
came to a meeting divide into how many that were. So a meeting of which attendance is not told counts in full.
"""

from collections import Counter, defaultdict
from datetime import date, datetime

from django.db.models import Count, Q, Sum
from django.utils import timezone

from people.small_numbers import nothing_small
from programmes import mentoring_models
from programmes.groups import outsiders
from programmes.models import Cohort, Member, Programme, Relationship
from sessions_log.board import hours
from sessions_log.models import Attendance, Session, Target

Row = tuple[str, str]
MINUTES = "session__minutes"


def paid(programme: Programme, *, now: datetime) -> list[Row]:
    """The hours of mentors from outside, who are paid for them, beside those planned. None where nobody is paid."""
    if mentoring_models.of(programme).hours != "paid-external":
        return []
    some = Member.objects.filter(relationship__cohort__programme=programme, role=Member.Role.MENTOR)
    by_cohort = defaultdict(list)
    for one in some.select_related("enrolment__person", "relationship__cohort__programme").order_by("pk"):
        if one.enrolment_id:
            by_cohort[one.relationship.cohort].append(one)
    members = []
    for cohort, mentors in by_cohort.items():
        strangers = {one.pk for one in outsiders(cohort, [mentor.enrolment for mentor in mentors], now=now)}
        members += [one for one in mentors if one.enrolment_id in strangers]
    used = _attended(members).aggregate(minutes=Sum(MINUTES))["minutes"]
    return [
        ("Paid hours planned up to today", hours(_planned(members, now=now))),
        ("Paid hours used", hours(used or 0)),
    ]


def protected(programme: Programme, *, now: datetime) -> list[Row]:
    """The hours of everybody in a group since their commissioner confirmed the time for it, beside those planned."""
    group = mentoring_models.of(programme).group
    if group is None or not group.time_is_confirmed:
        return []
    confirmed = Cohort.objects.filter(programme=programme, time_confirmed_at__isnull=False)
    since = {pk: timezone.localdate(at) for pk, at in confirmed.order_by().values_list("pk", "time_confirmed_at")}
    of_groups = Member.objects.filter(relationship__cohort__in=since, relationship__shape=Relationship.Shape.GROUP)
    members = list(of_groups.select_related("relationship").order_by("pk"))
    from_then = Q(pk__in=[])
    for cohort, day in since.items():
        from_then |= Q(session__relationship__cohort=cohort, session__day__gte=day)
    came = Count("pk", filter=Q(state=Attendance.State.ATTENDED))
    held = Attendance.objects.filter(
        from_then, member__in=[one.pk for one in members], session__state=Session.State.HELD
    ).order_by()
    meetings = held.values_list("session", "session__in_own_time", MINUTES).annotate(of=Count("pk"), came=came)
    few, used = mentoring_models.of(programme).few, Counter()
    for _, in_own_time, minutes, of, there in meetings:
        used[in_own_time] += minutes * (there if nothing_small((there, of - there), floor=few) else of)
    return [
        ("Protected hours planned up to today, of everybody", hours(_planned(members, since=since, now=now))),
        ("Protected hours used: met in work time", hours(used[False])),
        ("Met in people's own time instead", hours(used[True])),
        ("Met, and nobody said in whose time", hours(used[None])),
    ]


def _attended(members: list[Member]):
    return Attendance.objects.filter(
        member__in=[one.pk for one in members], state=Attendance.State.ATTENDED, session__state=Session.State.HELD
    ).order_by()


def _planned(members: list[Member], *, since: dict[int, date] | None = None, now: datetime) -> int:
    """The minutes that the dates ask of ``members`` while each was one, up to today; by cohort not before ``since``.
    One query."""
    today = timezone.localdate(now)
    dates = defaultdict(list)
    here = {one.relationship_id for one in members}
    asked = Target.objects.filter(relationship__in=here, due_on__lte=today).exclude(state=Target.State.SKIPPED)
    for relationship, day, minutes in asked.order_by().values_list("relationship", "due_on", "minutes"):
        dates[relationship].append((day, minutes))
    planned = 0
    for one in members:
        first = timezone.localdate(one.joined_at)
        if since is not None:
            first = max(first, since[one.relationship.cohort_id])
        last = timezone.localdate(one.left_at) if one.left_at else today
        planned += sum(minutes for day, minutes in dates[one.relationship_id] if first <= day <= last)
    return planned
