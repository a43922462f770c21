"""Referring somebody to a programme: they are asked, and nobody hears what they answer."""

from datetime import datetime

from django.db import transaction

from audit.refusal import Refused
from people.models import Person
from programmes import mentoring_models
from programmes.actions import joining
from programmes.models import Cohort, Side
from programmes.referrals import may_refer


@transaction.atomic
def refer(*, cohort: Cohort, person: Person, by: Person, now: datetime) -> None:
    """Have ``person`` asked whether they want to take part; the mail does not say by whom.

    Refused where the programme takes no referrals, and for somebody whom ``by``
    neither manages nor supervises. Somebody who takes part already, or cannot be
    asked, is left in peace, and ``by`` is not told so.
    """
    if not (mentoring_models.of(cohort.programme).referral and cohort.is_open):
        raise Refused("This programme takes no referrals.")
    if not may_refer(cohort, by, now=now).filter(pk=person.pk).exists():
        raise Refused("You can refer people whom you manage or supervise.")
    there = cohort.enrolments.filter(person=person, side=Side.MENTEE).first()
    if person.email and (there is None or there.state not in (there.State.ENROLLED, there.State.DECLINED)):
        joining.ask(cohort=cohort, person=person, side=Side.MENTEE, by=by, now=now)
