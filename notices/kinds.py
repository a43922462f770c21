"""The registry of notice kinds. Rooms above register theirs in ``AppConfig.ready``.

A kind knows how to write its letter from the facts of the moment, and whether it
is still true. How a letter is delivered does not belong here.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import BadHeaderError

from notices.models import Notice


def _ends_a_line(character: str) -> bool:
    """Whether mail might take it for the end of a header's line; email.header does so of more than CR and LF."""
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")


def _one_line(text: str) -> str:
    return " ".join("".join(" " if _ends_a_line(one) else one for one in text).split())


def _refuse_lines(text: str, what: str) -> None:
    if any(map(_ends_a_line, text)):
        raise BadHeaderError(f"{what} must be one line without control characters.")


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter: its name, its bytes and what it is.

    A ``mime_type`` of ``text/calendar; method=REQUEST`` (or another method) makes it
    an invitation: it goes as an alternative to the text as well, where mail programs
    look for one. Its content is UTF-8 with CRLF, as RFC 5545 wants it.
    """

    name: str
    content: bytes
    mime_type: str

    def __post_init__(self):
        _refuse_lines(self.name, "The name of an attachment")
        _refuse_lines(self.mime_type, "The type of an attachment")
        if self.mime_type.count("/") != 1:
            raise ValueError(f"{self.mime_type!r} is no MIME type.")

    @property
    def is_invitation(self) -> bool:
        kind, *parameters = (part.strip().lower() for part in self.mime_type.split(";"))
        return kind == "text/calendar" and any(one.startswith("method=") for one in parameters)


@dataclass(frozen=True)
class Letter:
    """What is sent: a subject, the text, and the same as HTML where there is one.

    Subjects hold names that people typed: whatever would end the line becomes a space, so that no mail is lost by it.
    A mail goes through systems that are not ours: it holds no confidential data,
    only what happened and a link.
    """

    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self):
        subject = _one_line(self.subject)
        if not subject:
            raise ValueError("A letter needs a subject.")
        object.__setattr__(self, "subject", subject)


@dataclass(frozen=True)
class Skip:
    """The notice is not needed any more; ``reason`` is kept and shown to administrators."""

    reason: str


@dataclass(frozen=True)
class Wait:
    """The notice is still true but not now: it is looked at again at ``until``. No attempt is counted."""

    until: datetime
    reason: str


@dataclass(frozen=True)
class Line:
    """How a notice reads in a mail that holds several: one sentence, and the page that it is about."""

    text: str
    link: str


NUDGES_HELP_FOR = timedelta(days=14)


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice.

    ``name``: kebab-case, kept in rows, so never renamed. ``label``: what
    administrators and leads read. ``render(notice, now)``: the letter from current
    facts, Skip with the reason why it is not needed any more, or Wait until when it
    is not to go yet. ``reaches_leavers``: it is sent also to somebody whose account
    is closed, because it tells them of that.

    ``nudge``: a friendly reminder, nothing owed, so that one may unsubscribe from it.
    ``line(notice, now)``: how it reads in a digest, with the same Skip and Wait as
    ``render``. What has a line shares one mail with whatever else the same person is
    sent that has one, at most one such mail a day: what falls due after it goes the
    next morning. For a weekly digest, let everything fall due on one morning. Nudges,
    and whatever has a line, wait for quiet hours to end.

    ``helps_for``: how long after it was due it is still worth sending; by default a
    nudge two weeks, anything else for good. ``past_pauses``: it goes out although the
    cohort's mail is paused: for what leads must know at once.

    ``preview(cohort, now)``: the letter as this cohort's people would get it, about
    people made up; None where its programme never sends it. Without it the kind
    belongs to no programme.
    """

    name: str
    label: str
    render: Callable[[Notice, datetime], Letter | Skip | Wait]
    reaches_leavers: bool = False
    nudge: bool = False
    line: Callable[[Notice, datetime], Line | Skip | Wait] | None = None
    helps_for: timedelta | None = None
    past_pauses: bool = False
    preview: Callable[[Any, datetime], Letter | None] | None = None

    def __post_init__(self):
        if self.nudge and self.helps_for is None:
            object.__setattr__(self, "helps_for", NUDGES_HELP_FOR)

    @property
    def waits_for_morning(self) -> bool:
        return self.nudge or self.line is not None


_kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> None:
    """Make ``kind`` known. ValueError where another kind has its name."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"There is already a notice kind {kind.name}.")


def registered() -> dict[str, NoticeKind]:
    """Every known kind by its name."""
    return dict(_kinds)


def with_line() -> list[str]:
    """The names of the kinds that may share one mail."""
    return [kind.name for kind in _kinds.values() if kind.line is not None]
