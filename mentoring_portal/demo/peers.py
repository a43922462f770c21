"""Model 14, peer-to-group: a pair of peers, two who are about to meet, and a group with a situation for its next round.

Sign in as the peer, as the facilitator for the turn card, as the commissioner, or as the network's lead.
"""

from datetime import datetime

from mentoring_portal.demo.calendar import ago
from mentoring_portal.demo.making import accept, employed, enrol, start
from people.models import Organisation, Person
from programmes.actions import commissioning, groups, introductions, relationships
from programmes.models import Side
from sessions_log.actions import board_reports, plans, rounds, sessions
from sessions_log.cadence import next_working_day

PEERS = (
    ("Amara Fielding", "peer@example.org"),
    ("Benedict Rowe", ""),
    ("Chiara Novak", ""),
    ("Dominic Asante", ""),
    ("Elspeth Murray", ""),
    ("Farida Haddad", ""),
)
SITUATION = (
    "I told a family that their father's tablets would be stopped, and they were angry with me. It was right, I think. "
    "I keep hearing what his daughter said as she left."
)


def load(harbour: Organisation, *, lead: Person, commissioner: Person, now: datetime) -> None:
    begun = ago(now, weeks=11)
    cohort = start(harbour, "peer-to-group", "Peers in general practice", begun, by=lead)
    commissioning.confirm_time(cohort=cohort, by=commissioner, now=ago(now, weeks=12))
    known = {"practice_area": "general-practice"}
    people = [
        employed(harbour, name, "General practice pharmacist", begun, email=email, known=known, level="early")
        for name, email in PEERS
    ]
    facilitator = employed(
        harbour,
        "Wilhelmina Stroud",
        "Consultant pharmacist",
        begun,
        email="facilitator@example.org",
        known={"practice_area": "general-practice"},
        level="consultant",
    )
    peers = [enrol(cohort, one, Side.MENTEE, by=lead, now=begun, capacity=1) for one in people]
    leads = enrol(cohort, facilitator, Side.MENTOR, by=lead, now=begun)
    relationships.start(cohort=cohort, mentee=peers[0], mentor=peers[1], by=lead, now=begun)
    group = groups.form(cohort=cohort, mentors=[leads], mentees=peers, name="Harbour round", by=lead, now=begun)
    for person in (facilitator, *people):
        accept(group, person, begun)
    plans.change(relationship=group, first_on=ago(now, weeks=8).date(), mode="video", by=facilitator, now=begun)
    for weeks in (8, 4):
        moment = ago(now, weeks=weeks, days=-3)
        day = next_working_day(ago(now, weeks=weeks).date())
        sessions.log_unplanned(relationship=group, day=day, by=facilitator, now=moment)
    plans.lay_due(by=None, now=now)
    for kind, text, by in (
        ("theme", "Being the one who says no", people[2]),
        ("theme", "Working alone", people[3]),
        ("cpd", "Deprescribing in care homes", people[2]),
    ):
        board_reports.write(relationship=group, kind=kind, text=text, by=by, now=ago(now, weeks=4, days=-1))
    rounds.bring(relationship=group, text=SITUATION, by=people[0], now=ago(now, days=3))
    introductions.ask(one=peers[2], other=peers[3], by=people[2], now=ago(now, days=2))
