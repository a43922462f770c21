"""Taking notices for delivery: by one conditional update, so that of several workers the database lets one through.

What the policies ask of a notice is read for several at once, since asking for each
by itself took longer than sending it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from notices import quiet
from notices.kinds import with_line
from notices.models import MailPause, Notice
from notices.nudges import latest_choice

LEASE = timedelta(minutes=5)  # longer than the slowest send; notices/checks.py holds the two together
AT_ONCE = 25  # notices whose facts are read together
FRESH = timedelta(seconds=2)  # facts older than that are read again: no more than a mail takes on its way


class Batch:
    """The notices of one task, in order, with what the policies ask of each as it was at most ``FRESH`` ago."""

    def __init__(self, notice_ids: Sequence[int]):
        self.notice_ids = list(notice_ids)
        self._known: dict[int, Notice] = {}
        self._shared: set[int] = set()  # the recipients who have more than this one due that may share a mail
        self._read_at: datetime | None = None

    def claim(self, *, notice_id: int, by: AbstractBaseUser | None, now: datetime) -> list[Notice]:
        """Take the notice and whatever shares a mail with it; empty where it is not to be taken.

        Each comes with its recipient and ``is_paused``, ``wants_nudges``,
        ``had_one_today``. Must not run inside a transaction.
        """
        if notice_id not in self._known or now - self._read_at > FRESH:
            self._read(notice_id, now)
        notice = self._known.pop(notice_id, None)
        if notice is None or not _is_free(notice, now):
            return []
        if notice.kind in with_line() and (notice.digest_id or notice.recipient_id in self._shared):
            return _claim_together(notice, now)
        return [notice] if _claim_alone(notice, now) else []

    def _read(self, first: int, now: datetime) -> None:
        start = self.notice_ids.index(first)
        ids = self.notice_ids[start : start + AT_ONCE]
        with transaction.atomic(durable=True):  # for the refusal alone: inside a transaction no claim would hold
            self._known = {one.pk: one for one in _with_facts(Notice.objects.filter(pk__in=ids).order_by(), now)}
        recipients = {one.recipient_id for one in self._known.values() if one.kind in with_line()}
        due = Notice.objects.due(now=now).filter(recipient__in=recipients, kind__in=with_line()).order_by()
        self._shared = {person for person, many in Counter(due.values_list("recipient", flat=True)).items() if many > 1}
        self._read_at = now


def _is_free(notice: Notice, now: datetime) -> bool:
    return (
        notice.state == Notice.State.OWED
        and notice.due_at <= now
        and (notice.leased_until is None or notice.leased_until <= now)
        and (notice.expires_at is None or notice.expires_at > now)
    )


def _claim_alone(notice: Notice, now: datetime) -> bool:
    """Take it where nobody has touched it since it was read."""
    untouched = Notice.objects.order_by().filter(
        pk=notice.pk, state=Notice.State.OWED, leased_until=notice.leased_until, attempts=notice.attempts
    )
    taken = untouched.update(leased_until=now + LEASE, attempts=notice.attempts + 1)
    notice.leased_until, notice.attempts = now + LEASE, notice.attempts + 1
    return bool(taken)


def _claim_together(notice: Notice, now: datetime) -> list[Notice]:
    """Take all that shares its mail at once, in order of id: two workers with one of them each send one mail."""
    free = Notice.objects.due(now=now).filter(
        # What was in the same mail before, of which nobody knows whether it went; or whatever was in none yet.
        Q(expires_at=None) | Q(expires_at__gt=now),
        recipient=notice.recipient_id,
        kind__in=with_line(),
        digest_id=notice.digest_id,
    )
    with transaction.atomic(durable=True):
        claimed = list(_with_facts(free, now).select_for_update(of=("self",)).order_by("pk"))
        if notice not in claimed:
            return []
        Notice.objects.filter(pk__in=[one.pk for one in claimed]).update(
            leased_until=now + LEASE, attempts=F("attempts") + 1
        )
    for one in claimed:
        one.leased_until, one.attempts = now + LEASE, one.attempts + 1
    return claimed


def _with_facts(notices, now: datetime):
    today = Notice.objects.filter(state=Notice.State.SENT, settled_at__gte=quiet.midnight(now), kind__in=with_line())
    return notices.select_related("recipient").annotate(
        is_paused=Exists(MailPause.objects.live().filter(cohort_id=OuterRef("cohort_id"))),
        wants_nudges=latest_choice("recipient"),
        had_one_today=Exists(today.filter(recipient=OuterRef("recipient"))),
    )
