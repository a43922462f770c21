"""What a worker writes while it publishes: each a short transaction, but for the one that makes all pairs.

An attempt is numbered. A worker that was thought dead and comes back finds a later
attempt in its place: every write here names the attempt, so its writes change nothing.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from matching.actions import publications
from matching.models import Publication
from people.models import Person
from programmes.actions.telling import Telling

SILENT_AFTER = timedelta(seconds=90)  # longer than the writing of thousands of pairs, during which nothing is heard
ATTEMPTS = 3
WORKER_LOST = (
    "The work was interrupted three times before it was done. Nothing was published. You can publish again; "
    "if it happens again, tell the people who run this portal."
)
State = Publication.State


def _mine(publication: Publication):
    return Publication.objects.filter(pk=publication.pk, state=State.RUNNING, attempt=publication.attempt)


@transaction.atomic
def begin(*, publication_id: int, by: Person | None, now: datetime) -> Publication | None:
    """Take a publication that waits. None where there is nothing to take: another worker has it, or it is over."""
    waiting = Publication.objects.filter(pk=publication_id, state=State.QUEUED)
    if not waiting.update(state=State.RUNNING, attempt=F("attempt") + 1, beat_at=now, stage="", done=0, of=0):
        return None
    whole = Publication.objects.select_related("run__cohort__programme__organisation", "requested_by")
    return whole.get(pk=publication_id)


@transaction.atomic
def tell(*, publication: Publication, stage: str, done: int, of: int, by: Person | None, now: datetime) -> bool:
    """Store how far the work is, which is also its sign of life. False: stop, it is no longer yours."""
    return bool(_mine(publication).update(stage=stage, done=done, of=of, beat_at=now))


@transaction.atomic
def carry_out(*, publication: Publication, by: Person | None, now: datetime) -> bool:
    """Make the pairs and end the publication in one. False, and nothing made, where it is no longer yours.

    Refused, and nothing made, as ``publications.publish`` is. The row is claimed first: whoever puts it back waits.
    """
    if not _mine(publication).update(state=State.DONE, stage="", beat_at=now):
        return False
    telling = Telling(opens_at=publication.opens_at, by_mail=publication.by_mail)
    publications.publish(run=publication.run, telling=telling, by=publication.requested_by, now=now)
    return True


@transaction.atomic
def fail(*, publication: Publication, fault: str, by: Person | None, now: datetime) -> bool:
    """End it with a sentence for the lead; nothing was published. False where it is no longer yours."""
    limit = Publication._meta.get_field("fault").max_length
    return bool(_mine(publication).update(state=State.FAILED, fault=fault[:limit], stage="", beat_at=now))


@transaction.atomic
def revive(*, by: Person | None, now: datetime) -> list[int]:
    """Queue again what gives no sign of life, or give it up after three attempts; return the ids to hand to workers."""
    revived = []
    for one in Publication.objects.under_way().filter(beat_at__lt=now - SILENT_AFTER):
        as_seen = Publication.objects.filter(pk=one.pk, state=one.state, attempt=one.attempt, beat_at=one.beat_at)
        if one.attempt >= ATTEMPTS:
            as_seen.update(state=State.FAILED, fault=WORKER_LOST, stage="")
        elif as_seen.update(state=State.QUEUED, beat_at=now, stage="", done=0, of=0):
            revived.append(one.pk)
    return revived
