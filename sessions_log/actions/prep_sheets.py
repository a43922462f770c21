"""Preparing for a session: keeping what one typed, sharing it, taking it back. No content reaches the audit record."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes.models import Relationship
from sessions_log.actions import form_opening
from sessions_log.models import PrepSheet, Session
from sessions_log.prep import may_prepare, spec_for

NOT_YOURS = "This mentoring has ended, so nothing can be prepared for it. Copy what you typed before you leave."
CHANGED_ELSEWHERE = (
    "You changed your preparation somewhere else after opening it here. "
    "Copy what you typed, open the page again, and add it."
)


@transaction.atomic
def keep(*, relationship: Relationship, typed: str, seen_at: datetime | None, by: Person, now: datetime) -> PrepSheet:
    """Keep what ``by`` typed for the next session, URL-encoded; whoever reads it reads on what was shared.

    ``seen_at`` is the ``changed_at`` of what was on the screen, None for an empty page: what was typed elsewhere
    meanwhile is not overwritten.
    """
    if not may_prepare(relationship, by):
        raise Refused(NOT_YOURS)
    sheet = PrepSheet.objects.select_for_update().filter(relationship=relationship, author=by, session=None).first()
    if sheet is None and seen_at is None:
        spec = spec_for(relationship)
        form_opening.use(specs=[spec], by=by, now=now)
        sheet, is_new = PrepSheet.objects.get_or_create(
            relationship=relationship,
            author=by,
            session=None,
            defaults={
                "spec_key": spec.key,
                "spec_version": spec.version,
                "text": typed,
                "written_at": now,
                "changed_at": now,
            },
        )
        if is_new:
            return sheet
    if sheet is None:
        raise Refused(CHANGED_ELSEWHERE)
    if sheet.changed_at != seen_at:
        if sheet.text == typed:  # kept a moment ago, while the button was pressed
            return sheet
        raise Refused(CHANGED_ELSEWHERE)
    sheet.text, sheet.changed_at = typed, now
    sheet.save()
    return sheet


@transaction.atomic
def share(*, sheet: PrepSheet, by: Person, now: datetime) -> PrepSheet:
    """Let the mentor (or the other peer) read it as it stands now. Sharing again replaces what they read."""
    if sheet.author_id != by.pk or not may_prepare(sheet.relationship, by):
        raise Refused(NOT_YOURS)
    sheet.shared_text, sheet.shared_at = sheet.text, now
    sheet.save()
    record(Verb.PREP_SHARED, by=by, now=now, on=sheet, scope=("programme", sheet.relationship.cohort.programme_id))
    return sheet


@transaction.atomic
def take_back(*, sheet: PrepSheet, by: Person, now: datetime) -> PrepSheet:
    """Nobody else reads it any more. Possible at any time, also when the session is over. Twice changes nothing."""
    if sheet.author_id != by.pk:
        raise Refused(NOT_YOURS)
    sheet = PrepSheet.objects.select_for_update().get(pk=sheet.pk)
    if sheet.shared_at is not None:
        sheet.shared_text = sheet.shared_at = None
        sheet.save()
        scope = ("programme", sheet.relationship.cohort.programme_id)
        record(Verb.PREP_TAKEN_BACK, by=by, now=now, on=sheet, scope=scope)
    return sheet


@transaction.atomic
def settle(*, session: Session, by: Person | None, now: datetime) -> None:
    """A session was held: what was prepared for it until that day belongs to it, and the next page is empty."""
    waiting = session.relationship.prep_sheets.filter(session=None).exclude(
        author__in=session.prep_sheets.values("author")
    )
    for sheet in waiting:
        if timezone.localdate(sheet.written_at) <= session.day:
            PrepSheet.objects.filter(pk=sheet.pk).update(session=session)
