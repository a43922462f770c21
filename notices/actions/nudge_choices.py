"""Whether somebody wants nudges."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from audit.record import record
from audit.verbs import Verb
from notices.models import NudgeChoice
from notices.nudges import wants


@transaction.atomic
def choose(*, person: AbstractBaseUser, wanted: bool, by: AbstractBaseUser | None, now: datetime) -> None:
    """Send ``person`` nudges from now on, or none. What they have chosen already is not written down again."""
    if wants(person) == wanted:
        return
    NudgeChoice.objects.create(person=person, wanted=wanted, at=now)
    record(Verb.NUDGES_WANTED if wanted else Verb.NUDGES_STOPPED, by=by, now=now, on=person, about=person)
