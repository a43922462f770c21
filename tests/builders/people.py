"""People, organisations and roles for tests, made by calling actions, so that no test starts from an impossible state.

Names are invented on the spot where a test does not care for them.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count

from people.access import Role, ScopeKind
from people.actions import employments, facts, grants, organisations, staff_imports, ties
from people.actions import people as people_actions
from people.models import Employment, Grant, Organisation, Person, Site, StaffImport, Team, Tie
from tests.builders.staff_lists import row, staff_list

_number = count(1)


def organisation(*, now: datetime, name: str = "", code: str = "", kind: str = Organisation.Kind.ACUTE) -> Organisation:
    number = next(_number)
    name = name or f"Northbank Hospital {number}"
    return organisations.add(code=code or f"org-{number}", name=name, kind=kind, by=None, now=now)


def site(organisation: Organisation, *, now: datetime, name: str = "") -> Site:
    return organisations.add_site(organisation=organisation, name=name or f"Site {next(_number)}", by=None, now=now)


def team(organisation: Organisation, *, now: datetime, name: str = "") -> Team:
    return organisations.add_team(organisation=organisation, name=name or f"Team {next(_number)}", by=None, now=now)


def person(
    name: str = "",
    *,
    now: datetime,
    email: str | None = "",
    organisation: Organisation | None = None,
    site: Site | None = None,
    team: Team | None = None,
    job_title: str = "",
    band: str = "",
    level: str = "",
    staff_number: str = "",
    start_date: date | None = None,
    managers: Iterable[Person] = (),
    **known,
) -> Person:
    """Somebody, with a job where ``organisation`` is named. ``known`` are facts: ``registered_on=date(…)``.

    ``email=None`` is somebody without an address; left out, one is invented at example.org.
    """
    number = next(_number)
    given, _, family = (name or f"Person {number}").partition(" ")
    if email == "":
        email = f"{given}-{family}-{number}@example.org".lower().replace(" ", "-")
    made = people_actions.add(given_name=given, family_name=family, email=email, by=None, now=now)
    if organisation is not None:
        job(
            made,
            organisation,
            now=now,
            site=site,
            team=team,
            job_title=job_title,
            band=band,
            level=level,
            staff_number=staff_number,
            start_date=start_date,
        )
    if managers:
        employments.set_managers(person=made, managers=managers, by=None, now=now)
    for kind, value in known.items():
        facts.record(person=made, kind=kind, value=value, by=None, now=now)
    return made


def job(person: Person, organisation: Organisation, *, now: datetime, **details) -> Employment:
    return employments.start(person=person, organisation=organisation, by=None, now=now, **details)


def grant(
    person: Person, role: str, scope: Organisation | Site | tuple[str, int] | None = None, *, now: datetime, **dates
) -> Grant:
    """Give a role over an organisation, a site, a pair ("programme", id) or, without ``scope``, the portal."""
    if isinstance(scope, Organisation):
        scope = (ScopeKind.ORGANISATION, scope.pk)
    elif isinstance(scope, Site):
        scope = (ScopeKind.SITE, scope.pk)
    kind, id = scope or (ScopeKind.PORTAL, 0)
    return grants.give(person=person, role=role, scope_kind=kind, scope_id=id, by=None, now=now, **dates)


def lead(organisation: Organisation, name: str = "", *, now: datetime, **details) -> Person:
    """A programme lead of the organisation; give ``organisation=`` in ``details`` for one who works there."""
    made = person(name, now=now, **details)
    grant(made, Role.PROGRAMME_LEAD, organisation, now=now)
    return made


def site_lead(site: Site, name: str = "", *, now: datetime, **details) -> Person:
    made = person(name, now=now, **details)
    grant(made, Role.SITE_LEAD, site, now=now)
    return made


def host_officer(organisation: Organisation, name: str = "", *, now: datetime, **details) -> Person:
    made = person(name, now=now, **details)
    grant(made, Role.HOST_OFFICER, organisation, now=now)
    return made


def commissioner(organisation: Organisation, name: str = "", *, now: datetime, **details) -> Person:
    made = person(name, now=now, **details)
    grant(made, Role.COMMISSIONER, organisation, now=now)
    return made


def administrator(name: str = "", *, now: datetime, **details) -> Person:
    made = person(name, now=now, **details)
    grant(made, Role.ADMINISTRATOR, now=now)
    return made


def staff_import(organisation: Organisation, lead: Person, *, now: datetime, name: str = "Nora New") -> StaffImport:
    """A staff list of one newcomer, read and waiting to be saved."""
    return staff_imports.upload(
        organisation=organisation,
        file_name="staff-list.csv",
        data=staff_list(row(next(_number), name)),
        is_complete=False,
        by=lead,
        now=now,
    )


def saved_import(organisation: Organisation, lead: Person, *, now: datetime) -> StaffImport:
    """The same, saved."""
    waiting = staff_import(organisation, lead, now=now, name=f"Nora Saved{next(_number)}")
    return staff_imports.save(staff_import=waiting, by=lead, now=now)


def tie(kind: str, person: Person, other: Person, *, now: datetime, start_date: date | None = None) -> Tie:
    """``other`` is, say, the designated supervisor (``Tie.Kind.DS``) of ``person``."""
    return ties.record(kind=kind, person=person, other=other, start_date=start_date, by=None, now=now)
