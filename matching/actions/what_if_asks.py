"""Asking a worker what would place more people of a large cohort, and cancelling that."""

from datetime import datetime

from django.db import IntegrityError, transaction

from audit.refusal import Refused
from matching.models import WhatIfRun
from matching.publishable import must_lead
from matching.tasks import run_what_if
from people.models import Person
from programmes.models import Cohort

UNDER_WAY = "This is being worked out already."


@transaction.atomic
def ask(*, cohort: Cohort, by: Person, now: datetime) -> WhatIfRun:
    """Have it worked out for everybody in ``cohort`` as they are; what was found before is put aside.

    The worker is told once the row is committed; were the message lost, the sweep sends another.
    """
    must_lead(cohort, by, now)
    WhatIfRun.objects.filter(cohort=cohort).exclude(state__in=WhatIfRun.UNDER_WAY).delete()
    try:
        with transaction.atomic():
            run = WhatIfRun.objects.create(cohort=cohort, requested_by=by, requested_at=now, beat_at=now)
    except IntegrityError:
        raise Refused(UNDER_WAY)
    # robust: a broker that is away must not undo the request, since the sweep finds the row.
    transaction.on_commit(lambda: run_what_if.delay(what_if_id=run.pk), robust=True)
    return run


@transaction.atomic
def cancel(*, cohort: Cohort, by: Person, now: datetime) -> None:
    """Stop it where it is under way. The worker hears of it at its next sign of life and stores nothing."""
    must_lead(cohort, by, now)
    cancelled, _ = WhatIfRun.objects.under_way().filter(cohort=cohort).delete()
    if not cancelled:
        raise Refused("There is nothing to cancel: it is not being worked out any more.")
