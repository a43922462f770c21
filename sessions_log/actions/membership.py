"""What is planned in a group, when somebody comes into it or goes: it is theirs too, or theirs no more. And what is
asked of whoever says at a review that it goes on.

Nobody who came later has a part in what was held before.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from notices.actions import outbox
from people.models import Person
from programmes.models import Member
from sessions_log.actions import form_opening
from sessions_log.actions.sessions import NOTICE
from sessions_log.hours import quarters_of
from sessions_log.models import Attendance, Quarter, Session


@transaction.atomic
def joined(*, members: Iterable[Member], by: Person | None, now: datetime) -> None:
    """Each of ``members`` is expected at what is planned; where they have another session then, they cannot come.

    What everybody prepared at the start, they prepare now.
    """
    for member in members:
        form_opening.open_for_joiner(member=member, by=by, now=now)
        planned = Session.objects.planned().filter(relationship=member.relationship_id, starts_at__gt=now)
        for session in planned.order_by("starts_at"):
            state = Attendance.State.EXPECTED if _takes_time(session, member) else Attendance.State.CANNOT
            Attendance.objects.get_or_create(session=session, member=member, defaults={"state": state})
            outbox.owe(
                kind=NOTICE,
                key=f"{NOTICE}:{session.pk}:{session.sequence}:{member.person_id}:{member.pk}",
                recipient=member.person,
                about={"session": session.pk, "sequence": session.sequence},
                due_at=now,
                by=by,
                now=now,
            )


@transaction.atomic
def left(*, members: Iterable[Member], by: Person | None, now: datetime) -> None:
    """``members`` are not expected any more, and their time is free. Their own past stays."""
    members = list(members)
    planned = Attendance.objects.filter(
        member__in=members, session__state=Session.State.PLANNED, session__starts_at__gt=now
    )
    sessions = list(planned.values_list("session", flat=True))
    Quarter.objects.filter(session__in=sessions, person__in=[one.person_id for one in members]).delete()
    planned.delete()


@transaction.atomic
def stays(*, member: Member, by: Person, now: datetime) -> str:
    """The address of the form that follows a review; empty where the programme has none, or it is filled in."""
    form = form_opening.open_after_review(member=member, by=by, now=now)
    return reverse("sessions_log:form-fill", args=[form.pk]) if form else ""


def _takes_time(session: Session, member: Member) -> bool:
    quarters = [
        Quarter(person_id=member.person_id, at=at, session=session)
        for at in quarters_of(session.starts_at, session.minutes)
    ]
    try:
        with transaction.atomic():
            Quarter.objects.bulk_create(quarters)
    except IntegrityError:
        return False
    return True
