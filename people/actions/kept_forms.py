"""Forms kept for somebody whose sign-in ran out: keep, drop, drop the old."""

from datetime import datetime, timedelta

from django.db import transaction

from people.kept_forms import KEPT_FOR
from people.models import KeptForm, Person

MOST = 5  # forms kept for one person; more push out drafts, then the oldest
ON_ITS_WAY = timedelta(minutes=1)  # how much later than the form a draft on the way to it may come in


@transaction.atomic
def keep(*, person: Person, path: str, body: str, is_draft: bool = False, by: Person | None, now: datetime) -> KeptForm:
    """Keep the fields ``body`` (URL-encoded) that were sent to ``path``, for ``person`` alone, for an hour.

    Whatever comes for a page takes the place of its draft; a draft never takes that of a form that was sent.
    Kept on the word of a signed cookie, not of a sign-in: whoever holds it can
    add here, and nothing else.
    """
    own = KeptForm.objects.filter(person=person)
    own.filter(path=path, is_draft=True).delete()
    kept = KeptForm.objects.create(person=person, path=path, body=body, is_draft=is_draft, kept_at=now)
    surplus = own.order_by("is_draft", "-kept_at", "pk").values_list("pk", flat=True)[MOST:]
    KeptForm.objects.filter(pk__in=list(surplus)).delete()
    return kept


@transaction.atomic
def drop(*, kept: KeptForm, by: Person | None, now: datetime) -> None:
    """Forget a kept form: it was sent after all, or its person does not want it. The draft on the way to it goes too:
    of two requests that a page sends at once, either may come in last."""
    drafts = KeptForm.objects.filter(person=kept.person_id, path=kept.path, is_draft=True)
    drafts.filter(kept_at__lte=kept.kept_at + ON_ITS_WAY).delete()
    KeptForm.objects.filter(pk=kept.pk).delete()


@transaction.atomic
def drop_old(*, by: Person | None, now: datetime) -> int:
    """Forget every form that has been kept for its hour; return how many."""
    deleted, _ = KeptForm.objects.filter(kept_at__lte=now - KEPT_FOR).delete()
    return deleted
