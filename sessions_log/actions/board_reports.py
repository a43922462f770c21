"""What comes out of a group's meetings: writing it down, agreeing to show it, and the report that its board is owed."""

from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes import mentoring_models
from programmes.models import Cohort, Member, Programme, Relationship
from sessions_log.board import has_outputs, kinds_of
from sessions_log.form_calendar import morning_of
from sessions_log.models import BoardReport, Output
from sessions_log.sharing import must_be_open
from sessions_log.terms import plan_of

CHASE = "board-report"  # the kind of notice
BATCH = 200
LONGEST = 500
NO_NOTES = "Session notes cannot go into the board report. Add an agreed output instead."


@transaction.atomic
def write(*, relationship: Relationship, kind: str, text: str, by: Person, now: datetime) -> Output:
    """Keep something that has come out of the meetings; the group reads it, nobody else before it is agreed."""
    _must_be_in(relationship, by)
    must_be_open(relationship, by)
    text = " ".join(text.split())
    if kind not in kinds_of(relationship):
        raise Refused("Choose what it is.")
    if not text:
        raise Refused("Write what it is.")
    if len(text) > LONGEST:
        raise Refused(f"It can have {LONGEST} characters. It has {len(text)}.")
    day = timezone.localdate(now)
    output = Output(relationship=relationship, kind=Output.Kind(kind), text=text, day=day, author=by, written_at=now)
    output.save(force_insert=True)
    record(Verb.OUTPUT_WRITTEN, by=by, now=now, on=output, scope=("programme", relationship.cohort.programme_id))
    return output


@transaction.atomic
def agree(*, output: Output, by: Person, now: datetime) -> None:
    """The group agrees to show it to its board. Any member may say so; the others see it before it is sent."""
    _must_be_in(output.relationship, by)
    if Output.objects.filter(pk=output.pk, agreed_at=None).update(agreed_at=now):
        record(Verb.OUTPUT_AGREED, by=by, now=now, on=output, scope=_scope(output.relationship))


@transaction.atomic
def keep_back(*, output: Output, by: Person, now: datetime) -> None:
    """The board is not to see it after all."""
    _must_be_in(output.relationship, by)
    if Output.objects.agreed().filter(pk=output.pk).update(agreed_at=None):
        record(Verb.OUTPUT_KEPT_BACK, by=by, now=now, on=output, scope=_scope(output.relationship))


@transaction.atomic
def show(*, report: BoardReport, by: Person, now: datetime) -> None:
    """The group has the report before it: from now on it may be sent."""
    _must_lead(report, by, now)
    if BoardReport.objects.unsent().filter(pk=report.pk, shown_at=None).update(shown_at=now):
        record(Verb.REPORT_SHOWN, by=by, now=now, on=report, scope=_scope(report.relationship))


@transaction.atomic
def send(*, report: BoardReport, by: Person, now: datetime) -> None:
    """It has gone to the board, printed or as a file: nobody is chased any more. Refused before the group saw it."""
    _must_lead(report, by, now)
    if report.shown_at is None:
        raise Refused("Show it to the group first: it sees the report before the board does.")
    if not BoardReport.objects.unsent().filter(pk=report.pk).update(sent_at=now, sent_by=by, next_at=None):
        raise Refused("This report has been sent already.")
    record(Verb.REPORT_SENT, by=by, now=now, on=report, scope=_scope(report.relationship))


@transaction.atomic
def see_to_due(*, by: Person | None, now: datetime) -> int:
    """Lay the next report of each group that owes one, and chase those that are late; how many were seen to. Safe
    twice: a notice's key names the report and the number of the reminder."""
    return _lay(now) + _chase(by, now)


def _lay(now: datetime) -> int:
    """A row for the report that each group owes next."""
    today = timezone.localdate(now)
    living = Relationship.objects.filter(state=Relationship.State.LIVE, shape=Relationship.Shape.GROUP)
    programmes = Programme.objects.filter(pk__in=living.order_by().values("cohort__programme"))
    owing = [one.pk for one in programmes if mentoring_models.of(one).report]
    if not owing:
        return 0
    ahead = BoardReport.objects.filter(due_on__gte=today).order_by().values("relationship")
    rows = living.filter(cohort__programme__in=owing, session_plan__isnull=False).exclude(pk__in=ahead)
    made = []
    for one in rows.select_related("cohort__programme", "session_plan").order_by("pk")[:BATCH]:
        report = mentoring_models.of(one.cohort.programme).report
        first, number = plan_of(one, now=now).first_on, 1
        while _due(first, number, report.every_months) < today:
            number += 1
        due = _due(first, number, report.every_months)
        begins = _due(first, number - 1, report.every_months)
        chase = report.chase
        made.append(
            BoardReport(
                relationship=one,
                number=number,
                first_on=begins,
                last_on=due - timedelta(days=1),
                due_on=due,
                next_at=morning_of(due + timedelta(days=chase.days_late)) if chase else None,
            )
        )
    BoardReport.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _due(first: date, number: int, months: int) -> date:
    return first + relativedelta(months=number * months)


def _chase(by: Person | None, now: datetime) -> int:
    late = BoardReport.objects.unsent().filter(next_at__lte=now, relationship__state=Relationship.State.LIVE)
    late = list(late.select_for_update(of=("self",)).select_related("relationship__cohort__programme")[:BATCH])
    for one in late:
        chase = mentoring_models.of(one.relationship.cohort.programme).report.chase
        number = one.chased + 1
        mentors = one.relationship.members.knowing().filter(role=Member.Role.MENTOR).order_by("pk")
        outbox.owe_many(
            kind=CHASE,
            owed=[
                (f"{CHASE}:{one.pk}:{number}:{person}", person, {"report": one.pk})
                for person in mentors.values_list("person", flat=True)
            ],
            due_at=now,
            by=by,
            now=now,
        )
        following = morning_of(one.due_on + timedelta(days=chase.days_late + number * chase.every_days))
        BoardReport.objects.filter(pk=one.pk).update(chased=number, next_at=following if number < chase.limit else None)
    return len(late)


def _must_be_in(relationship: Relationship, by: Person) -> None:
    inside = relationship.members.knowing().filter(person=by).exclude(role=Member.Role.OBSERVER)
    if not has_outputs(relationship) or relationship.state not in Relationship.UNDER_WAY or not inside.exists():
        raise Refused("Only those who are in this group can do that.")


def _must_lead(report: BoardReport, by: Person, now: datetime) -> None:
    """Its mentors, or a lead of the programme."""
    mentors = report.relationship.members.knowing().filter(person=by, role=Member.Role.MENTOR)
    leads = Cohort.objects.led_by(by, now=now).filter(pk=report.relationship.cohort_id)
    if not mentors.exists() and not leads.exists():
        raise Refused("The mentors of the group do that, or a lead of the programme.")


def _scope(relationship: Relationship) -> tuple[str, int]:
    return ("programme", relationship.cohort.programme_id)
