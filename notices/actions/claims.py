"""Taking notices for delivery, so that of several workers the database lets one through.

A worker takes those that it sends next in one go, with what the policies ask of each:
taking and asking one by one took longer than sending. It holds them for as long as
those facts are fresh, then gives back what it has not begun and takes anew.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from notices import discreet, quiet
from notices.kinds import with_line
from notices.models import MailPause, Notice
from notices.nudges import latest_choice

LEASE = timedelta(minutes=5)  # longer than FRESH and the slowest send; notices/checks.py holds them together
FRESH = timedelta(seconds=2)  # facts older than that are read again: no more than a mail takes on its way


class Batch:
    """The notices of one task, in order. ``not_begun`` is what was taken ahead and is to be given back."""

    def __init__(self, notice_ids: Sequence[int]):
        self.notice_ids = list(notice_ids)
        self._taken: dict[int, Notice] = {}
        self._known: dict[int, Notice] = {}  # to be taken when their turn comes
        self._looked_at: frozenset[int] = frozenset()
        self._fresh_until: datetime | None = None

    @property
    def not_begun(self) -> list[Notice]:
        return list(self._taken.values())

    def claim(self, *, notice_id: int, by: AbstractBaseUser | None, now: datetime) -> list[Notice]:
        """Take the notice and whatever shares a mail with it; empty where it is not to be taken.

        Each comes with its recipient and ``is_paused``, ``wants_nudges``,
        ``had_one_today``. Must not run inside a transaction (RuntimeError).
        """
        if notice_id not in self._looked_at or now > self._fresh_until:
            self._take(notice_id, by, now)
        if notice := self._taken.pop(notice_id, None):
            return [notice]
        notice = self._known.pop(notice_id, None)
        return _take_in_turn(notice, now) if notice else []

    def _take(self, first: int, by: AbstractBaseUser | None, now: datetime) -> None:
        """Take those from ``first`` on that are to be sent for the first time, each in a mail of its own."""
        start = self.notice_ids.index(first)
        ids = self.notice_ids[start:]
        with transaction.atomic(durable=True):  # inside another transaction no claim would hold
            give_back(notices=self.not_begun, by=by, now=now)
            found = _locked(Notice.objects.filter(pk__in=ids), now)
            sharing = _sharing({one.recipient_id for one in found if one.kind in with_line()}, now)
            # One that broke off before is taken by itself: what ends a worker must not count against its neighbours.
            taken = [one for one in found if not (one.attempts or one.digest_id or one.recipient_id in sharing)]
            _lease(taken, now)
        self._taken = {one.pk: one for one in taken}
        self._known = {one.pk: one for one in found if one.pk not in self._taken}
        self._looked_at, self._fresh_until = frozenset(ids), now + FRESH


def give_back(*, notices: Sequence[Notice], by: AbstractBaseUser | None, now: datetime) -> None:
    """Undo the claim: nothing was tried. They stay handed out until the sweep comes round again."""
    if notices:
        Notice.objects.held_for(notices).update(leased_until=None, attempts=F("attempts") - 1)


def _take_in_turn(notice: Notice, now: datetime) -> list[Notice]:
    """Take it and all that shares its mail, where it is still free."""
    rows = Q(pk=notice.pk)
    if notice.kind in with_line():
        # What was in the same mail before, of which nobody knows whether it went; or whatever was in none yet.
        rows = Q(recipient=notice.recipient_id, kind__in=with_line(), digest_id=notice.digest_id)
    with transaction.atomic(durable=True):
        found = _locked(Notice.objects.filter(rows), now)
        if notice not in found:
            return []
        _lease(found, now)
    return found


def _locked(notices, now: datetime) -> list[Notice]:
    """Those of ``notices`` that are to be sent, locked, in order of id: two workers with the same wait, not stick."""
    still_helps = Q(expires_at=None) | Q(expires_at__gt=now)
    found = _with_facts(notices.due(now=now).filter(still_helps), now)
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def _with_facts(notices, now: datetime):
    """``notices`` with what the policies ask of each."""
    today = Notice.objects.filter(state=Notice.State.SENT, settled_at__gte=quiet.midnight(now), kind__in=with_line())
    return notices.select_related("recipient").annotate(
        is_discreet=discreet.expression(),
        is_paused=Exists(MailPause.objects.live().filter(cohort_id=OuterRef("cohort_id"))),
        wants_nudges=latest_choice("recipient"),
        had_one_today=Exists(today.filter(recipient=OuterRef("recipient"))),
    )


def _sharing(recipients: set[int], now: datetime) -> set[int]:
    """Those of ``recipients`` who have more than one due that may share a mail."""
    due = Notice.objects.due(now=now).filter(recipient__in=recipients, kind__in=with_line()).order_by()
    return {person for person, many in Counter(due.values_list("recipient", flat=True)).items() if many > 1}


def _lease(notices: list[Notice], now: datetime) -> None:
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(
        leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    for one in notices:
        one.leased_until, one.attempts = now + LEASE, one.attempts + 1
