"""How an action writes down what it did: one line, in the action's own transaction."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from audit import request_id
from audit.many import insert
from audit.models import AuditEvent
from audit.verbs import Verb

DONE = AuditEvent.Outcome.DONE
REFUSED = AuditEvent.Outcome.REFUSED


def record(
    verb: Verb,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
    on: Model | tuple[str, object],
    about: AbstractBaseUser | None = None,
    scope: tuple[str, int] | None = None,
    role: str = "",
    outcome: AuditEvent.Outcome = DONE,
) -> AuditEvent:
    """Write one audit event: ``by`` did ``verb`` on ``on`` at ``now``.

    ``by`` is None where the portal itself acted. ``on`` is a saved row, or a pair
    (kind, id) where there is none, such as ``("url", "people:person-detail")``.
    ``about`` is the person whose record was touched, ``scope`` the (kind, id)
    within which it happened, ``role`` the grant under which. No value of any
    field is ever handed in: the record says that something changed, not to what.
    """
    if isinstance(on, Model):
        if on.pk is None:
            raise ValueError("Save the row first: an audit event names it by its id.")
        kind, row_id = on._meta.label_lower, on.pk
    else:
        kind, row_id = on
    scope_kind, scope_id = scope or ("", None)
    return AuditEvent.objects.create(
        verb=Verb(verb),
        at=now,
        actor_id=by.pk if by else None,
        role=role,
        object_kind=kind,
        object_id=str(row_id),
        about_person_id=about.pk if about else None,
        scope_kind=scope_kind,
        scope_id=scope_id,
        outcome=outcome,
        request_id=request_id.get(),
    )


def record_many(
    verb: Verb,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
    on: Iterable[Model],
    about: Callable[[Model], int | None] = lambda row: None,
    scope: tuple[str, int] | None = None,
) -> None:
    """Write one event for each of the saved rows ``on``, as ``record`` does, in a few statements.

    ``about`` gives the id of the person whom a row is about.
    """
    scope_kind, scope_id = scope or ("", None)
    insert(
        [
            AuditEvent(
                verb=Verb(verb),
                at=now,
                actor_id=by.pk if by else None,
                object_kind=row._meta.label_lower,
                object_id=str(row.pk),
                about_person_id=about(row),
                scope_kind=scope_kind,
                scope_id=scope_id,
                outcome=DONE,
                request_id=request_id.get(),
            )
            for row in on
        ]
    )
