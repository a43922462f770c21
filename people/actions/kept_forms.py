"""Forms kept for somebody whose sign-in ran out: keep, drop, drop the old."""

from datetime import datetime

from django.db import transaction

from people.kept_forms import KEPT_FOR
from people.models import KeptForm, Person

MOST = 5  # forms kept for one person; more push out the oldest


@transaction.atomic
def keep(*, person: Person, path: str, body: str, by: Person | None, now: datetime) -> KeptForm:
    """Keep the fields ``body`` (URL-encoded) that were sent to ``path``, for ``person`` alone, for an hour.

    Kept on the word of a signed cookie, not of a sign-in: whoever holds it can
    add here, and nothing else.
    """
    kept = KeptForm.objects.create(person=person, path=path, body=body, kept_at=now)
    surplus = KeptForm.objects.filter(person=person).order_by("-kept_at", "pk").values_list("pk", flat=True)[MOST:]
    KeptForm.objects.filter(pk__in=list(surplus)).delete()
    return kept


@transaction.atomic
def drop(*, kept: KeptForm, by: Person | None, now: datetime) -> None:
    """Forget a kept form: it was sent after all, or its person does not want it."""
    KeptForm.objects.filter(pk=kept.pk).delete()


@transaction.atomic
def drop_old(*, by: Person | None, now: datetime) -> int:
    """Forget every form that has been kept for its hour; return how many."""
    deleted, _ = KeptForm.objects.filter(kept_at__lte=now - KEPT_FOR).delete()
    return deleted
