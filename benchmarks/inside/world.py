"""A hospital's pharmacy department of any size, made by the portal's own actions, for benchmarks."""

import csv
import io
from datetime import date, datetime

from people.access import Role, ScopeKind
from people.actions import grants, organisations, people, staff_imports
from people.models import Organisation, Person
from programmes.actions import enrolments, programmes
from programmes.models import Cohort, Side

SITES, TEAMS = 20, 12
HEADINGS = [
    "Employee Number", "First Name", "Last Name", "E-mail Address", "Position Title", "Grade", "Location", "Department",
    "Supervisor", "Start Date", "Mentor Volunteer", "Mentor Training Date", "Style",
]  # fmt: skip
STYLES = ["quiet, patient", "outgoing", "patient, organised", "", "quiet", "organised, frank"]


def staff_list(mentees: int, mentors: int, others: int = 0, *, first: int = 0) -> bytes:
    """A CSV: trainees, band 6 pharmacists who volunteer, and seniors who manage ten people each.

    ``first``: from which number they are counted, where others are in the portal already.
    """
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(HEADINGS)
    total = mentees + mentors + others
    for number in range(total):
        is_mentee, is_mentor = number < mentees, mentees <= number < mentees + mentors
        title = "Trainee pharmacist" if is_mentee else "Pharmacist" if is_mentor else "Senior pharmacist"
        grade = "Band 5" if is_mentee else "Band 6" if is_mentor else "Band 7"
        manager = total - 1 - (number // 10) % max(others, 1) if others else None
        job = [title, grade, f"Site {number * 7 % SITES}", f"Team {number * 5 % TEAMS}"]
        managed_by = f"p{first + manager}@example.org" if manager is not None and manager > number else ""
        known = ["Yes" if is_mentor else "", "01/05/2025" if number % 3 else "", STYLES[number % len(STYLES)]]
        names = [f"Given{number}", f"Family{number % 700}", f"p{first + number}@example.org"]
        write([21_000_000 + first + number, *names, *job, managed_by, "01/08/2020", *known])
    return out.getvalue().encode()


def department(
    mentees: int, mentors: int, others: int = 0, *, first: int = 0, now: datetime
) -> tuple[Organisation, Person]:
    """An organisation with its staff, and a lead of it who is no member of staff."""
    organisation = organisations.add(
        code="bench", name="Benchmark Hospitals", kind=Organisation.Kind.ACUTE, by=None, now=now
    )
    lead = people.add(given_name="Lorna", family_name="Lead", email="lead@example.org", by=None, now=now)
    grants.give(
        person=lead,
        role=Role.PROGRAMME_LEAD,
        scope_kind=ScopeKind.ORGANISATION,
        scope_id=organisation.pk,
        by=None,
        now=now,
    )
    read = staff_imports.upload(
        organisation=organisation,
        file_name="staff-list.csv",
        data=staff_list(mentees, mentors, others, first=first),
        is_complete=False,
        by=lead,
        now=now,
    )
    staff_imports.save(staff_import=read, by=lead, now=now)
    return organisation, lead


def cohort(organisation: Organisation, lead: Person, mentees: int, mentors: int, *, now: datetime) -> Cohort:
    """A cohort of trainee-band6 in which that many of the staff are enrolled."""
    opened = programmes.start(
        organisation=organisation,
        model_key="trainee-band6",
        name="Trainee mentoring",
        cohort_name="Intake",
        start_date=date(now.year + 1, 7, 26),
        by=lead,
        now=now,
    )
    staff = Person.objects.filter(employments__organisation=organisation).order_by("pk")
    for side, band, count in ((Side.MENTEE, "5", mentees), (Side.MENTOR, "6", mentors)):
        some = staff.filter(employments__band=band)[:count]
        enrolments.enrol_many(cohort=opened, people=some, side=side, by=lead, now=now)
    return opened
