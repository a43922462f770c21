"""This room's part when two records of one person are made one; see people/merge_steps.py."""

from datetime import datetime

from django.db import transaction

from audit.refusal import Refused
from people.merging import TWO_PEOPLE
from people.models import Person
from programmes.models import Enrolment, Hope, Listing, Member, MentorRequest, Nomination

# The state that holds where both took part in one cohort on one side, strongest first.
STRENGTH = [Enrolment.State.ENROLLED, Enrolment.State.OFFERED, Enrolment.State.WITHDRAWN, Enrolment.State.DECLINED]


@transaction.atomic
def merge(*, kept: Person, gone: Person, by: Person | None, now: datetime) -> None:
    """Pass enrolments and memberships from ``gone`` to ``kept``.

    Where both are enrolled in one cohort on one side, one enrolment goes on: it
    takes what both hoped for, the other's places, the stronger state and the longer wait, and has as
    many places as are taken where the model would allow fewer; the lead sees that.
    The other stays with the signpost, withdrawn and empty. Refused where both are of one relationship, also where the
    page could not say so (people_pages.obstacles).
    """
    if Member.objects.filter(person=gone, relationship__members__person=kept).exists():
        raise Refused(TWO_PEOPLE)
    own = {(row.cohort_id, row.side): row for row in Enrolment.objects.select_for_update().filter(person=kept)}
    for theirs in Enrolment.objects.select_for_update().filter(person=gone):
        mine = own.get((theirs.cohort_id, theirs.side))
        if mine is None:
            Enrolment.objects.filter(pk=theirs.pk).update(person=kept)
        else:
            _join(mine, theirs, now)
    trainee = Member.objects.current().filter(role=Member.Role.TRAINEE)
    if trainee.filter(person=kept).exists():  # the trainee of one triad only
        trainee.filter(person=gone).update(left_at=now)
    Member.objects.filter(person=gone).update(person=kept)


def _join(mine: Enrolment, theirs: Enrolment, now: datetime) -> None:
    theirs.members.update(enrolment=mine)
    theirs.introductions_asked.update(one=mine)
    theirs.introductions_offered.update(other=mine)
    waiting = Nomination.objects.filter(one=theirs, closed_at=None)
    if Nomination.objects.filter(one=mine, closed_at=None).exists():  # one at a time
        waiting.update(state=Nomination.State.TAKEN_BACK, closed_at=now)
    theirs.nominations.update(one=mine)
    for rows in (MentorRequest, Listing):
        if not rows.objects.filter(enrolment=mine).exists():
            rows.objects.filter(enrolment=theirs).update(enrolment=mine)
    _join_hopes(mine, theirs)
    stronger = min(mine, theirs, key=lambda row: STRENGTH.index(row.state))
    taken = mine.places_taken + theirs.places_taken
    both_live = mine.state == theirs.state == Enrolment.State.ENROLLED
    largest = max(mine.capacity, theirs.capacity) if both_live else stronger.capacity
    waits = [row.waiting_since for row in (mine, theirs) if row.waiting_since]
    asked = [row.asked_at for row in (mine, theirs) if row.asked_at]
    yeses = [row.volunteered_at for row in (mine, theirs) if row.volunteered_at]
    mine.state, mine.ended_at, mine.enrolled_at = stronger.state, stronger.ended_at, stronger.enrolled_at
    mine.capacity, mine.places_taken = max(largest, taken), taken
    mine.volunteered_at, mine.asked_at = min(yeses, default=None), max(asked, default=None)
    waiting = mine.state == Enrolment.State.ENROLLED and taken < mine.capacity
    mine.waiting_since = min(waits, default=None) if waiting else None
    first = next((row for row in (mine, theirs) if row.put_first_at), mine) if waiting else Enrolment()
    for name in ("put_first_at", "put_first_by", "put_first_why"):
        setattr(mine, name, getattr(first, name))
    for name, value in {**Enrolment.WAIT_OVER, "state": Enrolment.State.WITHDRAWN, "places_taken": 0}.items():
        setattr(theirs, name, value)
    theirs.ended_at = theirs.ended_at or now
    theirs.save(update_fields=[*Enrolment.WAIT_OVER, "state", "places_taken", "ended_at"])
    mine.save()


def _join_hopes(mine: Enrolment, theirs: Enrolment) -> None:
    """What was hoped for under either name is read by the mentor; the person themselves can shorten it."""
    hopes = {hope.enrolment_id: hope for hope in Hope.objects.filter(enrolment__in=[mine, theirs])}
    other = hopes.get(theirs.pk)
    if other is None:
        return
    if (own := hopes.get(mine.pk)) is None:
        other.enrolment = mine
        other.save(update_fields=["enrolment"])
        return
    if other.text not in own.text:
        own.text = f"{own.text}\n\n{other.text}"
        own.save(update_fields=["text"])
    other.delete()
