"""Telling people of a form that has opened, and reminding them as the model says: not at all, once, or until it comes.

A form that is done, excused or closed has no ``next_at``, so nothing here ever meets it. Whether a notice is still
true is asked once more when it is written (form_letters.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from audit.record import record, record_many
from audit.verbs import Verb
from notices.actions import outbox
from people.actions import links
from people.models import Person
from programmes.models import Programme, Relationship
from sessions_log.form_calendar import chase_of, first_reminder, morning_of
from sessions_log.models import RingNote, SessionForm
from sessions_log.session_forms import FormSpec, kept
from sessions_log.terms import Terms, plan_of, terms_of
from sessions_log.weeks import last_week_begins

BATCH = 500  # forms a sweep
OPENED, NUDGE, CHASE = "form-open", "form-nudge", "form-chase"  # kinds of notices
LINK = "session-form"  # the purpose of a form's one-time link
LINK_LASTS = timedelta(days=30)
LOOK_AGAIN = timedelta(days=7)  # at a form of a mentoring that is paused


@transaction.atomic
def see_to_due(*, by: Person | None, now: datetime) -> int:
    """See to the forms whose moment has come, the longest waiting first, at most ``BATCH``; returns how many.

    A constant number of queries. Twice, or by two at once, owes nobody a second notice: its key names the form and
    the number of the reminder.
    """
    due = SessionForm.objects.filter(next_at__lte=now).select_related(
        "owed_by", "session", "relationship__cohort__programme", "relationship__session_plan"
    )
    forms = list(due.select_for_update(of=("self",), skip_locked=True).order_by("next_at", "pk")[:BATCH])
    specs = kept.of_names({form.spec_name for form in forms})
    silent = _silent(forms, timezone.localdate(now))
    owed = defaultdict(list)
    for form in forms:
        if kind := _step(form, specs.get(form.spec_name), silent, now):
            owed[kind].append(form)
    mailed = {form.pk: form.owed_by_id for some in owed.values() for form in some}
    if mailed:
        links.issue_many(purpose=LINK, about=mailed, by=by, now=now, expires_at=now + LINK_LASTS)
    for kind, some in owed.items():
        outbox.owe_many(
            kind=kind,
            owed=[
                (f"{kind}:{form.pk}:{form.due_on or ''}:{form.chases}", form.owed_by_id, {"form": form.pk})
                for form in some
            ],
            due_at=now,
            by=by,
            now=now,
        )
    SessionForm.objects.bulk_update(forms, ["state", "next_at", "is_told", "chases", "ring_on"])
    return len(forms)


@transaction.atomic
def remind(*, forms: Sequence[SessionForm], by: Person, now: datetime) -> int:
    """Owe a reminder, at somebody's request, of each of these forms that is late; returns how many. Once a day a form.

    It is besides what the model sends by itself, and changes nothing of that. Nobody who asked for quiet, by a
    note of whoever rang them, is written to.
    """
    today = timezone.localdate(now)
    late = list(
        SessionForm.objects.late(now=now)
        .filter(pk__in=[form.pk for form in forms], owed_by__is_active=True)
        .select_related("relationship__cohort")
    )
    silent = _silent(late, today)
    late = [one for one in late if (one.relationship.cohort.programme_id, one.owed_by_id) not in silent]
    if late:
        about = {form.pk: form.owed_by_id for form in late}
        links.issue_many(purpose=LINK, about=about, by=by, now=now, expires_at=now + LINK_LASTS)
        outbox.owe_many(
            kind=CHASE,
            owed=[(f"{CHASE}:{form.pk}:asked:{today}", form.owed_by_id, {"form": form.pk}) for form in late],
            due_at=now,
            by=by,
            now=now,
        )
        record_many(Verb.FORM_REMINDED, by=by, now=now, on=late)
    return len(late)


@transaction.atomic
def note_ring(
    *, programme: Programme, person: Person, text: str, silent_until: date | None = None, by: Person, now: datetime
) -> RingNote:
    """Keep that ``person`` was rung about what they owe to ``programme``; nothing is sent to them up to and with
    ``silent_until``, of whatever month the form is."""
    note = RingNote(programme=programme, person=person, text=text, silent_until=silent_until, by=by, at=now)
    note.save(force_insert=True)
    scope = ("programme", programme.pk)
    record(Verb.FORM_CHASE_SILENCED, by=by, now=now, on=note, about=person, scope=scope)
    return note


def _step(form: SessionForm, spec: FormSpec | None, silent: dict[tuple[int, int], date], now: datetime) -> str:
    """Take ``form`` one step on. Returns the kind of notice that is owed for it, or nothing."""
    relationship = form.relationship
    form.next_at, at = None, form.next_at
    if spec is None or not form.owed_by.is_active:
        form.state = SessionForm.State.CLOSED
        return ""
    if relationship.state == Relationship.State.ENDED:  # only the look back is still open
        return ""
    if relationship.state == Relationship.State.PAUSED:
        form.next_at = now + LOOK_AGAIN
        return ""
    if spec.opens.when == "before-session" and form.session_id:
        form.state = SessionForm.State.CLOSED  # its session is over
        return ""
    terms = terms_of(relationship)
    reminders, chase = terms.reminders, chase_of(terms.reminders)
    if spec.opens.is_of_session and not form.asked_by_id and _is_over(relationship, terms, now):
        form.is_told = True
        return ""
    until = silent.get((relationship.cohort.programme_id, form.owed_by_id))
    if not form.is_told:
        form.is_told = True
        first = first_reminder(form.due_on, reminders)
        form.next_at = first and max(first, now + timedelta(days=1))  # where the sweep was long away
        wanted = form.asked_by_id or (chase and form.due_on)
        return OPENED if wanted and not until else ""
    if chase is None:
        return NUDGE if reminders.kind != "none" else ""
    if until:
        form.next_at = morning_of(until + timedelta(days=1))
        return ""
    if form.chases >= chase.limit:  # the model was changed meanwhile
        return ""
    form.chases += 1
    if form.chases < chase.limit:
        form.next_at = max(at, morning_of(timezone.localdate(now))) + timedelta(days=chase.every_days)
    elif chase.ring_list:
        form.ring_on = timezone.localdate(now)
    return CHASE


def _is_over(relationship: Relationship, terms: Terms, now: datetime) -> bool:
    """Whether the last week of the programme has begun before today: nobody is reminded to meet and return then."""
    begins = last_week_begins(relationship, terms.model, plan_of(relationship, now=now))
    return begins is not None and timezone.localdate(now) > begins


def _silent(forms: list[SessionForm], today: date) -> dict[tuple[int, int], date]:
    """By programme and person, until when nothing is sent."""
    notes = RingNote.objects.filter(
        person__in={form.owed_by_id for form in forms},
        programme__in={form.relationship.cohort.programme_id for form in forms},
        silent_until__gte=today,
    )
    found = {}
    for programme, person, until in notes.order_by("silent_until").values_list("programme", "person", "silent_until"):
        found[programme, person] = until
    return found
