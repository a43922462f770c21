"""What a person says of their own hours, and asking for a word between sessions."""

from collections.abc import Iterable
from datetime import datetime, time
from itertools import pairwise

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes.models import Relationship
from sessions_log.models import HoursException, OpenHours, PreferredChannel, WordRequest

WORD = "word-wanted"  # the kind of notice


@transaction.atomic
def open_weekly(*, hours: Iterable[tuple[int, time, time]], by: Person, now: datetime) -> None:
    """Keep the hours that ``by`` opens every week, in place of those before: weekday (0 is Monday), from, to."""
    rows = [OpenHours(person=by, weekday=day, starts_at=start, ends_at=end) for day, start, end in sorted(hours)]
    for one, two in pairwise(rows):
        if one.weekday == two.weekday and two.starts_at < one.ends_at:
            raise Refused("Two of these times overlap. Make them one.")
    if any(row.ends_at <= row.starts_at for row in rows):
        raise Refused("A time ends before it begins. For a night shift, add it as a time that is not as usual.")
    OpenHours.objects.filter(person=by).delete()
    OpenHours.objects.bulk_create(rows)
    record(Verb.HOURS_CHANGED, by=by, now=now, on=by)


@transaction.atomic
def add_exception(
    *, starts_at: datetime, ends_at: datetime, is_open: bool, by: Person, now: datetime
) -> HoursException:
    """Keep that ``by`` can be booked besides the weekly hours, or cannot be booked, from one moment to another."""
    if ends_at <= starts_at:
        raise Refused("The end is not after the beginning.")
    if ends_at <= now:
        raise Refused("That time has passed.")
    exception = HoursException.objects.create(person=by, starts_at=starts_at, ends_at=ends_at, is_open=is_open)
    record(Verb.HOURS_CHANGED, by=by, now=now, on=by)
    return exception


@transaction.atomic
def remove_exception(*, exception: HoursException, by: Person, now: datetime) -> None:
    """Take away what ``by`` had said was different. Refused for somebody else's hours."""
    if exception.person_id != by.pk:
        raise Refused("These are somebody else's hours.")
    HoursException.objects.filter(pk=exception.pk).delete()
    record(Verb.HOURS_CHANGED, by=by, now=now, on=by)


@transaction.atomic
def prefer(*, mode: str, by: Person, now: datetime) -> None:
    """Keep how ``by`` likes to be reached between sessions; an empty ``mode``: they do not mind."""
    if not mode:
        PreferredChannel.objects.filter(person=by).delete()
        return
    PreferredChannel.objects.update_or_create(person=by, defaults={"mode": mode})


@transaction.atomic
def ask_for_a_word(*, relationship: Relationship, of: Person, by: Person, now: datetime) -> WordRequest:
    """Let ``of`` know that ``by`` would like a word. Asking again while the first stands changes nothing."""
    if relationship.state not in (Relationship.State.LIVE, Relationship.State.INTRODUCTION):
        raise Refused("This is paused or has ended, so nobody is asked.")
    request, is_new = WordRequest.objects.get_or_create(
        relationship=relationship, asked_by=by, asked_of=of, done_at=None, defaults={"asked_at": now}
    )
    if is_new:
        record(Verb.WORD_ASKED, by=by, now=now, on=request, scope=("cohort", relationship.cohort_id))
        outbox.owe(
            kind=WORD,
            key=f"{WORD}:{request.pk}:{of.pk}",
            recipient=of,
            about={"request": request.pk},
            due_at=now,
            by=by,
            now=now,
        )
    return request


@transaction.atomic
def had_a_word(*, request: WordRequest, by: Person, now: datetime) -> None:
    """Either of the two says that it is done: the request is gone from both their pages."""
    if by.pk not in (request.asked_by_id, request.asked_of_id):
        raise Refused("This was asked of somebody else.")
    WordRequest.objects.filter(pk=request.pk, done_at=None).update(done_at=now)
