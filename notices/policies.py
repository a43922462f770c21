"""What stands between a notice that is due and its letter: has the person left, is it night, is the mail paused?

Whether the notice is still true is its kind's to say.
"""

from dataclasses import dataclass
from datetime import datetime

from notices import quiet
from notices.kinds import NoticeKind, Skip, Wait
from notices.models import Notice


@dataclass(frozen=True)
class Hold:
    """The mail of its cohort is paused: it waits until a lead lets it go on."""


def standing(notice: Notice, kind: NoticeKind, now: datetime) -> Skip | Wait | Hold | None:
    """What is to become of ``notice``, as claimed; None where nothing is in its way."""
    if not (notice.recipient.is_active or kind.reaches_leavers):
        return Skip("This person has left.")
    if kind.nudge and notice.wants_nudges is False:
        return Skip("This person wants no reminders.")
    if notice.is_paused and not kind.past_pauses:
        return Hold()
    if kind.waits_for_morning and (morning := quiet.ends_at(now)):
        return Wait(morning, "Reminders wait until quiet hours are over.")
    if kind.line and notice.had_one_today and not notice.digest_id:
        morning = quiet.next_morning(now)
        if notice.expires_at is None or morning < notice.expires_at:
            return Wait(morning, "This person had reminders today; it goes with tomorrow's.")
    return None
