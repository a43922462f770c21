"""What people write down as they meet: notes of their own and shared ones, a preparation, goals and next steps."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from mentoring_portal.demo.calendar import ago
from people.models import Person
from programmes.models import Relationship
from sessions_log.actions import goals, notes, prep_sheets
from sessions_log.models import Goal

PREPARED = {
    "q-talk-about": "The audit: I have the figures, and no idea yet how to show them.",
    "q-since-last": "I shadowed the discharge round twice, and wrote up one reflection.",
}


def load(staff: dict[str, Person], *, external: Person, now: datetime) -> None:
    """The trainee and mentor who can be signed in as, who keep goals; and the mentor from outside, who shares notes."""
    mentee, mentor = staff["mentee@example.org"], staff["mentor@example.org"]
    _goes_on(Relationship.objects.of(mentee).with_member(mentor).get(), mentee, mentor, now)
    pair = Relationship.objects.of(external).filter(state=Relationship.State.LIVE).first()
    trainee = pair.members.get(role="mentee").person
    _shares(pair, external, trainee, now)


def _goes_on(pair: Relationship, mentee: Person, mentor: Person, now: datetime) -> None:
    first, last = pair.sessions.held().order_by("day").first(), pair.sessions.held().order_by("-day").first()
    then = ago(now, weeks=8)
    notes.write(relationship=pair, text="Less nervous on the phone than last time.", session=first, by=mentee, now=then)
    goals.put(
        relationship=pair,
        text="Lead one audit in dispensary from beginning to end",
        kind=Goal.Kind.GOAL,
        session=first,
        by=mentee,
        now=then,
    )
    shadowed = goals.put(relationship=pair, text="Shadow the discharge round", session=first, by=mentee, now=then)
    recently = ago(now, weeks=3)
    goals.settle(goal=shadowed, state=Goal.State.DONE, session=last, by=mentee, now=recently)
    for text, owner, by, days in (
        ("Send the audit figures round", mentee, mentee, 4),
        ("Ask the clinical lead about a poster", mentor, mentor, 12),
    ):
        due = now.date() + timedelta(days=days)
        goals.put(relationship=pair, text=text, owner=owner, due_on=due, session=last, by=by, now=recently)
    typed = urlencode(PREPARED)
    sheet = prep_sheets.keep(relationship=pair, typed=typed, seen_at=None, by=mentee, now=ago(now, days=1))
    prep_sheets.share(sheet=sheet, by=mentee, now=ago(now, days=1))


def _shares(pair: Relationship, mentor: Person, trainee: Person, now: datetime) -> None:
    last = pair.sessions.held().order_by("-day").first()
    for by, text, days in (
        (mentor, "We went through calculations together, and agreed on two a day until we meet.", 20),
        (trainee, "The second paper is the one that worries me. I bring three questions next time.", 18),
    ):
        notes.share(relationship=pair, text=text, session=last, by=by, now=ago(now, days=days))
    text = "Two calculations a day"
    due = now.date() + timedelta(days=6)
    goals.put(relationship=pair, text=text, owner=trainee, due_on=due, session=last, by=mentor, now=ago(now, days=20))
