"""The check-in register (R9): its meetings, ticking one list at each, and closing what was noted. No mail is sent."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import mentoring_models
from programmes.models import Cohort, Relationship
from sessions_log.models import RegisterException, RegisterMeeting
from sessions_log.queries.registers import LONGER, longer_years, own_weeks, pairs_of

LONGEST_TEXT = 500  # characters
MOST_MEETINGS = 200  # of one cohort


@transaction.atomic
def lay_due(*, by: Person | None, now: datetime) -> int:
    """Lay the meetings at the weeks that the model names, for open cohorts that have none yet; returns how many.

    Whoever works part time or has an extended year comes to each week later, pro rata: those weeks are laid beside.
    Days that have passed already are not laid: nobody is asked about what nobody kept.
    """
    today = timezone.localdate(now)
    _lay_longer_years(today)
    laid = RegisterMeeting.objects.exclude(week=None).exclude(title__endswith=LONGER)
    without = Cohort.objects.open().exclude(pk__in=laid.order_by().values("cohort")).select_related("programme")
    new = [
        RegisterMeeting(cohort=cohort, title=f"Week {week} appraisal", week=week, day=day)
        for cohort in without
        for week in mentoring_models.of(cohort.programme).register.weeks
        if (day := cohort.start_date + timedelta(weeks=week)) >= today
    ]
    RegisterMeeting.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _lay_longer_years(today: date) -> None:
    """Lay the weeks of those with a longer year on days of their own, and drop those that no plan says any more."""
    open_cohorts = Cohort.objects.open().order_by().values("pk")
    wanted = {
        (plan.relationship.cohort_id, week, day)
        for plan in longer_years().filter(relationship__cohort__in=open_cohorts)
        for week, day in own_weeks(plan)
        if day >= today
    }
    there = RegisterMeeting.objects.filter(cohort__in=open_cohorts, day__gte=today, ticked_at=None)
    laid = {(one.cohort_id, one.week, one.day): one.pk for one in there.filter(title__endswith=LONGER)}
    RegisterMeeting.objects.filter(pk__in=[pk for key, pk in laid.items() if key not in wanted]).delete()
    new = [
        RegisterMeeting(cohort_id=cohort, title=f"Week {week} appraisal{LONGER}", week=week, day=day)
        for cohort, week, day in sorted(wanted - set(laid))
    ]
    RegisterMeeting.objects.bulk_create(new, ignore_conflicts=True)


@transaction.atomic
def add(*, cohort: Cohort, title: str, day: date, by: Person, now: datetime) -> RegisterMeeting:
    """Add a meeting of the programme's own, such as a forum, to a cohort's register."""
    if not title.strip():
        raise Refused("Give the meeting a name.")
    if cohort.registers.count() >= MOST_MEETINGS:
        raise Refused(f"This register has {MOST_MEETINGS} meetings, which is as many as it takes.")
    meeting = RegisterMeeting.objects.create(cohort=cohort, title=" ".join(title.split())[:120], day=day)
    record(Verb.REGISTER_ADDED, by=by, now=now, on=meeting, scope=("cohort", cohort.pk))
    return meeting


@transaction.atomic
def tick(
    *,
    meeting: RegisterMeeting,
    exceptions: Mapping[Relationship, str],
    among: Iterable[Relationship] | None = None,
    goes_on: bool = False,
    by: Person,
    now: datetime,
) -> RegisterMeeting:
    """Everyone was well at ``meeting`` but ``exceptions``, each with what was noted of it; nobody is written to.

    Each exception is one item on the leads' list. Ticked again, the list replaces what is still open of the one
    before. Of a long list ``among`` is the part that was gone through, and what was noted of others stands; while it
    ``goes_on`` the meeting is not ticked yet. Refused before the day of the meeting.
    """
    if meeting.day > timezone.localdate(now):
        raise Refused("This meeting is still to come.")
    RegisterMeeting.objects.select_for_update().get(pk=meeting.pk)
    replaced = meeting.exceptions.open()
    if among is not None:
        replaced = replaced.filter(relationship__in=list(among))
    replaced.delete()
    closed = set(meeting.exceptions.values_list("relationship", flat=True))
    for relationship, text in exceptions.items():
        if relationship.cohort_id != meeting.cohort_id:
            raise ValueError("The register is of another cohort.")
        if relationship.pk not in closed:
            row = RegisterException(
                meeting=meeting, relationship=relationship, text=text.strip()[:LONGEST_TEXT], raised_at=now
            )
            row.save(force_insert=True)
    if goes_on:
        return meeting
    meeting.ticked_by, meeting.ticked_at = by, now
    meeting.pairs = pairs_of(meeting).count()
    meeting.save(update_fields=["ticked_by", "ticked_at", "pairs"])
    record(Verb.REGISTER_TICKED, by=by, now=now, on=meeting, scope=("cohort", meeting.cohort_id))
    return meeting


@transaction.atomic
def close(*, exception: RegisterException, by: Person, now: datetime) -> None:
    """What was noted is dealt with: it leaves the leads' list. Twice changes nothing."""
    closed = RegisterException.objects.open().filter(pk=exception.pk).update(closed_by=by, closed_at=now)
    if closed:
        scope = ("cohort", exception.meeting.cohort_id)
        record(Verb.REGISTER_ITEM_CLOSED, by=by, now=now, on=exception, scope=scope)
