"""One letter for several notices to one person, each as a line of it."""

from collections.abc import Sequence

from notices.kinds import Letter, Line
from notices.letters import letter
from notices.models import Notice


def digest(notices: Sequence[Notice], lines: Sequence[Line]) -> Letter:
    """The letter that holds ``lines``, the one due first standing first."""
    together = sorted(zip(notices, lines, strict=True), key=lambda one: (one[0].due_at, one[0].pk))
    count = len(lines)
    return letter(
        "notices/mail/digest",
        subject="1 reminder" if count == 1 else f"{count} reminders",
        context={"given_name": notices[0].recipient.given_name, "lines": [line for _, line in together]},
    )
