"""Model 8, trainee-host: a host in its fifth month, with returns that came, came late, are late, and somebody to ring.

Its months are lived through one after another: each meeting, return and reminder happens at its own moment.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from mentoring_portal.demo.calendar import ago
from people.actions import employments, facts, people
from people.models import Organisation, Person
from programmes.actions import enrolments, programmes, relationships
from programmes.models import Relationship, Side
from sessions_log.actions import chasing, form_opening, plans, session_forms, sessions
from sessions_log.hours import moment_of
from sessions_log.models import Mode, SessionForm

LUNCH = time(12, 30)
# Of each pair the trainee and where they work, the mentor and where, and what became of its meetings, oldest first:
# returned (r) at once or late (l), not returned (-), excused (x), moved by some days and returned (m), not met (n).
PAIRS = [
    ("Gwendolen Marsh", "greenleaf", "Hannelore Voss", "eastmoor", "rrrr"),
    ("Lysander Pike", "greenleaf", "Kester Thornbury", "eastmoor", "r---"),
    ("Perdita Ames", "harbour", "Quillon Adair", "westvale", "rlmr"),
    ("Barnaby Osei", "westvale", "Marigold Teague", "eastmoor", "rrn-"),
    ("Ottoline Grey", "westvale", "Aurelia Finch", "greenleaf", "rrr-"),
    ("Fenwick Adu", "harbour", "Rosalba Crane", "eastmoor", "x---"),
    ("Isolde Banks", "greenleaf", "Thaddeus Rook", "westvale", "mrlr"),
]
HEADINGS = (
    ("Settling in; how the pharmacy works", "Induction week of the scheme", "Three outcomes have evidence"),
    ("Calculations; talking to patients", "Law study day", "Six outcomes have evidence"),
    ("Protected time; a first audit", "None this month", "Waiting for the supervisor to read two entries"),
    ("The first review; what to build on", "Respiratory study day", "Ready for the first review"),
)
LEFT_IN_PEACE = "Rosalba Crane"


def load(
    host: Organisation, employers: dict[str, Organisation], *, external: Person, officer: Person, now: datetime
) -> None:
    """The programme of ``host`` with its pairs from several ``employers``; ``external`` is one of its mentors."""
    lead = people.add(
        given_name="Cordelia", family_name="Nightingale", email="host.lead@example.org", by=None, now=ago(now, weeks=24)
    )
    started = timezone.localdate(ago(now, weeks=17))
    started -= timedelta(days=started.weekday())
    cohort = programmes.start(
        organisation=host,
        model_key="trainee-host",
        name="Mentors elsewhere",
        cohort_name=f"Intake of {started:%B %Y}",
        start_date=started,
        end_date=started + timedelta(weeks=50),
        by=lead,
        now=ago(now, weeks=20),
    )
    known = {"by": lead, "now": ago(now, weeks=19)}
    todo: list[tuple[datetime, Callable[[datetime], None]]] = []
    for trainee, theirs, mentor, other, story in PAIRS:
        mentee = _employed(trainee, employers[theirs], "Trainee pharmacist", "foundation", known)
        giver = external
        if mentor != external.name:
            giver = _employed(mentor, employers[other], "Pharmacist", "early", known)
        facts.record(person=giver, kind="meeting_times", value="lunchtime", **known)
        sides = {
            "mentee": enrolments.enrol(cohort=cohort, person=mentee, side=Side.MENTEE, **known),
            "mentor": enrolments.enrol(cohort=cohort, person=giver, side=Side.MENTOR, volunteered=True, **known),
        }
        pair = relationships.start(cohort=cohort, by=lead, now=ago(now, weeks=18), **sides)
        plans.change(
            relationship=pair,
            first_on=started + timedelta(weeks=2),
            starts_at=LUNCH,
            mode=Mode.VIDEO,
            link="https://meet.example.org/mentors-elsewhere",
            by=mentee,
            now=ago(now, weeks=17),
        )
        todo += _months(pair, mentee, giver, story, lead, now)
    todo += [(moment, _sweep) for weeks in range(17) for moment in [ago(now, weeks=weeks, hours=1)]]
    for moment, act in sorted(todo, key=lambda one: one[0]):
        act(moment)
    silent = timezone.localdate(now) + timedelta(days=60)
    quiet = Person.objects.get(given_name=LEFT_IN_PEACE.split()[0], family_name=LEFT_IN_PEACE.split()[1])
    note = {"text": f"Rang, on leave till {silent:%B}", "silent_until": silent, "by": officer, "now": ago(now, days=1)}
    chasing.note_ring(programme=cohort.programme, person=quiet, **note)


def _employed(name: str, employer: Organisation, job_title: str, level: str, known: dict) -> Person:
    given, family = name.split()
    person = people.add(given_name=given, family_name=family, email=f"{given}.{family}@example.org".lower(), **known)
    employments.start(person=person, organisation=employer, job_title=job_title, level=level, **known)
    return person


def _months(pair: Relationship, mentee: Person, mentor: Person, story: str, lead: Person, now: datetime) -> list:
    """What became of each meeting that has been, as moments with what happens then."""
    past, found = pair.targets.filter(due_on__lt=timezone.localdate(now)).order_by("due_on")[: len(story)], []
    for target, headings, fate in zip(past, HEADINGS, story, strict=False):
        day = target.due_on + timedelta(days=3 if fate == "m" else 0)
        after = moment_of(day, LUNCH) + timedelta(hours=1)
        if fate != "n":
            found.append((moment_of(target.due_on, LUNCH) - timedelta(days=7), _book(pair, target, mentee, day)))
            found.append((after, _log(pair, target, mentor)))
        answer = _excuse(target, lead) if fate == "x" else _return(target, headings, met=fate != "n")
        if fate != "-":
            found.append((after + timedelta(days=12 if fate == "l" else 2), answer))
    return [(moment, act) for moment, act in found if moment < now]


def _book(pair: Relationship, target, by: Person, day: date):
    """Booked for the date of the cadence; for another day it was moved."""

    def act(moment: datetime) -> None:
        how = {"minutes": 60, "mode": Mode.VIDEO, "link": "https://meet.example.org/mentors-elsewhere"}
        at = moment_of(target.due_on, LUNCH)
        session = sessions.book(relationship=pair, starts_at=at, target=target, by=by, now=moment, **how)
        if day != target.due_on:
            sessions.move(session=session, starts_at=moment_of(day, LUNCH), seen=0, by=by, now=moment)

    return act


def _log(pair: Relationship, target, by: Person):
    def act(moment: datetime) -> None:
        sessions.log(session=target.sessions.get(), by=by, now=moment)

    return act


def _return(target, headings: tuple[str, str, str], *, met: bool):
    values = dict(zip(("discussed", "study-sessions", "portfolio"), headings, strict=True)) | {"met": "yes"}
    values = values if met else {"met": "no", "why-not": "We are finding another date"}

    def act(moment: datetime) -> None:
        form = SessionForm.objects.get(target=target)
        session_forms.give_back(form=form, values=values, by=form.owed_by, now=moment)

    return act


def _excuse(target, lead: Person):
    def act(moment: datetime) -> None:
        form = SessionForm.objects.get(target=target)
        session_forms.excuse(form=form, reason="On leave, agreed with the host", by=lead, now=moment)

    return act


def _sweep(moment: datetime) -> None:
    """What the schedule did about forms on that day."""
    form_opening.open_due(by=None, now=moment)
    chasing.see_to_due(by=None, now=moment)
