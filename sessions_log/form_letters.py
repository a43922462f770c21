"""The letters about forms: that one has opened, a nudge, a chase. None holds an answer, a name of the other or a
programme that is confidential: only what to do, a link that opens this one form, and the code for it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notices.kinds import Letter, Line, Skip
from notices.letters import letter
from notices.models import Notice
from people.days import in_words
from people.models import OneTimeLink, Person
from people.one_time_links import address_of, code_of, open_at
from programmes import mentoring_models
from programmes.models import Relationship
from sessions_log.actions.chasing import CHASE, LINK, NUDGE, OPENED
from sessions_log.models import SessionForm
from sessions_log.session_forms import FormSpec, kept


def form_reminder(notice: Notice, now: datetime) -> Letter | Skip:
    """One letter for all three kinds: the same form, the same link, other words. Skipped once it is done."""
    form = _still_open(notice, now)
    return form if isinstance(form, Skip) else _letter(form, kept.of(form), notice.kind, now)


def form_line(notice: Notice, now: datetime) -> Line | Skip:
    """The same in one mail with others: each form with its own link, and its code where one is asked for."""
    form = _still_open(notice, now)
    if isinstance(form, Skip):
        return form
    about = f" about your meeting of {form.session.day:%A} {in_words(form.session.day)}" if form.session else ""
    text = f"“{kept.of(form).title}”{about} was due on {in_words(form.due_on)} and is still open."
    if link := _link(form, now):
        return Line(f"{text} Your code: {code_of(link)}", address_of(link))
    return Line(text, _page(form))


def preview_of(kind: str):
    """The letter of ``kind`` as a cohort's people would get it, about people made up; None where it is never sent."""

    def preview(cohort, now: datetime) -> Letter | None:
        model = mentoring_models.of(cohort.programme)
        policy = {NUDGE: ("nudge", "digest"), CHASE: ("chase",), OPENED: ("chase",)}[kind]
        spec = next((one for one in kept.of_model(model) if one.due_days is not None and not one.is_by_outsider), None)
        if spec is None or model.reminders.kind not in policy:
            return None
        today = timezone.localdate(now)
        days = 0 if kind == OPENED else -spec.due_days - 7
        form = SessionForm(
            relationship=Relationship(cohort=cohort),
            owed_by=Person(given_name="Robin"),
            due_on=today + timedelta(days=days + spec.due_days),
            next_at=now,
        )
        return _letter(form, spec, kind, now)

    return preview


def cohorts_of_forms(ids: list) -> dict[int, int]:
    """By form, the cohort whose mail its letters are."""
    return dict(SessionForm.objects.filter(pk__in=ids).values_list("pk", "relationship__cohort"))


def _still_open(notice: Notice, now: datetime) -> SessionForm | Skip:
    """The form that a notice is about, or why nobody need hear of it any more."""
    form = (
        SessionForm.objects.filter(pk=notice.about["form"])
        .select_related("owed_by", "relationship__cohort__programme__organisation", "about", "session", "asked_by")
        .first()
    )
    if form is None or form.owed_by_id != notice.recipient_id or form.state != SessionForm.State.OPEN:
        return Skip("The form was returned, excused or is not needed any more.")
    if form.opens_at > now:
        return Skip("The session was moved, and the form opens later.")
    if form.relationship.state not in (Relationship.State.LIVE, Relationship.State.INTRODUCTION):
        return Skip("The mentoring is paused or has ended.")
    return form


def _letter(form: SessionForm, spec: FormSpec, kind: str, now: datetime) -> Letter:
    link = _link(form, now) if form.pk else None
    programme = form.relationship.cohort.programme
    late = form.due_on is not None and form.due_on < timezone.localdate(now)
    context = {
        "given_name": form.owed_by.given_name,
        "title": spec.title,
        "minutes": spec.minutes,
        "organisation": programme.organisation.name,
        "asks_whether_met": spec.asks_whether_met,
        "asked_by": form.asked_by,
        "about": form.about if spec.is_by_outsider else None,
        "session_day": form.session and form.session.day,
        "due_on": form.due_on,
        "late": late,
        "is_last": kind == CHASE and form.next_at is None,
        "is_nudge": kind == NUDGE,
        "link": address_of(link) if link else _page(form),
        "code": code_of(link) if link else "",
        "until": link and timezone.localdate(link.expires_at),
        "is_outsider": spec.is_by_outsider,
    }
    subject = f"Still open: {spec.title}" if late else spec.title
    if spec.is_by_outsider:
        subject = f"{form.asked_by.name if form.asked_by else programme.organisation.name} asks for a few answers"
    return letter("sessions_log/mail/session-form", subject=subject, context=context)


def _page(form: SessionForm) -> str:
    """Where its person fills it in, signed in; the list of what they owe for one that is made up."""
    return settings.PORTAL_ADDRESS + (
        reverse("sessions_log:form-fill", args=[form.pk]) if form.pk else reverse("sessions_log:form-list")
    )


def _link(form: SessionForm, now: datetime) -> OneTimeLink | None:
    return open_at(now).filter(purpose=LINK, about_id=form.pk, person=form.owed_by_id).first()
