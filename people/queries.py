"""Reads that shape people's pages. Each begins from what the viewer may see."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from people import one_time_links, scopes
from people.access import Access, Role, ScopeKind
from people.fact_kinds import FACT_KINDS
from people.home import Item, Section
from people.models import Employment, Fact, Grant, LineManagement, Organisation, Person, Site, StaffImport
from people.roles import may_change


def people_list(access: Access, *, search: str = "", site: int | None = None) -> QuerySet[Person]:
    """Those whom the viewer may see, each with ``jobs``; every word of ``search`` is part of a name or address.

    An address counts only where the viewer may see it, or a search would tell it.
    """
    viewer, now = access.person, access.now
    people = Person.objects.visible_to(viewer, now=now)
    recorded = Person.objects.on_record_for(viewer, now=now).order_by().values("pk")
    knows_addresses = Q() if access.is_administrator else Q(pk__in=recorded)
    for word in search.split():
        named = Q(given_name__icontains=word) | Q(family_name__icontains=word)
        people = people.filter(named | (Q(email__icontains=word) & knows_addresses))
    if site is not None:
        here = Employment.objects.not_over(on=timezone.localdate(now)).filter(site=site)
        people = people.filter(pk__in=here.order_by().values("person"))
    return people.prefetch_related(_jobs(now))


def on_record(viewer: Person, people: list[Person], *, now: datetime) -> set[int]:
    """Of ``people``, the ids of those whose band, employer, managers and facts ``viewer`` may see."""
    ids = [person.pk for person in people]
    recorded = Person.objects.on_record_for(viewer, now=now).filter(pk__in=ids)
    return set(recorded.order_by().values_list("pk", flat=True))


def sites_of(access: Access) -> list[Site]:
    """The sites by which the person may narrow their list of people."""
    own = access.scope_ids(Role.SITE_LEAD, ScopeKind.SITE)
    if not (own or access.organisations_led):
        return []
    return list(Site.objects.filter(Q(organisation__in=access.organisations_led) | Q(pk__in=own)))


def _jobs(now: datetime) -> Prefetch:
    jobs = Employment.objects.not_over(on=timezone.localdate(now)).select_related("organisation", "site", "team")
    return Prefetch("employments", queryset=jobs, to_attr="jobs")


@dataclass
class Card:
    """What one viewer may see of one person. What they may not see is empty."""

    person: Person
    is_self: bool
    is_on_record: bool
    shows_account: bool  # address and roles
    jobs: list[Employment]
    managers: list[Person] = field(default_factory=list)
    reports: list[Person] = field(default_factory=list)
    facts: list[tuple[str, str | date]] = field(default_factory=list)
    roles: list["HeldRole"] = field(default_factory=list)
    invited_at: datetime | None = None  # when an invitation that still opens was sent
    may_invite: bool = False


@dataclass(frozen=True)
class HeldRole:
    """A grant with its scope named and whether the viewer may end it."""

    grant: Grant
    over: str
    may_end: bool


def card(person: Person, access: Access) -> Card:
    """The page of ``person``, whom the viewer may see, as far as the viewer may."""
    viewer, now = access.person, access.now
    today = timezone.localdate(now)
    recorded = Person.objects.on_record_for(viewer, now=now).filter(pk=person.pk).exists()
    is_self = viewer.pk == person.pk
    jobs = Employment.objects.not_over(on=today).filter(person=person).select_related("organisation", "site", "team")
    found = Card(
        person=person,
        is_self=is_self,
        is_on_record=recorded,
        shows_account=recorded or access.is_administrator,
        jobs=list(jobs),
    )
    if recorded:
        lines = LineManagement.objects.not_over(on=today)
        managers = lines.filter(report=person).order_by().values("manager")
        reports = lines.filter(manager=person).order_by().values("report")
        found.managers = list(Person.objects.filter(pk__in=managers))
        found.reports = list(Person.objects.filter(pk__in=reports))
        facts = {fact.kind: fact for fact in Fact.objects.filter(person=person)}
        found.facts = [(kind.label, _value(kind, facts[kind.key])) for kind in FACT_KINDS.values() if kind.key in facts]
    if found.shows_account:
        found.roles = with_scopes(Grant.objects.not_over(on=today).filter(person=person), access)
        invitation = (
            None if person.has_signed_in else one_time_links.open_for(person, purpose="invitation", now=now).first()
        )
        found.invited_at = invitation and invitation.created_at
        found.may_invite = not (is_self or person.has_usable_password()) and person.is_active and bool(person.email)
    return found


def _value(kind, fact: Fact) -> str | date:
    if not fact.applies:
        return "Does not apply"
    return fact.day or kind.shown(fact.text)


def grants_in_reach(access: Access) -> QuerySet[Grant]:
    """The roles, held now or to come, that the viewer may end or, for their own, at least see."""
    today = timezone.localdate(access.now)
    grants = Grant.objects.not_over(on=today).select_related("person", "given_by")
    if not access.is_administrator:
        grants = grants.filter(_in_reach(access) | Q(person=access.person))
    return grants.order_by("person__family_name", "person__given_name", "person", "role", "pk")


def _in_reach(access: Access) -> Q:
    led = access.organisations_led
    own = access.scope_ids(Role.PROGRAMME_LEAD, ScopeKind.PROGRAMME)
    programmes = {scope.id for scope in scopes.of_organisations(ScopeKind.PROGRAMME, led)} | own if led else own
    sites = Site.objects.filter(organisation__in=led).order_by().values("pk")
    return (
        Q(scope_kind=ScopeKind.ORGANISATION, scope_id__in=led)
        | Q(scope_kind=ScopeKind.SITE, scope_id__in=sites)
        | Q(scope_kind=ScopeKind.PROGRAMME, scope_id__in=programmes)
        | Q(scope_kind=ScopeKind.SITE, role=Role.SITE_LEAD, scope_id__in=access.scope_ids(Role.SITE_LEAD, "site"))
    )


def with_scopes(grants, access: Access) -> list[HeldRole]:
    """Grants with their scopes named, in one query for each kind of scope."""
    grants = list(grants)
    found = scopes.named((grant.scope_kind, grant.scope_id) for grant in grants)
    return [
        HeldRole(
            grant,
            scope.name if scope else "something that no longer exists",
            scope is not None
            and grant.person_id != access.person.pk
            and may_change(access, role=grant.role, scope=scope),
        )
        for grant in grants
        for scope in [found.get((grant.scope_kind, grant.scope_id))]
    ]


def home_section(person: Person, access: Access, now: datetime) -> Section | None:
    """For leads of an organisation: the staff list, which everything else begins with."""
    led = access.organisations_led
    if not led:
        return None
    today = timezone.localdate(now)
    waiting = StaffImport.objects.filter(organisation__in=led, state=StaffImport.State.PREVIEW).defer("rows")
    waiting = waiting.exclude(adds=0, changes=0, leavers=0)  # changes nothing, so it waits for nobody
    items = [
        Item(
            f"Look at {staff_import.file_name} and save it",
            reverse("people:import-preview", args=[staff_import.pk]),
            "Read, but not saved yet. It is dropped after two days.",
        )
        for staff_import in waiting
    ]
    jobs = Employment.objects.not_over(on=today).filter(organisation__in=led)
    staff = jobs.order_by().values("person").distinct().count()
    if staff > 1:  # the lead alone is no list
        items.append(Item(f"{staff} people on your staff list", reverse("people:person-list")))
        hint = "When people have joined, moved or left."
        items.append(Item("Import a newer staff list", reverse("people:import-start"), hint))
    empty = Item(
        "Import your staff list",
        reverse("people:import-start"),
        "A spreadsheet of your department, saved as CSV. Everything begins with it.",
    )
    return Section("Your staff list", items, empty)


def organisations_to_import(viewer: Person, *, now: datetime) -> list[Organisation]:
    """The organisations whose staff list ``viewer`` keeps."""
    return list(Organisation.objects.led_by(viewer, now=now))
