"""Model 12, ip-past-dpp: a prescriber who has met the doctor of their course for a year, and one who has just named
theirs.

Sign in as the site lead, who prescribes and is asked whether there is still a need to meet, and can show the hours to
the chief pharmacist; or as the mentor from outside, who has been named and can say yes or no.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from mentoring_portal.demo.calendar import ago
from people.actions import facts, ties
from people.models import Organisation, Person, Tie
from programmes.actions import enrolments, nominations, programmes, reviews
from programmes.models import Side
from sessions_log.actions import plans, sessions

PRESCRIBES = "sitelead@example.org"
NAMES = "perpetua.quill@example.org"
DOCTOR = {"given_name": "Hesper", "family_name": "Dunmore", "email": "hesper.dunmore@example.org"}
WORKS_AT = "Haematology, Northbank General"


def load(northbank: Organisation, staff: dict[str, Person], *, external: Person, lead: Person, now: datetime) -> None:
    began = ago(now, weeks=53)
    cohort = programmes.start(
        organisation=northbank,
        model_key="ip-past-dpp",
        name="Prescribers go on learning",
        cohort_name=f"From {began.year}",
        start_date=began.date(),
        by=lead,
        now=began,
    )
    own, another = staff[PRESCRIBES], staff[NAMES]
    for person in (own, another):
        facts.record(person=person, kind="prescriber_on", value=ago(now, weeks=60).date(), by=lead, now=began)
    parts = {
        person: enrolments.enrol(cohort=cohort, person=person, side=Side.MENTEE, volunteered=True, by=person, now=began)
        for person in (own, another)
    }
    named = nominations.name(
        own=parts[own],
        works_at=WORKS_AT,
        supervised_until=ago(now, weeks=61).date(),
        by=own,
        now=began,
        **DOCTOR,
    )
    doctor = named.person
    days = {"start_date": ago(now, weeks=90).date(), "last_day": ago(now, weeks=61).date()}
    ties.record(kind=Tie.Kind.DPP, person=own, other=doctor, by=lead, now=began, **days)
    pair = nominations.accept(nomination=named, by=doctor, now=began + timedelta(hours=1))
    plans.change(
        relationship=pair, first_on=timezone.localdate(began) + timedelta(days=3), mode="in-person", by=own, now=began
    )
    for week in (8, 7, 5, 3, 2):  # some weeks are skipped, and nothing comes of it
        held_on = timezone.localdate(ago(now, weeks=week))
        sessions.log_unplanned(relationship=pair, day=held_on, minutes=30, by=own, now=ago(now, weeks=week))
    reviews.ask_due(cohort=cohort, by=None, now=now)
    nominations.name(
        own=parts[another],
        given_name=external.given_name,
        family_name=external.family_name,
        email=external.email,
        by=another,
        now=ago(now, days=2),
    )
