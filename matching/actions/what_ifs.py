"""What a worker writes while it works out what would place more people; asking for it is in what_if_asks.py.

It follows from the facts and the rules and can be worked out anew at any time, so it is not written
to the audit record. An attempt is numbered, as in attempts.py.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from matching.actions.attempts import ATTEMPTS, SILENT_AFTER
from matching.models import WhatIfRun
from people.models import Person

WORKER_LOST = (
    "The work was interrupted three times before it was done. You can start again; "
    "if it happens again, tell the people who run this portal."
)
State = WhatIfRun.State


def _mine(run: WhatIfRun):
    return WhatIfRun.objects.filter(pk=run.pk, state=State.RUNNING, attempt=run.attempt)


@transaction.atomic
def begin(*, what_if_id: int, by: Person | None, now: datetime) -> WhatIfRun | None:
    """Take one that waits. None where there is nothing to take: it was cancelled, or another worker has it."""
    taken = WhatIfRun.objects.filter(pk=what_if_id, state=State.QUEUED).update(
        state=State.RUNNING, attempt=F("attempt") + 1, beat_at=now, stage="", done=0, of=0
    )
    return WhatIfRun.objects.select_related("cohort__programme").get(pk=what_if_id) if taken else None


@transaction.atomic
def tell(*, run: WhatIfRun, stage: str, done: int, of: int, by: Person | None, now: datetime) -> bool:
    """Store how far the work is, which is also its sign of life. False: stop, it is no longer yours."""
    return bool(_mine(run).update(stage=stage, done=done, of=of, beat_at=now))


@transaction.atomic
def finish(*, run: WhatIfRun, found: dict, fingerprint: str, by: Person | None, now: datetime) -> bool:
    """Store what was found. False, and nothing stored, where it is no longer yours."""
    return bool(_mine(run).update(state=State.FINISHED, stage="", beat_at=now, found=found, fingerprint=fingerprint))


@transaction.atomic
def fail(*, run: WhatIfRun, fault: str, by: Person | None, now: datetime) -> bool:
    """End it with a sentence for the lead. False where it is no longer yours."""
    limit = WhatIfRun._meta.get_field("fault").max_length
    return bool(_mine(run).update(state=State.FAILED, fault=fault[:limit], stage="", beat_at=now))


@transaction.atomic
def revive(*, by: Person | None, now: datetime) -> list[int]:
    """Queue again what gives no sign of life, or give it up after three attempts; return the ids to hand to workers."""
    revived = []
    for one in WhatIfRun.objects.under_way().filter(beat_at__lt=now - SILENT_AFTER):
        as_seen = WhatIfRun.objects.filter(pk=one.pk, state=one.state, attempt=one.attempt, beat_at=one.beat_at)
        if one.attempt >= ATTEMPTS:
            as_seen.update(state=State.FAILED, fault=WORKER_LOST, stage="")
        elif as_seen.update(state=State.QUEUED, beat_at=now, stage="", done=0, of=0):
            revived.append(one.pk)
    return revived
