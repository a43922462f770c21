"""Reads that shape people's pages. Each begins from what the viewer may see."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from people import merging, offers, one_time_links, scopes
from people.access import Access, Role, ScopeKind
from people.fact_kinds import FACT_KINDS, FactKind
from people.models import (
    Employment,
    Fact,
    Grant,
    Guest,
    LineManagement,
    Organisation,
    Person,
    Site,
    Team,
    Tie,
)
from people.names import folded
from people.offers import Part
from people.roles import may_change
from people.sights import (
    EVERYBODY,
    NOBODY,
    THERE,
    kept_condition,
    on_record_condition,
    people_on_record,
    seen_condition,
)


@dataclass(frozen=True)
class Asked:
    """How a list of people is narrowed and sorted; what is empty does not narrow."""

    search: str = ""
    site: int | None = None
    team: int | None = None
    band: str = ""  # "none": a job without one
    left: bool = False  # those who have left, instead of those who are here
    others: tuple[tuple[str, str], ...] = ()  # (key, value) of narrowings of rooms above
    sort: str = "name"

    @property
    def needs_records(self) -> bool:
        """Whether what stands in records decides who is listed, and where."""
        return bool(self.search or self.band or self.sort != "name")


SORTS = {"name": "Name", "band": "Band, highest first", "newest": "Newest first"}


def people_list(access: Access, asked: Asked) -> QuerySet[Person]:
    """Those whom the viewer may see, each with ``jobs``; every word of the search is part of a name, an address or a
    staff number.

    An address, a number and a band count only where the viewer may see them, or a
    search, a filter or an order would tell them.
    """
    now = access.now
    recorded = on_record_condition(access.person, now=now) if asked.needs_records else NOBODY
    people = Person.objects.filter(is_active=not asked.left, **THERE)
    jobs = Employment.objects.order_by()
    jobs = jobs if asked.left else jobs.not_over(on=timezone.localdate(now))
    # Before the question who may be seen, which is asked of one person at a time.
    people = people.filter(*_matching(asked.search, jobs, recorded, sees_addresses=access.is_administrator))
    # Whose record may be seen may be seen.
    people = people.filter(recorded if asked.band else seen_condition(access.person, now=now))
    here = {name: value for name, value in (("site", asked.site), ("team", asked.team)) if value is not None}
    if here:
        people = people.filter(pk__in=jobs.filter(**here).values("person"))
    if asked.band:
        banded = jobs.filter(band="" if asked.band == "none" else asked.band)
        people = people.filter(pk__in=banded.values("person"))
    narrowings = {narrowing.key: narrowing for narrowing in offers.narrowings()}
    for key, value in asked.others:
        people = people.filter(narrowings[key].rows(value, access))
    listed = _sorted(people, asked.sort, jobs, EVERYBODY if asked.band else recorded)
    return listed.prefetch_related(_jobs(now, past=asked.left))


def tell_record(people: list[Person], access: Access) -> None:
    """Give each of ``people``, of a list with ``jobs`` that the viewer may see, ``is_recorded``: whether the viewer may
    see their record too.

    Who works for an organisation that one leads is on its list; only of others on this page the database is asked.
    """
    led, own = access.organisations_led, access.person.pk
    others = [one for one in people if one.pk != own and not any(job.organisation_id in led for job in one.jobs)]
    keys = people_on_record(Person.objects.filter(pk__in=[one.pk for one in others]), access.person, now=access.now)
    known = set(keys.values_list("pk", flat=True)) if others else set()
    for person in people:
        person.is_recorded = person not in others or person.pk in known


def _matching(search: str, jobs, recorded, *, sees_addresses: bool) -> list[Q]:
    """One condition for each word. A word of marks alone is no part of a name."""
    found = []
    for word in search.split():
        parts = folded(word).split()
        named = Q(*(Q(folded_name__contains=part) for part in parts)) if parts else Q(pk__in=[])
        addressed = Q(email__contains=word.lower())
        has_digit = any(letter.isdigit() for letter in word)  # as every staff number has
        numbered = Q(pk__in=jobs.filter(staff_number__icontains=word).values("person") if has_digit else [])
        if sees_addresses:
            found.append(named | addressed | (numbered & recorded))
        else:
            found.append(named | ((addressed | numbered) & recorded))
    return found


def _sorted(people, sort: str, jobs, recorded):
    first = jobs.filter(person=OuterRef("pk"))
    if sort == "band":
        highest = Subquery(first.order_by("-band").values("band")[:1])
        # Whose band the viewer may not see stand last, in order of name, like those who have none.
        shown = Case(When(recorded, then=Coalesce(highest, Value(""))), default=Value(""))
        return people.annotate(band_shown=shown).order_by("-band_shown", *Person._meta.ordering)
    if sort == "newest":
        begun = Subquery(first.order_by("-start_date").values("start_date")[:1])
        shown = Case(When(recorded, then=begun), default=None, output_field=DateField())
        return people.annotate(begun=shown).order_by(F("begun").desc(nulls_last=True), *Person._meta.ordering)
    return people


def sites_of(access: Access) -> list[Site]:
    """The sites by which the person may narrow their list of people."""
    own = access.scope_ids(Role.SITE_LEAD, ScopeKind.SITE)
    if not (own or access.organisations_led):
        return []
    return list(Site.objects.filter(Q(organisation__in=access.organisations_led) | Q(pk__in=own)))


def teams_of(access: Access) -> list[Team]:
    """The teams by which the person may narrow their list of people."""
    if not access.organisations_led:
        return []
    return list(Team.objects.filter(organisation__in=access.organisations_led))


def _jobs(now: datetime, *, past: bool = False) -> Prefetch:
    jobs = Employment.objects.select_related("site")
    if not past:
        jobs = jobs.not_over(on=timezone.localdate(now))
    return Prefetch("employments", queryset=jobs, to_attr="jobs")


def may_keep_account(access: Access) -> QuerySet[Person]:
    """Those whose name and address the viewer may change, whom they may mark as having left, and merge."""
    if access.is_administrator:
        return Person.objects.visible_to(access.person, now=access.now).exclude(pk=access.person.pk)
    return Person.objects.kept_by(access.person, now=access.now).exclude(pk=access.person.pk)


def may_keep_record(access: Access) -> QuerySet[Person]:
    """Those whose job, managers, ties and facts the viewer may change; their own too, where they keep the list."""
    return Person.objects.kept_by(access.person, now=access.now)


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
    facts: list["FactLine"] = field(default_factory=list)
    keeps_record: bool = False  # may change job, managers, ties and facts
    keeps_account: bool = False  # may change name and address, mark as having left, merge
    past_jobs: list[Employment] = field(default_factory=list)
    guest_of: list[Guest] = field(default_factory=list)
    may_change_jobs: set[int] = field(default_factory=set)  # organisations whose jobs the viewer may change
    ties: list["TieLine"] = field(default_factory=list)
    alike: list[Person] = field(default_factory=list)  # who may be the same person under another record
    parts: list[Part] = field(default_factory=list)  # what rooms above know
    roles: list["HeldRole"] = field(default_factory=list)
    invited_at: datetime | None = None  # when an invitation that still opens was sent
    may_invite: bool = False

    @property
    def has_facts(self) -> bool:
        return any(line.words for line in self.facts)

    @property
    def unknown_facts(self) -> list["FactLine"]:
        return [line for line in self.facts if not line.words]


@dataclass(frozen=True)
class FactLine:
    """One fact in words; empty where it is not known."""

    kind: FactKind
    words: str
    is_own: bool = False  # the person said so


@dataclass(frozen=True)
class TieLine:
    """A tie as it reads on one person's page: "Carol Reid is their designated supervisor"."""

    tie: Tie
    other: Person
    words: str


@dataclass(frozen=True)
class HeldRole:
    """A grant with its scope named and whether the viewer may end it."""

    grant: Grant
    over: str
    may_end: bool


def card(pk: int, access: Access) -> Card | None:
    """The page of the person with this id as far as the viewer may see it; None where they may not see the person."""
    viewer, now = access.person, access.now
    today = timezone.localdate(now)
    person = _seen(pk, access)
    if person is None:
        return None
    is_self = viewer.pk == person.pk
    keeps = person.is_kept
    jobs = list(Employment.objects.filter(person=person).select_related("organisation", "site", "team"))
    found = Card(
        person=person,
        is_self=is_self,
        is_on_record=person.is_recorded,
        shows_account=person.is_recorded or access.is_administrator,
        keeps_record=keeps,
        keeps_account=(keeps or access.is_administrator) and not is_self,
        jobs=[job for job in jobs if not job.is_over(today)],
        parts=offers.parts(person, viewer, now=now),
    )
    if found.is_on_record:
        led = access.organisations_led
        found.may_change_jobs = led if keeps else set()
        # What somebody did elsewhere before is theirs to tell.
        found.past_jobs = [
            job
            for job in jobs
            if job.is_over(today) and job.end_date > job.start_date and (is_self or job.organisation_id in led)
        ]
        if not found.jobs:
            guests = Guest.objects.not_over(on=today).filter(person=person)
            found.guest_of = list(guests.select_related("organisation"))
        lines = LineManagement.objects.not_over(on=today).filter(Q(report=person) | Q(manager=person))
        for line in lines.select_related("report", "manager").order_by("pk"):
            some, other = (
                (found.managers, line.manager) if line.report_id == person.pk else (found.reports, line.report)
            )
            some.append(other)
        for some in (found.managers, found.reports):
            some.sort(key=lambda other: (other.family_name, other.given_name, other.pk))
        found.facts = fact_lines(person)
        found.ties = tie_lines(person, own=is_self, now=now)
    if found.shows_account:
        found.roles = with_scopes(Grant.objects.not_over(on=today).filter(person=person), access)
        found.invited_at = None if person.has_signed_in else person.invited_at
        found.may_invite = not (is_self or person.has_usable_password()) and person.is_active and bool(person.email)
    if found.keeps_account:
        found.alike = _namesakes(person, access)
    return found


def _seen(pk: int, access: Access) -> Person | None:
    """The person with ``is_kept``, ``is_recorded``, ``invited_at`` and ``has_namesake``; None where the viewer may not
    see them. Who keeps a record sees it, so only for others is more than that asked."""
    viewer, now = access.person, access.now
    # Sent by somebody: a link that went along with another mail would tell a manager that there was such a mail.
    invitations = one_time_links.open_at(now).filter(
        person=OuterRef("pk"), purpose="invitation", issued_by__isnull=False
    )
    namesakes = Person.objects.filter(folded_name=OuterRef("folded_name"), merged_into=None).exclude(pk=pk)
    person = (
        Person.objects.filter(pk=pk, **THERE)
        .annotate(
            is_kept=_whether(kept_condition(viewer, now=now)),
            invited_at=Subquery(invitations.order_by("-created_at").values("created_at")[:1]),
            has_namesake=Exists(namesakes.exclude(folded_name="").order_by()),
        )
        .first()
    )
    if person is None:
        return None
    person.is_recorded = person.is_kept or pk == viewer.pk
    if not person.is_recorded:
        seen = Person.objects.filter(pk=pk).visible_to(viewer, now=now)
        known = seen.values_list(_whether(on_record_condition(viewer, now=now)), flat=True).first()
        if known is None:
            return None
        person.is_recorded = known
    return person


def _namesakes(person: Person, access: Access) -> list[Person]:
    """A few others of the same name whom the viewer may merge with ``person``."""
    if not person.has_namesake:
        return []
    alike = may_keep_account(access).filter(folded_name=person.folded_name).exclude(pk=person.pk)
    return list(alike.order_by("pk")[:5])


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def fact_lines(person: Person) -> list[FactLine]:
    """Every kind of fact with what is known of it, in the order of the catalogue."""
    facts = {fact.kind: fact for fact in Fact.objects.filter(person=person).order_by()}
    return [
        FactLine(kind, merging.fact_words(facts[kind.key]), facts[kind.key].is_own)
        if kind.key in facts
        else FactLine(kind, "")
        for kind in FACT_KINDS.values()
    ]


def tie_lines(person: Person, *, own: bool, now: datetime) -> list[TieLine]:
    """The ties of ``person`` that hold or will. On one's own page those of supervision alone: whether somebody
    declared a conflict with them, or keeps them apart, is nobody's to read about themselves."""
    ties = Tie.objects.not_over(on=timezone.localdate(now)).filter(Q(person=person) | Q(other=person))
    if own:
        ties = ties.filter(kind__in=Tie.DIRECTED)
    lines = []
    for tie in ties.select_related("person", "other").order_by("kind", "pk"):
        is_subject = tie.person_id == person.pk
        other = tie.other if is_subject else tie.person
        label = tie.get_kind_display()
        if tie.kind not in Tie.DIRECTED:
            words = "not to be paired: a conflict between them is on record"
        elif is_subject:
            words = f"{'your' if own else 'their'} {label}"
        else:
            words = f"{'you are' if own else f'{person.given_name} is'} their {label}"
        lines.append(TieLine(tie, other, words))
    return lines


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
            scope.name if scope else scopes.GONE,
            scope is not None
            and grant.person_id != access.person.pk
            and may_change(access, role=grant.role, scope=scope),
        )
        for grant in grants
        for scope in [found.get((grant.scope_kind, grant.scope_id))]
    ]


def organisations_to_import(viewer: Person, *, now: datetime) -> list[Organisation]:
    """The organisations whose staff list ``viewer`` keeps."""
    return list(Organisation.objects.led_by(viewer, now=now))
