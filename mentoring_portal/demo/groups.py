"""Models 5, 7, 9 and 13, each at another moment: a group that meets, one that has just begun, people who wait for the
portal to propose groups, and a group that waits for the yes of its mentor from outside."""

from datetime import datetime, timedelta

from django.utils import timezone

from mentoring_portal.demo.calendar import ago
from mentoring_portal.demo.making import accept, employed, enrol, start
from people.models import Organisation, Person
from programmes.actions import group_requests, groups
from programmes.actions.telling import Telling
from programmes.models import Side
from sessions_log.actions import agenda, plans, sessions
from sessions_log.agenda import days_to_come
from sessions_log.cadence import next_working_day

LEARNING = ("mentee@example.org", "padma.lockridge@example.org", "ignatius.okonjo@example.org")
WAITS_FOR_A_PLACE = "naveen.tregarth@example.org"
QUESTIONS = "What made a day good this month?\nWhom did you learn from?\nWhat would you stop doing?"
ADVANCED = (
    "kwabena.littlejohn@example.org",
    "gethin.ap-rhosyn@example.org",
    "clementine.dovetail@example.org",
    "rosalind.ekwueme@example.org",
    "ffion.delacourt@example.org",
    "oluwaseun.merriweather@example.org",
    "hamza.windlesham@example.org",
    "yewande.pilgrim@example.org",
)


PRESCRIBERS = {"Dafydd Quill": "prescriber@example.org"}


def load(
    northbank: Organisation,
    elsewhere: dict[str, Organisation],
    staff: dict[str, Person],
    *,
    external: Person,
    lead: Person,
    now: datetime,
) -> None:
    _that_meets(northbank, staff, lead, now)
    _to_propose(northbank, elsewhere["westvale"], staff, lead, now)
    _just_begun(elsewhere["eastmoor"], now)
    _to_open(elsewhere["harbour"], external, now)


def _that_meets(northbank: Organisation, staff: dict[str, Person], lead: Person, now: datetime) -> None:
    """Model 5: two meetings held, questions set for the next; one person waits for a place, one has yet to accept."""
    begun = ago(now, weeks=10)
    cohort = start(northbank, "group-one-mentor", "Learning together", begun, by=lead)
    mentor = enrol(cohort, staff["mentor@example.org"], Side.MENTOR, by=lead, now=begun, capacity=3)
    cohort.programme.settings = {"group": {"size": {"default": 3}}}
    cohort.programme.save(update_fields=["settings"])
    members = [enrol(cohort, staff[email], Side.MENTEE, by=lead, now=begun) for email in LEARNING]
    group = groups.form(cohort=cohort, mentors=[mentor], mentees=members, by=lead, now=begun)
    for one in (mentor, *members[:2]):
        accept(group, one.person, begun)
    for weeks in (8, 4):
        day = next_working_day(timezone.localdate(ago(now, weeks=weeks)))
        sessions.log_unplanned(relationship=group, day=day, by=mentor.person, now=ago(now, weeks=weeks, days=-5))
    plans.lay_due(by=None, now=now)
    day = days_to_come(group, now=now)[0]
    agenda.write(relationship=group, day=day, text=QUESTIONS, publish=True, by=mentor.person, now=ago(now, days=2))
    waits = enrol(cohort, staff[WAITS_FOR_A_PLACE], Side.MENTEE, by=lead, now=ago(now, weeks=2))
    group_requests.ask(relationship=group, mentee=waits, waits=True, by=waits.person, now=ago(now, weeks=1))


def _to_propose(
    northbank: Organisation, westvale: Organisation, staff: dict[str, Person], lead: Person, now: datetime
) -> None:
    """Model 9: everybody is enrolled, and the groups are still to be proposed; who leads them manages nobody here."""
    asked = ago(now, days=6)
    cohort = start(northbank, "advanced-peer-group", "Towards advanced practice", now + timedelta(weeks=3), by=lead)
    for email in ADVANCED:
        enrol(cohort, staff[email], Side.MENTEE, by=lead, now=asked)
    consultant = employed(westvale, "Kasimira Winter", "Consultant pharmacist", asked, band="8c")
    enrol(cohort, consultant, Side.MENTOR, by=lead, now=asked, capacity=24)


def _just_begun(eastmoor: Organisation, now: datetime) -> None:
    """Model 7: begun last week; a topic waits for the day on which all have accepted."""
    begun = ago(now, days=7)
    cohort = start(eastmoor, "prescriber-group", "New prescribers", begun, by=None)
    lead = employed(eastmoor, "Corisande Blythe", "Professional lead for pharmacy", begun, band="8b")
    names = ("Dafydd Quill", "Ebele Hartnell", "Fintan Osei", "Guinevere Salt")
    members = [
        employed(eastmoor, name, "Prescribing pharmacist", begun, email=PRESCRIBERS.get(name, ""), band="7")
        for name in names
    ]
    groups.form(
        cohort=cohort,
        mentors=[enrol(cohort, lead, Side.MENTOR, by=None, now=begun)],
        mentees=[enrol(cohort, one, Side.MENTEE, by=None, now=begun) for one in members],
        by=None,
        now=begun,
    )


def _to_open(harbour: Organisation, external: Person, now: datetime) -> None:
    """Model 13: formed yesterday; it opens when the mentor from outside says yes."""
    formed = ago(now, days=1)
    cohort = start(harbour, "pcn-group-external", "Harbour mentoring", now + timedelta(weeks=2), by=None)
    senior = employed(harbour, "Yusra Penrose", "Senior pharmacist", formed, level="advanced")
    members = [
        employed(harbour, name, title, formed, level="early")
        for name, title in (("Annis Lowther", "Pharmacist"), ("Bertrand Oke", "Pharmacy technician"))
    ]
    groups.form(
        cohort=cohort,
        mentors=[enrol(cohort, one, Side.MENTOR, by=None, now=formed) for one in (senior, external)],
        mentees=[enrol(cohort, one, Side.MENTEE, by=None, now=formed) for one in members],
        name="Harbour group",
        telling=Telling(by_mail=False),
        by=None,
        now=formed,
    )
