"""What a worker writes while it works out what would place more people; asking for it is in what_if_asks.py.

It follows from the facts and the rules and can be worked out anew at any time, so it is not written
to the audit record.
"""

from datetime import datetime

from django.db import transaction

from matching.actions.attempts import SILENT_AFTER
from matching.attempt import ATTEMPTS
from matching.models import WhatIfRun
from people.models import Person

WORKER_LOST = (
    "The work was interrupted three times before it was done. You can start again; "
    "if it happens again, tell the people who run this portal."
)
State = WhatIfRun.State


@transaction.atomic
def begin(*, what_if_id: int, by: Person | None, now: datetime) -> WhatIfRun | None:
    """Take one that waits. None where there is nothing to take: it was cancelled, or another worker has it."""
    taken = WhatIfRun.objects.take(what_if_id, now=now)
    return WhatIfRun.objects.select_related("cohort__programme").get(pk=what_if_id) if taken else None


@transaction.atomic
def tell(*, run: WhatIfRun, stage: str, done: int, of: int, by: Person | None, now: datetime) -> bool:
    """Store how far the work is, which is also its sign of life. False: stop, it is no longer yours."""
    return WhatIfRun.objects.write(run, stage=stage, done=done, of=of, now=now)


@transaction.atomic
def finish(*, run: WhatIfRun, found: dict, fingerprint: str, by: Person | None, now: datetime) -> bool:
    """Store what was found. False, and nothing stored, where it is no longer yours."""
    finished = {"state": State.FINISHED, "stage": "", "found": found, "fingerprint": fingerprint}
    return WhatIfRun.objects.write(run, now=now, **finished)


@transaction.atomic
def fail(*, run: WhatIfRun, fault: str, by: Person | None, now: datetime) -> bool:
    """End it with a sentence for the lead. False where it is no longer yours."""
    limit = WhatIfRun._meta.get_field("fault").max_length
    return WhatIfRun.objects.write(run, state=State.FAILED, fault=fault[:limit], stage="", now=now)


@transaction.atomic
def revive(*, by: Person | None, now: datetime) -> list[int]:
    """Queue again what gives no sign of life, or give it up after three attempts; return the ids to hand to workers."""
    revived = []
    for one in WhatIfRun.objects.silent(since=now - SILENT_AFTER):
        if one.attempt >= ATTEMPTS:
            WhatIfRun.objects.give_up(one, fault=WORKER_LOST)
        elif WhatIfRun.objects.put_back(one, now=now):
            revived.append(one.pk)
    return revived
