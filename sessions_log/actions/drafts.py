"""Keeping what somebody types into a box until they send it. Theirs alone, sealed, never in the audit record."""

from datetime import datetime, timedelta

from django.db import transaction

from people.models import Person
from sessions_log.models import Draft

KEPT_FOR = timedelta(days=30)
LONGEST = 200_000  # characters, URL-encoded
BATCH = 500


@transaction.atomic
def keep(*, page: str, typed: str, opened_at: datetime | None, by: Person, now: datetime) -> Draft | None:
    """Keep what ``by`` typed into the form of ``page``, URL-encoded, in place of what was kept before.

    None where it is too long, and where the form was sent after the page was opened at ``opened_at``: a request that
    was on its way while somebody pressed the button does not bring back what they have sent.
    """
    if len(typed) > LONGEST:
        return None
    draft = Draft.objects.select_for_update().filter(person=by, page=page).first()
    if draft is None:
        draft, is_new = Draft.objects.get_or_create(person=by, page=page, defaults={"text": typed, "saved_at": now})
        if is_new:
            return draft
    if draft.is_sent and (opened_at is None or opened_at <= draft.saved_at):
        return None
    draft.text, draft.saved_at = typed, now
    draft.save()
    return draft


@transaction.atomic
def sent(*, page: str, by: Person, now: datetime) -> None:
    """The form of ``page`` was sent, or its draft is not wanted: its words are gone, and that it was sent is kept."""
    for draft in Draft.objects.select_for_update().filter(person=by, page=page):
        draft.text, draft.saved_at = "", now
        draft.save()


@transaction.atomic
def drop_old(*, by: Person | None, now: datetime) -> int:
    """Forget drafts that nobody has touched for thirty days, a batch at a time; return how many."""
    old = Draft.objects.filter(saved_at__lte=now - KEPT_FOR).values_list("pk", flat=True)[:BATCH]
    return Draft.objects.filter(pk__in=list(old)).delete()[0]
