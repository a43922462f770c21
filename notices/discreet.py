"""What goes out in place of a letter where nobody but the recipient may learn that they take part.

Mail is read by assistants, shown on locked screens and synced to places that are
not ours. To which cohorts this applies a room above says: its expression over
notices is part of the query by which they are claimed.
"""

from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.db.models import BooleanField, Value

from notices.kinds import Letter, Line
from notices.letters import letter
from notices.models import Notice

SUBJECT = "Something waits for you"

_rules: list[Callable] = []


def register(rule: Callable) -> None:
    """``rule()`` is an Exists over Notice (``OuterRef("cohort_id")``) that holds where its letter may say nothing.
    One room knows of cohorts, so there is one rule."""
    _rules[:] = [rule]


def expression():
    """Whether a notice is to be discreet, for an annotation."""
    return _rules[0]() if _rules else Value(False, output_field=BooleanField())


def in_place_of(said: Letter | Line, given_name: str) -> Letter | Line:
    """The same mail without a word of what it is about; an invitation for the calendar stays with it."""
    if isinstance(said, Line):
        return Line(f"{SUBJECT}.", settings.PORTAL_ADDRESS)
    neutral = letter("notices/mail/discreet", subject=SUBJECT, context={"given_name": given_name})
    return replace(neutral, attachments=said.attachments)


def kept(said, notice: Notice):
    """``said`` as it may go out for ``notice``, claimed with ``is_discreet``."""
    if notice.is_discreet and isinstance(said, Letter | Line):
        return in_place_of(said, notice.recipient.given_name)
    return said
