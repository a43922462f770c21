"""Delivering what is owed: claim, write from current facts, send, mark. Each step is its own short transaction.

Nothing is locked while mail is under way; a lease on the row keeps others off.
A crash between sending and marking sends that one notice again, under the same
Message-ID: at least once, never lost.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import BadHeaderError
from django.db import transaction
from django.db.models import F, Q

from notices.kinds import Letter, Skip, Wait, registered
from notices.messages import message
from notices.models import Notice
from notices.post import Never, NotNow, Post, ServerAway

LEASE = timedelta(minutes=5)  # longer than the slowest send; notices/checks.py holds the two together
QUEUED_FOR = timedelta(minutes=5)  # a task that nobody ran by then is taken for lost
SOON = timedelta(minutes=1)  # a notice that waits is not looked at again before that
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480)]

log = logging.getLogger(__name__)


@transaction.atomic
def expire(*, by: AbstractBaseUser | None, now: datetime) -> int:
    """Settle every waiting notice that would by now help nobody; return how many."""
    late = Notice.objects.filter(state=Notice.State.OWED, expires_at__lte=now)
    return late.filter(Q(leased_until=None) | Q(leased_until__lte=now)).update(
        state=Notice.State.EXPIRED, settled_at=now, leased_until=None, queued_until=None
    )


@transaction.atomic
def hand_out(*, notice_ids: Iterable[int], by: AbstractBaseUser | None, now: datetime) -> int:
    """Note that these were queued, so that the next sweep does not queue them again; return how many."""
    return Notice.objects.filter(pk__in=notice_ids, state=Notice.State.OWED).update(queued_until=now + QUEUED_FOR)


def deliver(*, notice_id: int, post: Post, by: AbstractBaseUser | None, now: datetime) -> Notice | None:
    """Deliver one notice through ``post``; return it as it then stands, or None where it is not to be taken.

    Safe twice, late and in parallel: whoever does not get the claim does nothing.
    Raises ServerAway, with the claim given back, where no mail can be sent at all.
    Must not run inside a transaction (RuntimeError): it would hold the database
    while mail is sent.
    """
    notice = _claim(notice_id=notice_id, now=now)
    if notice is None:
        return None
    if notice.attempts > len(BACK_OFF) + 1:  # the process died each time, or it would have been settled
        return _settle(notice, Notice.State.FAILED, now, "Given up: every attempt broke off.")
    try:
        letter = _letter(notice, now)
        if isinstance(letter, Skip):
            return _settle(notice, Notice.State.SKIPPED, now, letter.reason)
        if isinstance(letter, Wait):
            return _wait(notice, now, letter)
        post.send(message(letter, to=notice.recipient.email, message_id=notice.message_id))
    except ServerAway:
        _give_back(notice)
        raise
    except Never as fault:
        return _settle(notice, Notice.State.FAILED, now, str(fault))
    except NotNow as fault:
        return _put_off(notice, now, str(fault))
    return _settle(notice, Notice.State.SENT, now)


def _claim(*, notice_id: int, now: datetime) -> Notice | None:
    """Take the lease by one conditional update: of several at once, the database lets one through."""
    with transaction.atomic(durable=True):
        taken = (
            Notice.objects.due(now=now)
            .filter(Q(expires_at=None) | Q(expires_at__gt=now), pk=notice_id)
            .update(leased_until=now + LEASE, attempts=F("attempts") + 1)
        )
    return Notice.objects.select_related("recipient").get(pk=notice_id) if taken else None


def _letter(notice: Notice, now: datetime) -> Letter | Skip | Wait:
    """What the notice says now, or why it is not needed; Never and NotNow where it cannot be written."""
    kind = registered().get(notice.kind)
    if kind is None:
        raise Never(f"This portal knows no notice of the kind {notice.kind}.")
    if not (notice.recipient.is_active or kind.reaches_leavers):
        return Skip("This person has left.")
    if not notice.recipient.email:
        raise Never("This person has no e-mail address.")
    try:
        return kind.render(notice, now)
    except BadHeaderError as fault:
        raise Never("A header holds characters that mail does not allow.") from fault
    except Exception as fault:  # one kind's fault must not stop the others' mail
        log.exception("Notice %s could not be written", notice.pk)
        raise NotNow(f"The notice could not be written ({type(fault).__name__}).") from fault


@transaction.atomic
def _settle(notice: Notice, state: Notice.State, now: datetime, reason: str = "") -> Notice:
    rows = Notice.objects.filter(pk=notice.pk, state=Notice.State.OWED)
    if state != Notice.State.SENT:  # what was sent was sent, even where the lease ran out meanwhile
        rows = rows.filter(leased_until=notice.leased_until)
    rows.update(state=state, settled_at=now, leased_until=None, queued_until=None, reason=_short(reason))
    notice.refresh_from_db()
    return notice


@transaction.atomic
def _put_off(notice: Notice, now: datetime, reason: str) -> Notice:
    """Wait before the next attempt, longer each time; at the end say so and stop."""
    if notice.attempts > len(BACK_OFF):
        return _settle(notice, Notice.State.FAILED, now, f"Given up after {notice.attempts} attempts. {reason}")
    Notice.objects.filter(pk=notice.pk, state=Notice.State.OWED, leased_until=notice.leased_until).update(
        leased_until=now + BACK_OFF[notice.attempts - 1], queued_until=None, reason=_short(reason)
    )
    notice.refresh_from_db()
    return notice


@transaction.atomic
def _give_back(notice: Notice) -> None:
    """Undo the claim: nothing was tried. It stays handed out until the sweep comes round again."""
    Notice.objects.filter(pk=notice.pk, state=Notice.State.OWED, leased_until=notice.leased_until).update(
        leased_until=None, attempts=F("attempts") - 1
    )


@transaction.atomic
def _wait(notice: Notice, now: datetime, wait: Wait) -> Notice:
    """Put it back until it may go. Nothing was tried, so no attempt counts."""
    Notice.objects.filter(pk=notice.pk, state=Notice.State.OWED, leased_until=notice.leased_until).update(
        leased_until=max(wait.until, now + SOON),
        queued_until=None,
        attempts=F("attempts") - 1,
        reason=_short(wait.reason),
    )
    notice.refresh_from_db()
    return notice


def _short(reason: str) -> str:
    return reason[: Notice._meta.get_field("reason").max_length]
