"""Model 3, ds-experienced-ds: prospective supervisors beside experienced ones, one triad with its trainee named."""

from datetime import date, datetime

from mentoring_portal.demo.calendar import ago, moved, this_years_start
from mentoring_portal.demo.pairing import pair_in_turn
from people.actions import facts
from people.models import Organisation, Person
from programmes.actions import enrolments, programmes, triads
from programmes.models import Side

# At band 7 since, diploma in; the last is not eligible yet, for want of the diploma's date.
PROSPECTIVE = {
    "siobhan.everdene@example.org": (date(2022, 2, 1), date(2023, 9, 30)),
    "kwabena.littlejohn@example.org": (date(2023, 5, 1), date(2024, 9, 30)),
    "mei-lin.harcastle@example.org": (date(2022, 10, 1), date(2023, 9, 30)),
    "oluwaseun.merriweather@example.org": (date(2024, 11, 1), None),
}
# A designated supervisor since.
EXPERIENCED = {
    "philippa.nightjar@example.org": date(2017, 8, 1),
    "leopold.grieveson@example.org": date(2019, 8, 1),
    "fergus.abernethy-cole@example.org": date(2020, 8, 1),
    "ambrose.tamworth@example.org": date(2018, 8, 1),
    "supervisor@example.org": date(2016, 8, 1),
}
TRAINEE = "caspian.rowe@example.org"


def load(northbank: Organisation, staff: dict[str, Person], *, lead: Person, now: datetime) -> None:
    started = this_years_start(now)
    spring = {"by": lead, "now": ago(now, weeks=26)}
    cohort = programmes.start(
        organisation=northbank,
        model_key="ds-experienced-ds",
        name="Designated supervisors",
        cohort_name=f"{started.year} supervisors",
        start_date=started,
        **spring,
    )
    for email, since in EXPERIENCED.items():
        facts.record(person=staff[email], kind="first_ds_on", value=moved(since, now), **spring)
        enrolments.enrol(cohort=cohort, person=staff[email], side=Side.MENTOR, volunteered=True, **spring)
    eligible = []
    for email, (band7, diploma) in PROSPECTIVE.items():
        facts.record(person=staff[email], kind="band7_on", value=moved(band7, now), **spring)
        enrolment = enrolments.enrol(cohort=cohort, person=staff[email], side=Side.MENTEE, volunteered=True, **spring)
        if diploma:
            facts.record(person=staff[email], kind="diploma_on", value=moved(diploma, now), **spring)
            eligible.append(enrolment)
    first, *_ = pair_in_turn(cohort, eligible, by=lead, now=ago(now, weeks=24))
    triads.name_trainee(relationship=first, trainee=staff[TRAINEE], tell_on=now.date(), by=lead, now=now)
