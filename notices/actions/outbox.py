"""Owing a message, and trying one again that could not be sent. Delivering is delivery.py's."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.belonging import cohorts_of
from notices.kinds import NoticeKind, registered
from notices.models import Notice

BATCH = 500  # rows a statement


@transaction.atomic
def owe(
    *,
    kind: str,
    key: str,
    recipient: AbstractBaseUser,
    about: dict[str, int | str | UUID],
    due_at: datetime,
    expires_at: datetime | None = None,
    by: AbstractBaseUser | None,
    now: datetime,
) -> Notice:
    """Owe ``recipient`` one notice of ``kind`` at ``due_at``; the same ``key`` again owes nothing more.

    Call it inside the action that is the cause, so that the two stand or fall
    together. ``key`` names the cause and the recipient, such as
    ``"match-published:12:mentor:7"``. ``about`` holds ids only: the letter is
    written from current facts when it is due. Without ``expires_at`` it helps for as
    long as its kind says. ValueError on an unknown kind, on anything but ids, and on
    a key that someone else's notice already has.
    """
    known = _kind(kind)
    if not all(isinstance(value, int | str | UUID) for value in about.values()):
        raise ValueError("A notice is about ids, not things: its letter is written when it is due.")
    notice, _ = Notice.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "recipient": recipient,
            "about": {name: str(value) if isinstance(value, UUID) else value for name, value in about.items()},
            "cohort_id": cohorts_of([about])[0],
            "due_at": due_at,
            "expires_at": expires_at or _end_of_help(known, due_at),
            "owed_by": by,
            "owed_at": now,
        },
    )
    if (notice.kind, notice.recipient_id) != (kind, recipient.pk):
        raise ValueError(f"The key {key} is taken by another notice; name the recipient in it.")
    return notice


@transaction.atomic
def owe_many(
    *,
    kind: str,
    owed: Iterable[tuple[str, AbstractBaseUser | int, dict[str, int | str]]],
    due_at: datetime,
    expires_at: datetime | None = None,
    by: AbstractBaseUser | None,
    now: datetime,
) -> None:
    """Owe many people a notice of one ``kind`` each, as ``owe`` does, in a few statements.

    ``owed``: key, recipient (or their id) and what it is about. A key that is there already owes nothing more.
    """
    expires_at = expires_at or _end_of_help(_kind(kind), due_at)
    owed = list(owed)
    cohorts = cohorts_of(about for _, _, about in owed)
    Notice.objects.bulk_create(
        [
            Notice(
                key=key,
                kind=kind,
                recipient_id=getattr(recipient, "pk", recipient),
                about=about,
                cohort_id=cohort,
                due_at=due_at,
                expires_at=expires_at,
                owed_by=by,
                owed_at=now,
            )
            for (key, recipient, about), cohort in zip(owed, cohorts, strict=True)
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


@transaction.atomic
def retry(*, notice: Notice, by: AbstractBaseUser | None, now: datetime) -> Notice:
    """Put a notice that could not be sent back among those owed, due at once.

    Refused where it did not fail, or where it would by now help nobody.
    """
    if notice.expires_at and notice.expires_at <= now:
        raise Refused("This notice is too old to help. It was not sent again.")
    revived = Notice.objects.filter(pk=notice.pk, state=Notice.State.FAILED).update(
        state=Notice.State.OWED,
        attempts=0,
        queued_until=None,
        leased_until=None,
        settled_at=None,
        digest_id=None,
        trouble="",
        reason="",
    )
    if not revived:
        raise Refused("Only a notice that could not be sent can be tried again.")
    record(Verb.NOTICE_RETRIED, by=by, now=now, on=notice, about=notice.recipient)
    notice.refresh_from_db()
    return notice


def _kind(name: str) -> NoticeKind:
    try:
        return registered()[name]
    except KeyError:
        raise ValueError(f"There is no notice kind {name}.") from None


def _end_of_help(kind: NoticeKind, due_at: datetime) -> datetime | None:
    return due_at + kind.helps_for if kind.helps_for else None
