"""Model 4, consultant-domains: the site lead looks for mentors by domain; one meets, one is being met, one is open.

Sign in as the site lead to ask somebody on the list, and as the lead to see who waits for a word.
"""

from datetime import datetime

from mentoring_portal.demo.calendar import ago
from people.models import Organisation, Person
from programmes.actions import enrolments, introductions, programmes, requests
from programmes.models import Enrolment, Side
from programmes.rules.facts import STRONGEST

ASKS = "sitelead@example.org"  # who works at consultant level
WAITS = "gethin.ap-rhosyn@example.org"  # whose request the lead has yet to confirm
LISTED = {
    "rafiq.hollingdale@example.org": (
        ["research", "education"],
        "I have led two trials and like to help with one.",
    ),
    "perpetua.quill@example.org": (["education"], "Teaching is what I enjoy most. Ask me about courses."),
    "sunniva.marchetti@example.org": (["clinical", "leadership"], "Happy to talk over a difficult service."),
}
STRONG = {"rafiq.hollingdale@example.org": "research", "perpetua.quill@example.org": "education"}


def load(northbank: Organisation, staff: dict[str, Person], *, lead: Person, now: datetime) -> None:
    began = ago(now, weeks=10)
    cohort = programmes.start(
        organisation=northbank,
        model_key="consultant-domains",
        name="Consultant pharmacist mentoring",
        cohort_name=f"From {began.year}",
        start_date=began.date(),
        by=lead,
        now=began,
    )

    def enrol(email: str, side: str) -> Enrolment:
        return enrolments.enrol(cohort=cohort, person=staff[email], side=side, volunteered=True, by=lead, now=began)

    listed = {}
    for email, (slots, about) in LISTED.items():
        listed[email] = enrol(email, Side.MENTOR)
        strengths = {STRONG[email]: STRONGEST} if email in STRONG else {}
        requests.enter(
            enrolment=listed[email], slots=slots, strengths=strengths, about=about, by=staff[email], now=began
        )
        requests.brief(enrolment=listed[email], on=began.date(), by=lead, now=began)
    own, later = enrol(ASKS, Side.MENTEE), enrol(WAITS, Side.MENTEE)
    wish = requests.state(
        enrolment=own,
        slots=["research", "education", "clinical"],
        declares=True,
        hope="Somebody who has been through it, and who tells me plainly where I stand.",
        by=staff[ASKS],
        now=ago(now, weeks=9),
    )
    requests.confirm(request=wish, by=lead, now=ago(now, weeks=8))
    requests.state(enrolment=later, slots=["leadership"], declares=True, by=staff[WAITS], now=ago(now, days=3))
    own.refresh_from_db()
    agreed = introductions.ask(
        one=own, other=listed["perpetua.quill@example.org"], slot="education", by=staff[ASKS], now=ago(now, weeks=7)
    )
    for who in (agreed.other.person, staff[ASKS]):
        introductions.accept(relationship=agreed.relationship, by=who, now=ago(now, weeks=6))
    introductions.ask(
        one=own, other=listed["rafiq.hollingdale@example.org"], slot="research", by=staff[ASKS], now=ago(now, days=4)
    )
