"""How the members mean to meet, and laying the dates that their cadence asks for."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes.models import Relationship
from sessions_log.cadence import WITHOUT_DATES, Aim, aims
from sessions_log.models import SessionPlan, Target
from sessions_log.terms import ends_on, plan_of, terms_of

AHEAD = timedelta(days=400)  # how far dates are laid
SLACK = timedelta(days=30)  # the sweep lays the next ones when this much of it is used up
FOR_GOOD = date.max  # every date that will ever be asked for is laid
BATCH = 500  # plans a sweep


@transaction.atomic
def change(
    *,
    relationship: Relationship,
    first_on: date,
    ends_on: date | None = None,
    starts_at: time | None = None,
    mode: str,
    link: str = "",
    place: str = "",
    by: Person,
    now: datetime,
) -> SessionPlan:
    """Keep how the members of ``relationship`` mean to meet, and lay its dates anew where they change.

    Dates for which a session is booked or held stay as they are.
    """
    if relationship.state not in Relationship.UNDER_WAY:
        raise Refused("This mentoring relationship has ended, so its plan stays as it is.")
    plan = plan_of(relationship, now=now)
    before = (plan.pk and plan.first_on, plan.ends_on)
    for name, value in {
        "first_on": first_on,
        "ends_on": ends_on,
        "starts_at": starts_at,
        "mode": mode,
        "link": link,
        "place": place,
    }.items():
        setattr(plan, name, value)
    if plan.ends_on and plan.ends_on <= plan.first_on:
        raise Refused("The end is not after the first meeting.")
    if before != (plan.first_on, plan.ends_on):
        relationship.targets.filter(state=Target.State.OPEN).delete()
    lay(plan=plan, by=by, now=now)
    record(Verb.SESSION_PLAN_CHANGED, by=by, now=now, on=plan, scope=("cohort", relationship.cohort_id))
    return plan


@transaction.atomic
def keep_how(
    *, relationship: Relationship, minutes: int, mode: str, link: str, place: str, by: Person, now: datetime
) -> None:
    """Remember how a session was just booked, so that the next one begins with it. A link is kept until another is."""
    known = {"mode": mode, **({"link": link} if link else {}), **({"place": place} if place else {})}
    if not SessionPlan.objects.filter(relationship=relationship).update(**known):
        plan = plan_of(relationship, now=now)
        for name, value in known.items():
            setattr(plan, name, value)
        lay(plan=plan, by=by, now=now)


@transaction.atomic
def lay(*, plan: SessionPlan, by: Person | None, now: datetime) -> int:
    """Lay the dates of a plan up to ``AHEAD`` from today; returns how many are new. Twice lays nothing twice."""
    relationship = plan.relationship
    terms = terms_of(relationship)
    end = plan.ends_on or ends_on(relationship, terms.model, first_on=plan.first_on)
    horizon = timezone.localdate(now) + AHEAD
    until = min(horizon, end) if end else horizon
    laid = dict(relationship.targets.order_by().values_list("asked_on", "number"))
    number = max(laid.values(), default=0)
    new = [aim for aim in aims(terms.cadence, first_on=plan.first_on, until=until) if aim.asked_on not in laid]
    meetings = terms.cadence.meetings
    if meetings is not None:  # those met or booked before the plan was changed count too
        new = new[: max(0, meetings - len(laid))]
    Target.objects.bulk_create(
        [_target(relationship, aim, number + place) for place, aim in enumerate(new, start=1)], batch_size=500
    )
    is_whole = until == end or terms.cadence.kind in WITHOUT_DATES or len(laid) + len(new) == meetings
    plan.laid_to = FOR_GOOD if is_whole else until
    plan.save()
    return len(new)


@transaction.atomic
def lay_due(*, by: Person | None, now: datetime) -> int:
    """Begin the plans of those who have just been told of each other, and carry on those that run out of dates.

    At most ``BATCH`` of each at a time; returns how many plans were seen to. Whoever is told to wait, waits for
    the next sweep.
    """
    without = (
        Relationship.objects.filter(state=Relationship.State.LIVE, session_plan=None)
        .select_related("cohort__programme")
        .order_by("pk")[:BATCH]
    )
    short = (
        SessionPlan.objects.filter(
            laid_to__lt=timezone.localdate(now) + AHEAD - SLACK, relationship__state=Relationship.State.LIVE
        )
        .select_related("relationship__cohort__programme")
        .order_by("pk")[:BATCH]
    )
    plans = [plan_of(relationship, now=now) for relationship in without] + list(short)
    for plan in plans:
        lay(plan=plan, by=by, now=now)
    return len(plans)


def _target(relationship: Relationship, aim: Aim, number: int) -> Target:
    return Target(
        relationship=relationship, number=number, asked_on=aim.asked_on, due_on=aim.due_on, minutes=aim.minutes
    )
