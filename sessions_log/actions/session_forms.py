"""Filling in what one owes: keeping a draft, giving it back, and excusing it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.actions import links
from people.models import OneTimeLink, Person
from sessions_log.actions import sessions
from sessions_log.actions.chasing import LINK
from sessions_log.models import Answer, FormDraft, Session, SessionForm
from sessions_log.session_forms import FormSpec, kept

DONE = "This form has been returned already. Nothing you typed now was kept."
NOT_NEEDED = "This form is not needed any more, so it was not returned."
NOT_OPEN = "This form has not opened yet."
LONGEST_REASON = 200  # characters


@transaction.atomic
def keep_draft(*, form: SessionForm, typed: str, by: Person, now: datetime) -> FormDraft | None:
    """Keep what was typed so far, URL-encoded, in place of what was kept before; None where the form is not open."""
    if by.pk != form.owed_by_id or not SessionForm.objects.open(now=now).filter(pk=form.pk).exists():
        return None
    draft = FormDraft.objects.select_for_update().filter(form=form).first() or FormDraft(form=form)
    draft.text, draft.saved_at = typed, now
    draft.save()
    return draft


@transaction.atomic
def give_back(
    *, form: SessionForm, values: Mapping[str, Any], link: OneTimeLink | None = None, by: Person, now: datetime
) -> SessionForm:
    """Return a form with these answers by the name of their question; of two at once, the first counts.

    ``values`` have been checked by the page. What the answers themselves leave unasked is not kept. Each answer
    carries who reads it, for good. With ``link`` the person came by it, and it is spent; else every link to this form
    is closed. Where the form says whether they met, the session is logged with it.
    """
    if by.pk != form.owed_by_id:
        raise Refused("Only the person who owes a form can return it.")
    returned = SessionForm.objects.open(now=now).filter(pk=form.pk)
    if not returned.update(state=SessionForm.State.RETURNED, returned_at=now, next_at=None, ring_on=None):
        raise Refused(_why_not(form))
    if link is not None:
        links.use(link=link, by=by, now=now)
    links.revoke_about(purpose=LINK, about_id=form.pk, by=by, now=now)
    spec = kept.of(form)
    answered = {
        one.name: values[one.name]
        for one in spec.shown(values, has_session=form.session_id is not None)
        if one.is_asked and values.get(one.name) not in (None, "", [])
    }
    Answer.objects.bulk_create([_answer(form, spec, name, value) for name, value in answered.items()])
    FormDraft.objects.filter(form=form).delete()
    form.refresh_from_db()
    if spec.asks_whether_met:
        _log(form, answered, by=by, now=now)
    record(Verb.FORM_RETURNED, by=by, now=now, on=form, about=form.about, scope=_scope(form))
    return form


@transaction.atomic
def excuse(*, form: SessionForm, reason: str, by: Person, now: datetime) -> SessionForm:
    """Let somebody off a form, with a reason for whoever follows returns. It is not asked for any more."""
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise Refused("Say why, for whoever looks at the list later.")
    excused = SessionForm.objects.filter(pk=form.pk, state=SessionForm.State.OPEN).update(
        state=SessionForm.State.EXCUSED, excused_by=by, excused_for=reason, next_at=None, ring_on=None
    )
    if not excused:
        raise Refused("Only a form that is still open can be excused.")
    links.revoke_about(purpose=LINK, about_id=form.pk, by=by, now=now)
    FormDraft.objects.filter(form=form).delete()
    form.refresh_from_db()
    record(Verb.FORM_EXCUSED, by=by, now=now, on=form, about=form.owed_by, scope=_scope(form))
    return form


@transaction.atomic
def read(*, form: SessionForm, by: Person, now: datetime) -> None:
    """Write down that ``by`` read what somebody else returned. One's own is nobody's business."""
    if by.pk != form.owed_by_id:
        record(Verb.FORM_READ, by=by, now=now, on=form, about=form.owed_by, scope=_scope(form))


def _scope(form: SessionForm) -> tuple[str, int]:
    return ("cohort", form.relationship.cohort_id)


def _why_not(form: SessionForm) -> str:
    form.refresh_from_db()
    if form.state == SessionForm.State.RETURNED:
        return DONE
    return NOT_OPEN if form.state == SessionForm.State.OPEN else NOT_NEEDED


def _answer(form: SessionForm, spec: FormSpec, name: str, value: Any) -> Answer:
    readers = spec.readers_of(spec.question(name))
    return Answer(
        form=form,
        question=name,
        value=json.dumps(value.isoformat() if isinstance(value, date) else value, ensure_ascii=False),
        for_members=bool({"pair", "group"} & set(readers)),
        for_subject="subject" in readers,
        for_host="host" in readers,
        for_lead="lead" in readers,
    )


def _log(form: SessionForm, answered: Mapping[str, Any], *, by: Person, now: datetime) -> None:
    """What the form says of the session goes on record: held or not, so that no second mail asks."""
    session = form.session
    if answered.get("met") == "no":
        if session is not None and session.state == Session.State.PLANNED:
            sessions.miss(session=session, by=by, now=now)
    elif session is None and isinstance(answered.get("met-on"), date):
        sessions.log_unplanned(relationship=form.relationship, day=answered["met-on"], by=by, now=now)
    elif session is not None and session.state in (Session.State.PLANNED, Session.State.MISSED):
        with suppress(Refused), transaction.atomic():  # an hour was changed by somebody else: the answers count
            sessions.log(session=session, by=by, now=now)
