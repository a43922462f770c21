"""A teaching hospital that has run mentoring for a year, and its neighbours: organisations, staff and roles.

Its department of 120 comes from examples/staff-list.csv, as a lead's own list would.
What goes on in its programmes is in the modules beside this one, one for each way of mentoring.
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from mentoring_portal.demo import (
    across_employers,
    alumni,
    credentialing,
    domains,
    groups,
    juniors,
    meetings,
    newly_qualified,
    peers,
    prescribers,
    supervisors,
    trainees,
    writing,
)
from mentoring_portal.demo.calendar import ago, move_all
from people.access import Role, ScopeKind
from people.actions import employments, grants, organisations, people, staff_imports
from people.models import Organisation, Person, Site

STAFF_LIST = Path(settings.BASE_DIR) / "examples" / "staff-list.csv"
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
    "supervisor@example.org": "designated supervisor of two trainees with mentors",
    # One or two for each way of mentoring of the neighbours, and of the department's own.
    "chain.lead@example.org": "lead of a chain of pharmacies",
    "graduate@example.org": "recent graduate who mentors two trainees",
    "trainee@example.org": "trainee with a recent graduate as mentor",
    "host.lead@example.org": "lead of the ambulance service",
    "prescriber@example.org": "new prescriber in a group",
    "network.lead@example.org": "lead of a primary care network",
    "peer@example.org": "peer with another, and in a group",
    "facilitator@example.org": "facilitator of that group",
    "noor.castellane@example.org": "candidate for consultant credentialing",
    "reverse.lead@example.org": "lead of confidential reverse mentoring",
    "reverse.mentor@example.org": "reverse mentor",
    "leader@example.org": "senior leader with a reverse mentor",
}

OTHERS = [
    ("greenleaf", "Greenleaf Pharmacies", Organisation.Kind.COMMUNITY),
    ("eastmoor", "Eastmoor Ambulance Service", Organisation.Kind.AMBULANCE),
    ("harbour", "Harbour Primary Care Network", Organisation.Kind.PRIMARY_CARE),
    ("westvale", "Westvale Mental Health Trust", Organisation.Kind.MENTAL_HEALTH),
]


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
    lead = _person("lead@example.org", "Lorna Fairweather", now)
    _role(lead, Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, northbank.pk, now)
    staff = _staff(northbank, lead, now)
    riverside = Site.objects.get(organisation=northbank, name="Riverside")
    _role(staff["sitelead@example.org"], Role.SITE_LEAD, ScopeKind.SITE, riverside.pk, now)

    programme = trainees.load(northbank, staff, lead=lead, now=now)
    newly_qualified.load(northbank, staff, lead=lead, now=now)
    supervisors.load(northbank, staff, lead=lead, now=now)
    meetings.load(staff, now=now)
    domains.load(northbank, staff, lead=lead, now=now)

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
    across_employers.load(elsewhere["eastmoor"], elsewhere, external=external, officer=host, now=now)
    writing.load(staff, external=external, now=now)
    groups.load(northbank, elsewhere, staff, external=external, lead=lead, now=now)
    prescribers.load(northbank, staff, external=external, lead=lead, now=now)
    commissioner = _person("commissioner@example.org", "Delphine Okoro", now)
    _role(commissioner, Role.COMMISSIONER, ScopeKind.PROGRAMME, programme.pk, now)
    _role(commissioner, Role.COMMISSIONER, ScopeKind.ORGANISATION, elsewhere["harbour"].pk, now)
    _role(Person.objects.get(email="host.lead@example.org"), *_lead_of(elsewhere["eastmoor"]), now)
    network, chain, confidential, second = (
        _person(f"{email}@example.org", name, now)
        for email, name in (
            ("network.lead", "Bronwen Castle"),
            ("chain.lead", "Mirabel Stroud"),
            ("reverse.lead", "Leda Brook"),
            ("reverse.second", "Devika Marsh"),
        )
    )
    for person, code in ((network, "harbour"), (chain, "greenleaf"), (confidential, "westvale"), (second, "westvale")):
        _role(person, *_lead_of(elsewhere[code]), now)
    alumni.load(elsewhere["greenleaf"], lead=chain, now=now)
    credentialing.load(northbank, staff, lead=lead, now=now)
    juniors.load(elsewhere["westvale"], lead=confidential, now=now)
    peers.load(elsewhere["harbour"], lead=network, commissioner=commissioner, now=now)
    _role(_person("admin@example.org", "Ravi Stoneleigh", now), Role.ADMINISTRATOR, ScopeKind.PORTAL, 0, now)

    for person in Person.objects.filter(email__in=LOGINS):
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])


def _person(email: str, name: str, now: datetime) -> Person:
    given, _, family = name.partition(" ")
    return people.add(given_name=given, family_name=family, email=email, by=None, now=now)


def _lead_of(organisation: Organisation) -> tuple[str, str, int]:
    return Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, organisation.pk


def _role(person: Person, role: str, kind: str, id: int, now: datetime) -> None:
    """Held for two years already: what the world tells of was done by people who were allowed to."""
    since = ago(now, weeks=104).date()
    grants.give(person=person, role=role, scope_kind=kind, scope_id=id, start_date=since, by=None, now=now)


def _staff(northbank: Organisation, lead: Person, now: datetime) -> dict[str, Person]:
    """Save the staff list as its lead does, its days moved to the present; everyone on it by e-mail address."""
    read = staff_imports.upload(
        organisation=northbank,
        file_name=STAFF_LIST.name,
        data=move_all(STAFF_LIST.read_text(encoding="utf-8"), now).encode(),
        is_complete=True,
        by=lead,
        now=now,
    )
    staff_imports.save(staff_import=read, by=lead, now=now)
    return {person.email: person for person in Person.objects.filter(employments__organisation=northbank)}
