"""Taking notices for delivery: by one conditional update, so that of several workers the database lets one through."""

from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from notices import quiet
from notices.kinds import with_line
from notices.models import MailPause, Notice
from notices.nudges import latest_choice

LEASE = timedelta(minutes=5)  # longer than the slowest send; notices/checks.py holds the two together


def claim(*, notice_id: int, by: AbstractBaseUser | None, now: datetime) -> list[Notice]:
    """Take the notice and whatever shares a mail with it; empty where it is not to be taken.

    Each comes with its recipient and what the policies ask of it: ``is_paused``,
    ``wants_nudges``, ``had_one_today``. Must not run inside a transaction.
    """
    notice = _with_facts(Notice.objects.filter(pk=notice_id), now).first()
    if notice is None:
        return []
    free = Notice.objects.due(now=now).filter(Q(expires_at=None) | Q(expires_at__gt=now))
    with transaction.atomic(durable=True):
        claimed = [notice]
        if notice.kind in with_line():
            # All at once and in order of id: two workers with one of them each cannot send two mails.
            together = _with_facts(free.filter(_shares_a_mail_with(notice)), now)
            claimed = list(together.select_for_update(of=("self",)).order_by("pk"))
            if notice not in claimed:
                return []
        taken = free.filter(pk__in=[one.pk for one in claimed]).update(
            leased_until=now + LEASE, attempts=F("attempts") + 1
        )
    for one in claimed:
        one.leased_until, one.attempts = now + LEASE, one.attempts + 1
    return claimed if taken else []


def _shares_a_mail_with(notice: Notice) -> Q:
    """What was in the same mail before, of which nobody knows whether it went; or whatever was in none yet."""
    return Q(recipient=notice.recipient_id, kind__in=with_line(), digest_id=notice.digest_id)


def _with_facts(notices, now: datetime):
    today = Notice.objects.filter(state=Notice.State.SENT, settled_at__gte=quiet.midnight(now), kind__in=with_line())
    return notices.select_related("recipient").annotate(
        is_paused=Exists(MailPause.objects.live().filter(cohort_id=OuterRef("cohort_id"))),
        wants_nudges=latest_choice("recipient"),
        had_one_today=Exists(today.filter(recipient=OuterRef("recipient"))),
    )
