"""The registry of notice kinds. Rooms above register theirs in ``AppConfig.ready``.

A kind knows how to write its letter from the facts of the moment, and whether it
is still true. How a letter is delivered does not belong here.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.mail import BadHeaderError

from notices.models import Notice


@dataclass(frozen=True)
class Letter:
    """What is sent: a subject of one line, the text, and the same as HTML where there is one.

    A mail goes through systems that are not ours: it holds no confidential data,
    only what happened and a link.
    """

    subject: str
    text: str
    html: str | None = None

    def __post_init__(self):
        if not self.subject.strip():
            raise ValueError("A letter needs a subject.")
        if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in self.subject):
            raise BadHeaderError("The subject of a letter must be one line without control characters.")


@dataclass(frozen=True)
class Skip:
    """The notice is not needed any more; ``reason`` is kept and shown to administrators."""

    reason: str


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice.

    ``name``: kebab-case, kept in rows, so never renamed. ``label``: what
    administrators read. ``render(notice, now)``: the letter from current facts,
    or Skip with the reason why it is not needed any more. ``reaches_leavers``: it is
    sent also to somebody whose account is closed, because it tells them of that.
    """

    name: str
    label: str
    render: Callable[[Notice, datetime], Letter | Skip]
    reaches_leavers: bool = False


_kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> None:
    """Make ``kind`` known. ValueError where another kind has its name."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"There is already a notice kind {kind.name}.")


def registered() -> dict[str, NoticeKind]:
    """Every known kind by its name."""
    return dict(_kinds)
