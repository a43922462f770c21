"""Delivering what is owed: claim, write from current facts, send, mark. Each step is its own short transaction.

Nothing is locked while mail is under way; a lease on the row keeps others off.
A crash between sending and marking sends that one mail again, under the same
Message-ID: at least once, never lost. Claiming is in claims.py, what stands in
the way of a letter in notices/policies.py.
"""

import logging
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import BadHeaderError, EmailMessage
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from notices import digests, discreet, policies
from notices.actions.claims import Batch, give_back
from notices.kinds import Letter, Line, NoticeKind, Skip, Wait, registered
from notices.messages import message
from notices.models import MailPause, Notice
from notices.nudges import Foot, stop_address
from notices.policies import Hold
from notices.post import Never, NotNow, Post, ServerAway, Trouble, Undelivered

QUEUED_FOR = timedelta(minutes=5)  # a task that nobody ran by then is taken for lost
SOON = timedelta(minutes=1)  # a notice that waits is not looked at again before that
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480)]

# The one statement that every mail needs, and so plain SQL: Django took four times as long to compose it as the
# database to carry it out. What was sent was sent, even where the lease ran out meanwhile.
MARK_SENT = """
    UPDATE notices_notice
    SET state = 'sent', settled_at = %s, leased_until = NULL, queued_until = NULL, reason = '', trouble = ''
    WHERE state = 'owed' AND id IN ({ids})
"""

log = logging.getLogger(__name__)


@transaction.atomic
def expire(*, by: AbstractBaseUser | None, now: datetime) -> int:
    """Settle every waiting notice that would by now help nobody; return how many."""
    late = Notice.objects.waiting().filter(expires_at__lte=now)
    return late.filter(Q(leased_until=None) | Q(leased_until__lte=now)).update(
        state=Notice.State.EXPIRED, settled_at=now, leased_until=None, queued_until=None
    )


@transaction.atomic
def release(*, by: AbstractBaseUser | None, now: datetime) -> int:
    """Owe again what was held back for a pause that is over; return how many."""
    paused = MailPause.objects.live().filter(cohort_id=OuterRef("cohort_id"))
    held = Notice.objects.filter(~Exists(paused), state=Notice.State.HELD)
    return held.update(state=Notice.State.OWED, queued_until=None)


@transaction.atomic
def hand_out(*, notice_ids: Iterable[int], by: AbstractBaseUser | None, now: datetime) -> int:
    """Note that these were queued, so that the next sweep does not queue them again; return how many."""
    return Notice.objects.filter(pk__in=notice_ids, state=Notice.State.OWED).update(queued_until=now + QUEUED_FOR)


def deliver(
    *, notice_id: int, post: Post, batch: Batch | None = None, by: AbstractBaseUser | None, now: datetime
) -> bool:
    """Deliver one notice through ``post``, and with it whatever shares its mail; False where it is not to be taken.

    ``batch``: it is one of these, whose facts are read together.
    Safe twice, late and in parallel: whoever does not get the claim does nothing.
    Raises ServerAway, with the claim given back, where no mail can be sent at all.
    Must not run inside a transaction (RuntimeError): it would hold the database
    while mail is sent.
    """
    claimed = (batch or Batch([notice_id])).claim(notice_id=notice_id, by=by, now=now)
    going = _written(claimed, now)
    if not going:
        return bool(claimed)
    notices = [notice for notice, _ in going]
    try:
        post.send(_mail(going))
    except ServerAway:
        give_back(notices=notices, by=by, now=now)
        raise
    except Undelivered as fault:
        _undelivered(notices, now, fault)
    else:
        _mark_sent(notices, now)
    return True


def _written(claimed: list[Notice], now: datetime) -> list[tuple[Notice, Letter | Line]]:
    """Those of ``claimed`` that are to go: several as lines, one as its letter. The others are settled or put back."""
    as_lines = len(claimed) > 1 or any(notice.digest_id for notice in claimed)
    found = [(notice, _say(notice, now, as_line=as_lines)) for notice in claimed]
    going = [(notice, said) for notice, said in found if said is not None]
    if as_lines and len(going) == 1 and going[0][0].digest_id is None:
        [(notice, _)] = going
        letter = _say(notice, now, as_line=False)
        return [(notice, letter)] if letter else []
    if as_lines and going:
        _mark_as_digest([notice for notice, _ in going])
    return going


def _say(notice: Notice, now: datetime, *, as_line: bool) -> Letter | Line | None:
    """What the notice says now; None where it is not to go, which is then written down."""
    try:
        if notice.attempts > len(BACK_OFF) + 1:  # the process died each time, or it would have been settled
            raise Never("Given up: every attempt broke off.", Trouble.UNWRITTEN)
        kind = registered().get(notice.kind)
        if kind is None:
            raise Never(f"This portal knows no notice of the kind {notice.kind}.", Trouble.UNWRITTEN)
        said = policies.standing(notice, kind, now) or _words(notice, kind, now, as_line=as_line)
    except Undelivered as fault:
        _undelivered([notice], now, fault)
        return None
    if isinstance(said, Letter | Line):
        return said
    if isinstance(said, Skip):
        _settle(notice, Notice.State.SKIPPED, now, said.reason)
    elif isinstance(said, Hold):
        _put_back(notice, state=Notice.State.HELD, leased_until=None)
    else:
        _put_back(notice, leased_until=max(said.until, now + SOON), reason=_short(said.reason))
    return None


def _words(notice: Notice, kind: NoticeKind, now: datetime, *, as_line: bool) -> Letter | Line | Skip | Wait:
    if not notice.recipient.email:
        raise Never("This person has no e-mail address.", Trouble.NO_ADDRESS)
    try:
        return discreet.kept(kind.line(notice, now) if as_line else kind.render(notice, now), notice)
    except BadHeaderError as fault:
        raise Never("A header holds characters that mail does not allow.", Trouble.UNWRITTEN) from fault
    except Exception as fault:  # one kind's fault must not stop the others' mail
        log.exception("Notice %s could not be written", notice.pk)
        raise NotNow(f"The notice could not be written ({type(fault).__name__}).", Trouble.UNWRITTEN) from fault


def _mail(going: list[tuple[Notice, Letter | Line]]) -> EmailMessage:
    """One letter, or all the lines in one."""
    notices, said = [notice for notice, _ in going], [words for _, words in going]
    first, kinds = notices[0], registered()
    together = isinstance(said[0], Line)
    letter = digests.digest(notices, said) if together else said[0]
    is_nudge = any(kinds[notice.kind].nudge for notice in notices)
    return message(
        letter,
        to=first.recipient.email,
        message_id=first.digest_id if together else first.message_id,
        foot=Foot(stop_address(first.recipient_id)) if is_nudge else None,
    )


# Each of the following is one statement, which stands or falls by itself.


def _mark_as_digest(notices: list[Notice]) -> None:
    """Write down that these share a mail, and its id: sent again after a crash, it is the same one."""
    if notices[0].digest_id is None:
        digest_id = uuid.uuid5(notices[0].message_id, "digest")
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(digest_id=digest_id)
        for notice in notices:
            notice.digest_id = digest_id


def _mark_sent(notices: Sequence[Notice], now: datetime) -> None:
    ids = [notice.pk for notice in notices]
    with connection.cursor() as cursor:
        statement = MARK_SENT.format(ids=", ".join(["%s"] * len(ids)))
        cursor.execute(statement, [connection.ops.adapt_datetimefield_value(now), *ids])


def _settle(notice: Notice, state: Notice.State, now: datetime, reason: str, trouble: str = "") -> None:
    Notice.objects.held_for([notice]).update(
        state=state,
        settled_at=now,
        leased_until=None,
        queued_until=None,
        reason=_short(reason),
        trouble=trouble,
        **({"tried_at": now} if trouble else {}),
    )


def _undelivered(notices: Sequence[Notice], now: datetime, fault: Undelivered) -> None:
    """Stop where it is for good; else wait before the next attempt, longer each time, and at the end say so."""
    for notice in notices:
        if isinstance(fault, Never):
            _settle(notice, Notice.State.FAILED, now, str(fault), fault.trouble)
        elif notice.attempts > len(BACK_OFF):
            reason = f"Given up after {notice.attempts} attempts. {fault}"
            _settle(notice, Notice.State.FAILED, now, reason, fault.trouble)
        else:
            _put_off(notice, now, fault)


def _put_off(notice: Notice, now: datetime, fault: Undelivered) -> None:
    Notice.objects.held_for([notice]).update(
        leased_until=now + BACK_OFF[notice.attempts - 1],
        queued_until=None,
        reason=_short(str(fault)),
        trouble=fault.trouble,
        tried_at=now,
    )


def _put_back(notice: Notice, **waiting) -> None:
    """It is not to go yet. Nothing was tried, so no attempt counts."""
    Notice.objects.held_for([notice]).update(queued_until=None, digest_id=None, attempts=F("attempts") - 1, **waiting)


def _short(reason: str) -> str:
    return reason[: Notice._meta.get_field("reason").max_length]
