"""Model 2, nqp-senior: a rolling programme in which some were asked, some said yes and some are paired."""

from datetime import date, datetime

from mentoring_portal.demo.calendar import ago, this_years_start
from mentoring_portal.demo.pairing import pair_in_turn
from people.actions import facts
from people.models import Organisation, Person
from programmes.actions import enrolments, joining, programmes
from programmes.models import Side

# Foundation year in community, hospital or split; all registered within the last two years.
SAID_YES = {
    "ignatius.okonjo@example.org": "community",
    "kofi.summerhayes@example.org": "hospital",
    "rohan.applegarth@example.org": "community",
    "alasdair.kingfisher@example.org": "split",
    "chioma.rushmere@example.org": "hospital",
}
PAIRED = 3  # of those, so many have a mentor already
ASKED = ["tamsin.birdwhistle@example.org", "aoife.carrowmere@example.org", "lucasta.wimborne@example.org"]
NOT_NOW = "lucasta.wimborne@example.org"
SENIORS = {
    "gethin.ap-rhosyn@example.org": 2,
    "noor.castellane@example.org": 2,
    "beatrix.oyelaran@example.org": 1,
    "fergus.abernethy-cole@example.org": 2,
}


def load(northbank: Organisation, staff: dict[str, Person], *, lead: Person, now: datetime) -> None:
    started = this_years_start(now).year
    joined = {"by": lead, "now": ago(now, weeks=8)}
    cohort = programmes.start(
        organisation=northbank,
        model_key="nqp-senior",
        name="Newly qualified pharmacists",
        cohort_name=f"From {started}",
        start_date=date(started, 9, 1),
        **joined,
    )
    for email, places in SENIORS.items():
        enrolments.enrol(
            cohort=cohort, person=staff[email], side=Side.MENTOR, capacity=places, volunteered=True, **joined
        )
    mentees = []
    for email, sector in SAID_YES.items():
        facts.record(person=staff[email], kind="foundation_sector", value=sector, **joined)
        mentees.append(
            enrolments.enrol(cohort=cohort, person=staff[email], side=Side.MENTEE, volunteered=True, **joined)
        )
    pair_in_turn(cohort, mentees[:PAIRED], by=lead, now=ago(now, weeks=6))
    for email in ASKED:
        asked = joining.ask(cohort=cohort, person=staff[email], side=Side.MENTEE, by=lead, now=ago(now, days=2))
        if email == NOT_NOW:
            joining.answer(enrolment=asked, yes=False, by=staff[email], now=ago(now, days=1))
