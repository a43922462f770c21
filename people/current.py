"""The scopes that the person of the current request holds, for conditions that many queries of one page share.

Asked for the same person at the same moment, a queryset then names a few ids
where it would nest the same look at the grants a dozen times. Outside a request,
or for anybody else, nothing is remembered: the grants are part of the query.
"""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime

_access = ContextVar("people.current.access", default=None)

remember = _access.set  # an Access, or None; returns the token for ``forget``
forget = _access.reset


def scopes_held(viewer, *, role: str, kind: str, now: datetime) -> list[int] | None:
    """Over which scopes of ``kind`` the viewer holds ``role``, sorted; None where that has to be asked."""
    access = _of(viewer, now)
    return None if access is None else sorted(access.scope_ids(role, kind))


def manages_people(viewer, *, now: datetime) -> bool | None:
    """Whether a viewer who holds a role is a line manager; None where that has to be asked."""
    access = _of(viewer, now)
    return None if access is None else access.manages_people


def once(viewer, question: str, ask: Callable[[], object], *, now: datetime):
    """What ``ask`` answers; for the person of the current request only the first who asks the question does."""
    access = _of(viewer, now)
    return ask() if access is None else access.once(question, ask)


def _of(viewer, now: datetime):
    """What the viewer may do at ``now``, where they are the person of the current request."""
    access = _access.get()
    if access is None or access.now != now or access.person.pk is None or access.person.pk != viewer.pk:
        return None
    return access
