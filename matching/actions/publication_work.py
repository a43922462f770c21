"""What a worker writes while it publishes: each a short transaction, but for the one that makes all pairs."""

from datetime import datetime, timedelta

from django.db import transaction

from matching.actions import publications
from matching.attempt import ATTEMPTS
from matching.models import Publication
from people.models import Person
from programmes.actions.telling import Telling

SILENT_AFTER = timedelta(seconds=90)  # longer than the writing of thousands of pairs, during which nothing is heard
WORKER_LOST = (
    "The work was interrupted three times before it was done. Nothing was published. You can publish again; "
    "if it happens again, tell the people who run this portal."
)
State = Publication.State


@transaction.atomic
def begin(*, publication_id: int, by: Person | None, now: datetime) -> Publication | None:
    """Take a publication that waits. None where there is nothing to take: another worker has it, or it is over."""
    if not Publication.objects.take(publication_id, now=now):
        return None
    whole = Publication.objects.select_related("run__cohort__programme__organisation", "requested_by")
    return whole.get(pk=publication_id)


@transaction.atomic
def tell(*, publication: Publication, stage: str, done: int, of: int, by: Person | None, now: datetime) -> bool:
    """Store how far the work is, which is also its sign of life. False: stop, it is no longer yours."""
    return Publication.objects.write(publication, stage=stage, done=done, of=of, now=now)


@transaction.atomic
def carry_out(*, publication: Publication, by: Person | None, now: datetime) -> bool:
    """Make the pairs and end the publication in one. False, and nothing made, where it is no longer yours.

    Refused, and nothing made, as ``publications.publish`` is. The row is claimed first: whoever puts it back waits.
    """
    if not Publication.objects.write(publication, state=State.DONE, stage="", now=now):
        return False
    telling = Telling(opens_at=publication.opens_at, by_mail=publication.by_mail)
    publications.publish(run=publication.run, telling=telling, by=publication.requested_by, now=now)
    return True


@transaction.atomic
def fail(*, publication: Publication, fault: str, by: Person | None, now: datetime) -> bool:
    """End it with a sentence for the lead; nothing was published. False where it is no longer yours."""
    limit = Publication._meta.get_field("fault").max_length
    return Publication.objects.write(publication, state=State.FAILED, fault=fault[:limit], stage="", now=now)


@transaction.atomic
def revive(*, by: Person | None, now: datetime) -> list[int]:
    """Queue again what gives no sign of life, or give it up after three attempts; return the ids to hand to workers."""
    revived = []
    for one in Publication.objects.silent(since=now - SILENT_AFTER):
        if one.attempt >= ATTEMPTS:
            Publication.objects.give_up(one, fault=WORKER_LOST)
        elif Publication.objects.put_back(one, now=now):
            revived.append(one.pk)
    return revived
