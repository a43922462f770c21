"""What comes in a match, and when, as its lead is told once it is made: meetings, forms, the register. Reads alone."""

from datetime import date, datetime, timedelta
from itertools import islice

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from people.days import in_words
from programmes.models import Relationship
from programmes.offers import Ahead
from sessions_log.cadence import WITHOUT_DATES, aims, weeks_after
from sessions_log.form_calendar import end_of, first_reminder, occasions
from sessions_log.session_forms import FormSpec, kept
from sessions_log.terms import Terms, plan_of, terms_of

FIRST = 400  # occasions looked through for one that is still to come
OTHERWISE = {
    "after-session": "After each session a form opens: {}",
    "before-session": "Before each session a form opens: {}",
    "review": "After each review a form opens: {}",
    "by-hand": "A form for when somebody asks for it: {}",
}


def ahead(relationship: Relationship, *, now: datetime) -> list[Ahead]:
    """The next meeting, form and week of the register of a match that keeps to the dates of its programme."""
    terms, today = terms_of(relationship), timezone.localdate(now)
    found = [_meeting(relationship, terms, today, now)]
    for spec in kept.of_names(terms.model.forms).values():
        found.append(_form(spec, relationship, terms, today))
    start = relationship.cohort.start_date
    weeks = [week for week in sorted(terms.model.register.weeks) if weeks_after(week, start=start) >= today]
    if weeks:
        page = reverse("sessions_log:register-list", args=[relationship.cohort_id])
        day = weeks_after(weeks[0], start=start)
        found.append(Ahead(f"You tick the check-in register, week {weeks[0]}", day, page))
    return found


def _meeting(relationship: Relationship, terms: Terms, today: date, now: datetime) -> Ahead:
    who = terms.model.words.mentor.many
    books = f"{capfirst(terms.model.words.mentee.many)} and {who} book their meetings themselves"
    if terms.cadence.kind in WITHOUT_DATES:
        return Ahead(books, hint=terms.cadence.sentence)
    plan = plan_of(relationship, now=now)
    dates = aims(terms.cadence, first_on=plan.first_on, until=end_of(relationship, plan))
    due = next((one.due_on for one in islice(dates, FIRST) if one.due_on >= today), None)
    reminded = terms.reminders.kind != "none"
    missed = "Whoever lets a date go by is reminded." if reminded else "Nobody is reminded of a date that goes by."
    return Ahead(f"{books}: the first date asked for", due, hint=f"{terms.cadence.sentence} {missed}")


def _form(spec: FormSpec, relationship: Relationship, terms: Terms, today: date) -> Ahead:
    page = reverse("sessions_log:form-of-cohort", args=[relationship.cohort_id])
    on = next((one.on for one in islice(occasions(spec, relationship, ()), FIRST) if one.on >= today), None)
    if on is None:
        return Ahead(
            OTHERWISE.get(spec.opens.when, "Later a form opens: {}").format(spec.title),
            url=page,
            hint=_within(spec, terms),
        )
    due = None if spec.due_days is None else on + timedelta(days=spec.due_days)
    reminder = first_reminder(due, terms.reminders)
    hint = f"Due by {in_words(due)}." if due else ""
    if reminder:
        hint += f" Whoever has not returned it is reminded from {in_words(timezone.localdate(reminder))}."
    return Ahead(f"A form opens: {spec.title}", on, page, hint.strip())


def _within(spec: FormSpec, terms: Terms) -> str:
    if spec.due_days is None:
        return ""
    days = "the same day" if not spec.due_days else f"{spec.due_days} day{'' if spec.due_days == 1 else 's'}"
    chased = "" if terms.reminders.kind == "none" else " Whoever has not returned it is reminded."
    return f"Due within {days}.{chased}"
