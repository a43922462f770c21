"""Model 6, trainee-alumni: a chain of pharmacies some months into the year, with a mentor too few.

Sign in as its lead, as a recent graduate who mentors two, or as one of her trainees.
"""

from datetime import datetime, timedelta

from mentoring_portal.demo.calendar import ago, this_years_start
from mentoring_portal.demo.making import employed, enrol, start
from people.models import Organisation, Person
from programmes.actions import relationships
from programmes.dates import anniversary
from programmes.models import Side
from sessions_log.actions import sessions

# Trainees with where they train, and the mentor whom they have.
TRAINEES = (
    ("Tobias Wren", "trainee@example.org", "Camden Road", "Otis Kemble"),
    ("Saffron Idowu", "", "Camden Road", "Otis Kemble"),
    ("Linus Farrow", "", "Mill Lane", "Pia Thackeray"),
    ("Zara Holloway", "", "Mill Lane", ""),
)
MENTORS = (("Otis Kemble", "graduate@example.org", "Camden Road", 2), ("Pia Thackeray", "", "Mill Lane", 1))


def load(greenleaf: Organisation, *, lead: Person, now: datetime) -> None:
    begins = this_years_start(now)
    set_up = min(ago(now, days=1), ago(now, days=(now.date() - begins).days + 28))
    cohort = start(greenleaf, "trainee-alumni", "Mentors who trained here", set_up + timedelta(weeks=4), by=lead)
    cohort.start_date = begins
    cohort.save(update_fields=["start_date"])
    by_name = {}
    for name, email, site, places in MENTORS:
        known = {
            "registered_on": anniversary(begins, -2),
            "foundation_employer": greenleaf.name,
            "foundation_site": site,
        }
        mentor = employed(greenleaf, name, "Pharmacist", set_up, email=email, known=known, level="early")
        by_name[name] = enrol(cohort, mentor, Side.MENTOR, by=lead, now=set_up, capacity=places)
    for name, email, site, mentor in TRAINEES:
        known = {"foundation_site": site}
        trainee = employed(greenleaf, name, "Trainee pharmacist", set_up, email=email, known=known, level="foundation")
        mentee = enrol(cohort, trainee, Side.MENTEE, by=lead, now=set_up)
        if not mentor:
            continue
        made = max(set_up, ago(now, weeks=14))
        pair = relationships.start(cohort=cohort, mentee=mentee, mentor=by_name[mentor], by=lead, now=made)
        if name == "Tobias Wren":
            for days in (40, 12):
                held = ago(now, days=days)
                if held > made:
                    sessions.log_unplanned(relationship=pair, day=held.date(), by=trainee, now=held)
