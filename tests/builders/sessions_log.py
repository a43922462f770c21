"""Makes notes, sessions and what goes with them by the actions that people use."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import urlencode

from django.utils import timezone

from people.actions import employments
from people.models import Person
from programmes.actions import agreements, groups
from programmes.agreements import agreement_of, digest_of
from programmes.models import Cohort, Member, Relationship
from sessions_log.actions import feeds, goals, hours, notes, offers, plans, prep_sheets, sessions, statements
from sessions_log.models import HoursShare, Session
from tests.builders import people, programmes


def note(relationship, author, *, now, text="We talked about ward rounds."):
    return notes.write(relationship=relationship, text=text, by=author, now=now)


def shared_note(relationship, author, *, now, text="We agreed to look at the audit together.", **details):
    return notes.share(relationship=relationship, text=text, by=author, now=now, **details)


def prep_sheet(relationship, author, *, now, text="About the audit", share=True):
    """A preparation for the next session, by the usual questions, shared unless a test says otherwise."""
    typed = urlencode({"q-talk-about": text})
    sheet = prep_sheets.keep(relationship=relationship, typed=typed, seen_at=None, by=author, now=now)
    return prep_sheets.share(sheet=sheet, by=author, now=now) if share else sheet


def goal(relationship, owner, *, now, text="Read the audit report", by=None, **details):
    """A next step of ``owner``, written by them unless a test says otherwise."""
    return goals.put(relationship=relationship, text=text, owner=owner, by=by or owner, now=now, **details)


def all_accept(relationship: Relationship, *, now: datetime, but: Collection[str] = ()) -> None:
    """Everyone in it accepts its ground rules, but those with these given names."""
    digest = digest_of(agreement_of(relationship).text)
    for member in relationship.members.current().select_related("person"):
        if member.person.given_name not in but:
            agreements.accept(relationship=relationship, digest=digest, by=member.person, now=now)


def next_hour(now: datetime, *, days: int = 7) -> datetime:
    """A full hour so many days from ``now``."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(days=days)


def session(relationship: Relationship, by: Person, *, now: datetime, at: datetime | None = None, **details) -> Session:
    """A session booked for a week from now, or for ``at``."""
    details = {"minutes": 60, "mode": "video"} | details
    return sessions.book(relationship=relationship, starts_at=at or next_hour(now), by=by, now=now, **details)


def monthly(cohort: Cohort, **cadence) -> Cohort:
    """The same cohort, whose members meet monthly."""
    cohort.programme.settings = cohort.programme.settings | {"cadence": {"kind": "monthly"} | cadence}
    cohort.programme.save(update_fields=["settings"])
    return cohort


def group_cohort(*, now: datetime, size: int = 4, quorum: str = "none", **settings) -> Cohort:
    """A cohort whose people meet in groups of one mentor and up to ``size`` mentees."""
    return programmes.cohort(
        now=now,
        shapes=["group"],
        group={"size": {"default": size, "least": 2, "most": 8}, "quorum": quorum},
        capacity={"mentor": {"default": 8, "least": 1, "most": 8}},
        **settings,
    )


def group(cohort: Cohort, *, mentees: int = 3, now: datetime, names: list[str] | None = None) -> Relationship:
    """A group of a cohort whose model has groups, with one mentor; everyone knows of it."""
    return groups.form(
        cohort=cohort,
        mentors=[programmes.mentor(cohort, capacity=8, now=now)],
        mentees=[programmes.mentee(cohort, name, now=now) for name in names or [""] * mentees],
        by=None,
        now=now,
    )


def everything(relationship: Relationship, mentee: Person, mentor: Person, *, now: datetime) -> SimpleNamespace:
    """One of each thing that hangs on a relationship, for whoever tries every address."""
    plans.change(relationship=relationship, first_on=date(now.year + 1, 1, 4), mode="video", by=mentee, now=now)
    return SimpleNamespace(
        session=session(relationship, mentee, now=now),
        held=sessions.log_unplanned(relationship=relationship, day=timezone.localdate(now), by=mentee, now=now),
        feed=feeds.open_feed(by=mentee, now=now),
        target=relationship.targets.first(),
        offer=offers.offer(relationship=relationship, times=[next_hour(now, days=9)], minutes=60, by=mentor, now=now),
        word=hours.ask_for_a_word(relationship=relationship, of=mentor, by=mentee, now=now),
        exception=hours.add_exception(
            starts_at=next_hour(now, days=20), ends_at=next_hour(now, days=21), is_open=False, by=mentor, now=now
        ),
    )


def hours_share(member: Member, *, now: datetime) -> HoursShare:
    """``member`` lets their manager, who is made where they have none, read the hours of their match."""
    if not member.person.managed_by.exists():
        employments.set_managers(person=member.person, managers=[people.person(now=now)], by=None, now=now)
    return statements.share(member=member, by=member.person, now=now)
