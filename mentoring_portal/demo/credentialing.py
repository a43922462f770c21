"""Model 10, consultant-credentialing: a candidate with a consultant mentor and a group, one who has just asked.

Sign in as the candidate to see the evidence plan, or as the lead to see the whole.
"""

from datetime import datetime

from mentoring_portal.demo.calendar import ago
from mentoring_portal.demo.making import accept, enrol, start
from people.models import Organisation, Person
from programmes.actions import choosing, groups, relationships
from programmes.models import Side
from sessions_log.actions import evidence, plans, sessions
from sessions_log.cadence import next_working_day

CANDIDATE = "noor.castellane@example.org"
ASKS = "philippa.nightjar@example.org"
MENTOR, FACILITATES = "rafiq.hollingdale@example.org", "perpetua.quill@example.org"
PLAN = {
    "Clinical practice": "Lead the audit of anticoagulant bleeds with the stroke team, and present it in spring.",
    "Leadership": "Chair the haematology guideline group from next month.",
}


def load(northbank: Organisation, staff: dict[str, Person], *, lead: Person, now: datetime) -> None:
    begun = ago(now, weeks=16)
    cohort = start(northbank, "consultant-credentialing", "Towards consultant", begun, by=lead)
    candidate, asks = (enrol(cohort, staff[one], Side.MENTEE, by=lead, now=begun) for one in (CANDIDATE, ASKS))
    mentor, facilitator = (
        enrol(cohort, staff[one], Side.MENTOR, by=lead, now=begun, capacity=6) for one in (MENTOR, FACILITATES)
    )
    pair = relationships.start(cohort=cohort, mentee=candidate, mentor=mentor, by=lead, now=begun)
    for domain, text in PLAN.items():
        written = {"seen_at": None, "by": candidate.person, "now": ago(now, weeks=6)}
        evidence.write(relationship=pair, domain=domain, text=text, **written)
    held = ago(now, weeks=5)
    sessions.log_unplanned(
        relationship=pair, day=next_working_day(held.date()), by=mentor.person, now=ago(now, weeks=4)
    )
    group = groups.form(cohort=cohort, mentors=[facilitator], mentees=[candidate, asks], by=lead, now=begun)
    for one in (facilitator, candidate, asks):
        accept(group, one.person, begun)
    plans.change(relationship=group, first_on=ago(now, weeks=10).date(), mode="video", by=facilitator.person, now=begun)
    choosing.choose(own=asks, other=facilitator, by=asks.person, now=ago(now, days=2))
