"""Forms that people owe, for tests, opened by what opens them: a session that was held, a sweep, somebody who asks."""

from datetime import date, datetime

from people.models import OneTimeLink
from people.one_time_links import code_of, token
from programmes.models import Cohort, Relationship
from sessions_log.actions import chasing, form_opening, form_specs, plans, registers, session_forms, sessions
from sessions_log.models import FormSpecVersion, RegisterException, RegisterMeeting, SessionForm
from tests.builders import programmes

HOST_RETURN = ("session-return@2",)
CHASE = {"kind": "chase", "chase": {"days_late": 7, "every_days": 7, "limit": 3, "ring_list": True}}
ANSWERS = {"met": "yes", "discussed": "Calculations", "study-sessions": "None", "portfolio": "Well on"}


def cohort(*, now: datetime, forms=HOST_RETURN, reminders=None, **details) -> Cohort:
    """A cohort whose model has these forms and chases them."""
    return programmes.cohort(now=now, forms=list(forms), reminders=reminders or CHASE, **details)


def owed(relationship: Relationship, *, now: datetime, day: date | None = None) -> SessionForm:
    """The host return of a session that was held on ``day``, today at first."""
    mentor = relationship.members.get(role="mentor").person
    session = sessions.log_unplanned(relationship=relationship, day=day or now.date(), by=mentor, now=now)
    return SessionForm.objects.get(session=session)


def returned(relationship: Relationship, *, now: datetime, day: date | None = None, answers=ANSWERS) -> SessionForm:
    """The same, given back."""
    form = owed(relationship, now=now, day=day)
    return session_forms.give_back(form=form, values=answers, by=form.owed_by, now=now)


def sweep(*, now: datetime) -> None:
    """What the schedule does for forms, but for delivering mail."""
    while plans.lay_due(by=None, now=now):
        pass
    registers.lay_due(by=None, now=now)
    while form_opening.open_due(by=None, now=now):
        pass
    while chasing.see_to_due(by=None, now=now):
        pass


def link_of(form: SessionForm) -> tuple[str, str]:
    """The token and the code of the newest link that was mailed for a form."""
    link = OneTimeLink.objects.filter(purpose=chasing.LINK, about_id=form.pk).latest("created_at")
    return token(link), code_of(link)


def meeting(cohort: Cohort, by, *, now: datetime, title: str = "Band 6 and 7 forum") -> RegisterMeeting:
    return registers.add(cohort=cohort, title=title, day=now.date(), by=by, now=now)


def noted(relationship: Relationship, by, *, now: datetime, text: str = "Not yet invited") -> RegisterException:
    """A pair that was not well at a meeting today."""
    ticked = meeting(relationship.cohort, by, now=now)
    registers.tick(meeting=ticked, exceptions={relationship: text}, by=by, now=now)
    return ticked.exceptions.get()


def own_spec(organisation, by, *, now: datetime, of: str = "pulse@1", title: str = "Our pulse") -> FormSpecVersion:
    """The organisation's own copy of a form."""
    return form_specs.copy(organisation=organisation, of=of, title=title, by=by, now=now)
