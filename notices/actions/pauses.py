"""Holding a cohort's mail back, and letting it go on. Delivery heeds it; the sweep lets go what was held."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import delivery
from notices.models import MailPause


@transaction.atomic
def pause(*, cohort_id: int, by: AbstractBaseUser, now: datetime) -> MailPause:
    """Hold back everything that the cohort's people would be sent from now on. Refused where it is held already."""
    try:
        with transaction.atomic():  # the database decides between two at once
            paused = MailPause.objects.create(cohort_id=cohort_id, paused_by=by, paused_at=now)
    except IntegrityError:
        raise Refused("The mail of this cohort is paused already.") from None
    record(Verb.MAIL_PAUSED, by=by, now=now, on=("cohort", cohort_id), scope=("cohort", cohort_id))
    return paused


@transaction.atomic
def resume(*, cohort_id: int, by: AbstractBaseUser, now: datetime) -> int:
    """Let the cohort's mail go on; return how many messages had become too old meanwhile, and are not sent.

    Refused where it is not paused.
    """
    if not MailPause.objects.live().filter(cohort_id=cohort_id).update(ended_by=by, ended_at=now):
        raise Refused("The mail of this cohort is not paused.")
    too_old = delivery.expire(by=by, now=now)
    delivery.release(by=by, now=now)
    record(Verb.MAIL_RESUMED, by=by, now=now, on=("cohort", cohort_id), scope=("cohort", cohort_id))
    return too_old
