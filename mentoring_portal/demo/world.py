"""A hospital whose pharmacy department has run mentoring for a year and is about to pair its next intake.

The department's staff list is not in yet: examples/staff-list.csv is there for
the visitor to import, which is how a lead begins.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from people.access import Role, ScopeKind
from people.actions import employments, facts, grants, organisations, people, ties
from people.models import Organisation, Person, Tie
from programmes.actions import enrolments, programmes, relationships
from programmes.models import Side

PASSWORD = "pharmacy-demo"
LOGINS = {
    "lead@example.org": "education lead",
    "sitelead@example.org": "site lead",
    "mentor@example.org": "mentor",
    "mentee@example.org": "mentee",
    "external@example.org": "mentor from outside",
    "host@example.org": "host organisation",
    "commissioner@example.org": "commissioner",
    "admin@example.org": "administrator",
}

SITES = ["Northbank General", "Riverside", "St Bride's"]
TEAMS = ["Education and training", "Dispensary", "Clinical services", "Emergency care", "Critical care"]
OTHERS = [
    ("greenleaf", "Greenleaf Pharmacies", Organisation.Kind.COMMUNITY),
    ("eastmoor", "Eastmoor Ambulance Service", Organisation.Kind.AMBULANCE),
    ("harbour", "Harbour Primary Care Network", Organisation.Kind.PRIMARY_CARE),
    ("westvale", "Westvale Mental Health Trust", Organisation.Kind.MENTAL_HEALTH),
]

# Who already works at Northbank: e-mail, name, job, band, site, team, manager's e-mail, since.
STAFF = [
    ("chief@example.org", "Winifred Oakes", "Chief pharmacist", "9", 0, 0, None, 2012),
    ("lead@example.org", "Lorna Fairweather", "Education lead pharmacist", "8b", 0, 0, "chief@example.org", 2015),
    ("sitelead@example.org", "Idris Penhale", "Site lead pharmacist", "8a", 1, 2, "chief@example.org", 2017),
    ("supervisor@example.org", "Marguerite Swann", "Senior pharmacist", "8a", 0, 2, "chief@example.org", 2018),
    ("mentor@example.org", "Bramwell Achebe", "Pharmacist", "6", 0, 1, "supervisor@example.org", 2024),
    ("saffron.lyle@example.org", "Saffron Lyle", "Pharmacist", "6", 1, 2, "sitelead@example.org", 2024),
    ("tobias.wren@example.org", "Tobias Wren", "Pharmacist", "6", 2, 3, "supervisor@example.org", 2023),
    ("mentee@example.org", "Juniper Malik", "Trainee pharmacist", "5", 0, 1, "lead@example.org", 2026),
    ("caspian.rowe@example.org", "Caspian Rowe", "Trainee pharmacist", "5", 1, 2, "lead@example.org", 2026),
    ("imogen.asante@example.org", "Imogen Asante", "Trainee pharmacist", "5", 2, 3, "lead@example.org", 2026),
]
MENTOR_OF = {
    "mentee@example.org": "mentor@example.org",
    "caspian.rowe@example.org": "saffron.lyle@example.org",
    "imogen.asante@example.org": "tobias.wren@example.org",
}


@transaction.atomic
def load(*, now: datetime) -> None:
    """Fill an empty database with the demo's world as it stands at ``now``."""
    northbank = organisations.add(
        code="northbank",
        name="Northbank Teaching Hospitals",
        kind=Organisation.Kind.ACUTE,
        by=None,
        now=now,
    )
    elsewhere = {
        code: organisations.add(code=code, name=name, kind=kind, by=None, now=now) for code, name, kind in OTHERS
    }
    staff = _staff(northbank, now)
    lead = staff["lead@example.org"]
    _role(lead, Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, northbank.pk, now)
    site = staff["sitelead@example.org"].employments.get().site
    _role(staff["sitelead@example.org"], Role.SITE_LEAD, ScopeKind.SITE, site.pk, now)

    cohort = _running_cohort(northbank, staff, lead, now)

    external = _person("external@example.org", "Aurelia Finch", now)
    employments.start(
        person=external,
        organisation=elsewhere["greenleaf"],
        job_title="Community pharmacist",
        level="early",
        by=None,
        now=now,
    )
    host = _person("host@example.org", "Cosmo Hartley", now)
    employments.start(
        person=host,
        organisation=elsewhere["eastmoor"],
        job_title="Pharmacy workforce officer",
        by=None,
        now=now,
    )
    _role(host, Role.HOST_OFFICER, ScopeKind.ORGANISATION, elsewhere["eastmoor"].pk, now)
    commissioner = _person("commissioner@example.org", "Delphine Okoro", now)
    _role(commissioner, Role.COMMISSIONER, ScopeKind.PROGRAMME, cohort.programme_id, now)
    _role(_person("admin@example.org", "Ravi Stoneleigh", now), Role.ADMINISTRATOR, ScopeKind.PORTAL, 0, now)

    for person in Person.objects.filter(email__in=LOGINS):
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])


def _person(email: str, name: str, now: datetime) -> Person:
    given, _, family = name.partition(" ")
    return people.add(given_name=given, family_name=family, email=email, by=None, now=now)


def _role(person: Person, role: str, kind: str, id: int, now: datetime) -> None:
    grants.give(person=person, role=role, scope_kind=kind, scope_id=id, by=None, now=now)


def _staff(northbank: Organisation, now: datetime) -> dict[str, Person]:
    sites = [organisations.add_site(organisation=northbank, name=name, by=None, now=now) for name in SITES]
    teams = [organisations.add_team(organisation=northbank, name=name, by=None, now=now) for name in TEAMS]
    staff = {}
    for number, (email, name, title, band, site, team, manager, since) in enumerate(STAFF, start=1):
        person = staff[email] = _person(email, name, now)
        employments.start(
            person=person,
            organisation=northbank,
            site=sites[site],
            team=teams[team],
            job_title=title,
            band=band,
            staff_number=f"2100{number:04}",
            start_date=date(since, 8, 1),
            by=None,
            now=now,
        )
        if manager:
            employments.set_managers(person=person, managers=[staff[manager]], by=None, now=now)
    return staff


def _running_cohort(northbank: Organisation, staff: dict[str, Person], lead: Person, now: datetime):
    """The intake of this training year, three pairs, by hand as the lead made them."""
    today = timezone.localdate(now)
    began = _last_monday_of_july(today.year if today >= _last_monday_of_july(today.year) else today.year - 1)
    cohort = programmes.start(
        organisation=northbank,
        model_key="trainee-band6",
        name="Trainee mentoring",
        cohort_name=f"{began.year} intake",
        start_date=began,
        by=lead,
        now=now,
    )
    for email, mentor in MENTOR_OF.items():
        facts.record(person=staff[mentor], kind="mentor_trained_on", value=date(began.year, 5, 12), by=lead, now=now)
        ties.record(kind=Tie.Kind.DS, person=staff[email], other=staff["supervisor@example.org"], by=lead, now=now)
        relationships.start(
            cohort=cohort,
            mentee=enrolments.enrol(cohort=cohort, person=staff[email], side=Side.MENTEE, by=lead, now=now),
            mentor=enrolments.enrol(
                cohort=cohort, person=staff[mentor], side=Side.MENTOR, volunteered=True, by=lead, now=now
            ),
            by=lead,
            now=now,
        )
    return cohort


def _last_monday_of_july(year: int) -> date:
    """When the foundation training year begins, in the demo."""
    last = date(year, 7, 31)
    return date(year, 7, 31 - last.weekday())
