"""Asking after a session whether it took place, and saying once that a date of the cadence went by (R9).

Both are rows that a sweep finds: a session that ended, a date that has passed. Where the model's policy is none,
nobody is written to.
"""

from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from notices.actions import outbox
from people.actions import links
from people.models import Person
from programmes.models import Member, Relationship
from sessions_log.form_calendar import morning_of
from sessions_log.models import Session, Target
from sessions_log.session_forms.kept import of_model
from sessions_log.terms import Terms, is_weekly, terms_of

DID_YOU_MEET = "did-you-meet"  # the kind of notice, and the purpose of its link
OF_THE_WEEK = "did-you-meet-week"  # the same question where people meet weekly or oftener: one mail a week
DATE_MISSED = "date-missed"
LINK_LASTS = timedelta(days=30)
BATCH = 500  # rows a sweep


@transaction.atomic
def ask_due(*, by: Person | None, now: datetime) -> int:
    """Ask one person of each session that has ended whether it took place; returns how many sessions were seen to.

    The mentee of a pair, the mentor of a group. Nobody where the model has no
    reminders, and where a form about the session asks it already.
    """
    begun = (
        Session.objects.to_ask_about(now=now)
        .select_related("relationship__cohort__programme__organisation")
        .select_for_update(of=("self",))
        .order_by("starts_at")
    )
    # Read on past those that are still under way, however many: they hide none that has ended.
    over = (session for session in begun.iterator(chunk_size=BATCH) if session.ends_at <= now)
    ended = list(islice(over, BATCH))
    for session in ended:
        person = _whom_to_ask(session)
        if person is not None:
            _ask(session, person, by=by, now=now)
    # Those of whom nobody is asked too: a session is looked at once, and nothing is asked a month later.
    Session.objects.filter(pk__in=[session.pk for session in ended]).update(asked_at=now)
    return len(ended)


@transaction.atomic
def nudge_due(*, by: Person | None, now: datetime) -> int:
    """Tell the members once of each date that went by with no session; returns how many dates were seen to."""
    today = timezone.localdate(now)
    missed = list(
        Target.objects.to_nudge(on=today)
        .select_related("relationship__cohort__programme__organisation")
        .select_for_update(of=("self",))
        .order_by("due_on", "pk")[:BATCH]
    )
    for target in missed:
        for member in _whom_to_nudge(target):
            outbox.owe(
                kind=DATE_MISSED,
                key=f"{DATE_MISSED}:{target.pk}:{member.person_id}",
                recipient=member.person,
                about={"target": target.pk},
                due_at=_due(terms_of(target.relationship), now),
                by=by,
                now=now,
            )
    Target.objects.filter(pk__in=[target.pk for target in missed]).update(nudged_at=now)
    return len(missed)


def _whom_to_ask(session: Session) -> Person | None:
    relationship = session.relationship
    terms = terms_of(relationship)
    if not _is_told_here(relationship, terms):
        return None
    first = Member.Role.MENTOR if relationship.shape == Relationship.Shape.GROUP else Member.Role.MENTEE
    members = relationship.members.knowing().filter(attendances__session=session).select_related("person")
    return next((one.person for one in sorted(members, key=lambda one: (one.role != first, one.pk))), None)


def _ask(session: Session, person: Person, *, by: Person | None, now: datetime) -> None:
    link = links.issue(
        purpose=DID_YOU_MEET, person=person, by=by, now=now, expires_at=now + LINK_LASTS, about_id=session.pk
    )
    due_at = _due(terms_of(session.relationship), now)
    outbox.owe(
        kind=DID_YOU_MEET if due_at == now else OF_THE_WEEK,
        key=f"{DID_YOU_MEET}:{session.pk}",
        recipient=person,
        about={"session": session.pk, "link": link.pk},
        due_at=due_at,
        expires_at=now + LINK_LASTS,
        by=by,
        now=now,
    )


def _due(terms: Terms, now: datetime) -> datetime:
    """Now; where people meet weekly or oftener next Monday morning, so that all of the week is one mail (R9)."""
    if not is_weekly(terms.cadence, terms.reminders):
        return now
    today = timezone.localdate(now)
    return morning_of(today + timedelta(days=7 - today.weekday()))


def _whom_to_nudge(target: Target) -> list[Member]:
    relationship = target.relationship
    terms = terms_of(relationship)
    if not _is_told_here(relationship, terms):
        return []
    members = relationship.members.knowing().filter(role__in=terms.reminders.to).select_related("person")
    return list(members.order_by("pk"))


def _is_told_here(relationship: Relationship, terms: Terms) -> bool:
    """Whether anybody is written to about meetings: not where a return is due, which asks it itself (R9)."""
    if relationship.state != Relationship.State.LIVE or terms.reminders.kind == "none":
        return False
    return not any(spec.asks_whether_met for spec in of_model(terms.model))
