"""What waits for a lead or a matchmaker: private flags, pairs that broke a rule, pairs to confirm, people who wait."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils import timezone

from people.access import Access
from people.counting import counted_together
from people.home import Found, Item, Rows, Section
from people.models import Person
from programmes import mentoring_models, offers
from programmes.dates import in_words
from programmes.facts import Facts, facts_alone, facts_for
from programmes.interim import names_a_way
from programmes.matchmakers import confirmations_for
from programmes.models import Cohort, Enrolment, Flag, Member, Relationship, RuleBreak, Side
from programmes.readiness import Readiness, readiness_of
from programmes.rules import Refusal, eligibility

NOT_PUT_FIRST = IsNull(F("put_first_at"), True)  # sorts whom a lead put first before all others

MOST = 50  # of each kind on one page; the oldest first, so that what is done makes room


@dataclass(frozen=True)
class Task:
    """One thing to decide."""

    text: str
    url: str
    where: str  # the programme and its cohort
    since: date
    days: int
    detail: str = ""


@dataclass(frozen=True)
class Unnamed:
    """A task whose words name the members of ``relationship``: ``worded`` reads them once a page has fetched those of
    all its tasks."""

    relationship: Relationship
    worded: Callable[[], Task]


def worded(lists: Iterable[list[Task | Unnamed]]) -> list[list[Task]]:
    """Lists of tasks with all their words. One query for the members of all of them."""
    lists = list(lists)
    unnamed = [one.relationship for some in lists for one in some if isinstance(one, Unnamed)]
    prefetch_related_objects(unnamed, Prefetch("members", Member.objects.select_related("person")))
    return [[one.worded() if isinstance(one, Unnamed) else one for one in some] for some in lists]


@dataclass(frozen=True)
class Tasks:
    """What waits for one person, by kind, the oldest first."""

    flags: list[Task] = field(default_factory=list)
    breaks: list[Task | Unnamed] = field(default_factory=list)
    confirmations: list[Task | Unnamed] = field(default_factory=list)
    left_waiting: list[Task] = field(default_factory=list)

    def __bool__(self):
        return any((self.flags, self.breaks, self.confirmations, self.left_waiting))


def tasks(viewer: Person, *, now: datetime, found: Found) -> Tasks:
    """What waits for ``viewer``, at most ``MOST`` of each kind. A query a kind of those that ``found`` (``home_rows``,
    counted) has."""
    today = timezone.localdate(now)

    def task(text, name, key, cohort: Cohort, since: datetime | date, detail="", choice: Item | None = None) -> Task:
        day = timezone.localdate(since) if isinstance(since, datetime) else since
        url = choice.url if choice else reverse(f"programmes:{name}", args=[key])
        return Task(text, url, f"{cohort.programme}, {cohort}", day, max((today - day).days, 0), detail)

    def there(kind: str, rows: Callable[..., QuerySet], *related: str) -> Iterable:
        return rows(viewer, now=now).select_related(*related)[:MOST] if found.get(kind) else ()

    pair = "relationship__cohort__programme"
    flags = there("flags", Flag.objects.open().read_by, "raised_by", pair)
    breaks = there("breaks", RuleBreak.objects.open().led_by, pair)
    waiting = there("confirmations", _to_confirm, "cohort__programme")
    left = there("waiting", left_waiting, "person", "cohort__programme")

    def rule_break(one: RuleBreak) -> Unnamed:
        pair, since = one.relationship, one.found_at
        return Unnamed(
            pair,
            lambda: task(
                f"{pair_name(pair)} breaks a rule now", "rule-break-detail", one.pk, pair.cohort, since, one.sentence
            ),
        )

    def to_confirm(pair: Relationship) -> Unnamed:
        return Unnamed(
            pair, lambda: task(pair_name(pair), "relationship-confirm", pair.pk, pair.cohort, pair.started_at)
        )

    return Tasks(
        flags=[
            task(
                f"{one.raised_by.name} asks for help with their match",
                "flag-detail",
                one.pk,
                one.relationship.cohort,
                one.raised_at,
            )
            for one in flags
        ],
        breaks=[rule_break(one) for one in breaks],
        confirmations=[to_confirm(one) for one in waiting],
        left_waiting=[
            task(
                f"{one.person.name} needs another {mentoring_models.of(one.cohort.programme).partner_of(one.side).one}",
                "waiting-list",
                one.cohort_id,
                one.cohort,
                one.waiting_since or today,
                choice=next(iter(offers.choices(one)), None),
            )
            for one in left
        ],
    )


def _to_confirm(viewer: Person, *, now: datetime) -> QuerySet[Relationship]:
    return confirmations_for(viewer, now=now).order_by("started_at", "pk")


def left_waiting(viewer: Person, *, now: datetime):
    """Mentees in cohorts that ``viewer`` leads who wait because a match of theirs has ended; the longest wait first."""
    ended = Member.objects.filter(left_at__isnull=False, enrolment__isnull=False).order_by().values("enrolment")
    return (
        Enrolment.objects.live()
        .with_places()
        .on_side(Side.MENTEE)
        .led_by(viewer, now=now)
        .filter(pk__in=ended, cohort__closed_at=None, cohort__programme__closed_at=None)
        .order_by(NOT_PUT_FIRST, "waiting_since", "pk")
    )


def pair_name(relationship: Relationship) -> str:
    """``Asha Patel with Ben Carter``, from members fetched with their people."""
    members = sorted(relationship.members.all(), key=lambda one: one.role != Member.Role.MENTEE)
    shown = [one for one in members if one.left_at is None] or members
    return " with ".join(one.person.name for one in shown if one.role in Member.NAMED)


def home_rows(person: Person, access: Access, now: datetime) -> Rows:
    """What waits, a kind each; the same counts decide what the list of tasks asks for."""
    if not (access.is_lead or access.is_site_lead):
        return {}
    rows = {"confirmations": confirmations_for(person, now=now)}
    if access.is_lead:
        rows["flags"] = Flag.objects.open().read_by(person, now=now)
        rows["breaks"] = RuleBreak.objects.open().led_by(person, now=now)
        rows["waiting"] = left_waiting(person, now=now)
        rows |= {f"of_{kind.key}": kind.waiting(person, now=now) for kind in offers.task_kinds()}
    return rows


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """ "For you to decide": one line a kind, each opening its list."""
    if not (access.is_lead or access.is_site_lead):
        return None
    found = counted_together(**home_rows(person, access, now)) if found is None else found
    page = reverse("programmes:task-list")
    items = []
    if flags := found.get("flags"):
        text = "1 person asks" if flags == 1 else f"{flags:,} people ask"
        items.append(Item(f"{text} for help with their match", f"{page}#flags"))
    if waiting := found.get("waiting"):
        text = "1 person needs" if waiting == 1 else f"{waiting:,} people need"
        items.append(Item(f"{text} another mentor", f"{page}#waiting", hint="A match of theirs has ended."))
    if breaks := found.get("breaks"):
        text = "1 match breaks" if breaks == 1 else f"{breaks:,} matches break"
        items.append(Item(f"{text} a rule now", f"{page}#rules", hint="Nothing was changed. You decide."))
    for kind in offers.task_kinds():
        if count := found.get(f"of_{kind.key}"):
            items.append(Item(kind.home(count), f"{page}#{kind.key}"))
    if confirmations := found["confirmations"]:
        text = "1 pair waits" if confirmations == 1 else f"{confirmations:,} pairs wait"
        items.append(Item(f"{text} for you to confirm", f"{page}#confirm", hint="Nobody in them knows yet."))
    return Section("For you to decide", items) if items else None


def waiting_link(cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item | None:
    """From a cohort's page to its waiting list, while anybody waits."""
    if not readiness.waiting:
        return None
    text = "1 person waits" if readiness.waiting == 1 else f"{readiness.waiting:,} people wait"
    hint = "Since when, and choosing for one of them by hand."
    if not names_a_way(mentoring_models.of(cohort.programme)):
        hint += " Whom they turn to until then has no address yet."
    return Item(f"Waiting list: {text}", reverse("programmes:waiting-list", args=[cohort.pk]), hint=hint)


@dataclass(frozen=True)
class WaitingLine:
    """Somebody without a mentor, as the lead of the cohort sees them."""

    enrolment: Enrolment
    facts: Facts
    days: int | None  # waited; None where the day on which it began is not known
    refusals: list[Refusal]  # why they cannot be matched, whoever the other is
    had: str  # with whom a match of theirs has ended, the last one
    places_left: int
    small_team: int = 0  # how many of their team wait, where small teams come first and theirs is one

    @property
    def why_first(self) -> str:
        """Why they stand before others who have waited longer; empty where they do not."""
        if self.enrolment.put_first_at:
            return f"{self.enrolment.put_first_by.name}: {self.enrolment.put_first_why}"
        if self.small_team:
            people = "1 person waits" if self.small_team == 1 else f"{self.small_team} people wait"
            return f"Small teams come first: {people} in {self.facts.team}."
        return ""

    @property
    def choice(self):
        """Where the lead chooses a mentor for them by hand."""
        return offers.choices(self.enrolment)


def waiting_in(cohort: Cohort):
    """Everyone in ``cohort`` who waits for a mentor: whom a lead put first, then the longest wait; a queryset."""
    waiting = cohort.enrolments.live().with_places().on_side(Side.MENTEE).select_related("person", "put_first_by")
    return waiting.order_by(NOT_PUT_FIRST, "waiting_since", "person__family_name", "pk")


def in_turn(cohort: Cohort, *, now: datetime) -> tuple[Sequence[Enrolment], dict[int, int]]:
    """Who waits, in the order in which they are to come; by person, how many of their team wait where it is small.

    Where the model has small teams come first, people of a team too small for a
    group stand after those whom a lead put first and before the others, the
    smallest team first. No query, and three there.
    """
    waiting, model = waiting_in(cohort), mentoring_models.of(cohort.programme)
    if model.group is None or model.matching.objective != "small-teams-first":
        return waiting, {}
    waiting = list(waiting)
    organisation = cohort.programme.organisation_id
    known = facts_alone([one.person for one in waiting], on=cohort.facts_day(now), organisation=organisation)
    sizes = Counter(facts.team_id for facts in known.values() if facts.team_id)
    small = {
        pk: sizes[facts.team_id] for pk, facts in known.items() if 0 < sizes[facts.team_id] < model.group.size.least
    }
    order = sorted(waiting, key=lambda one: (one.put_first_at is None, small.get(one.person_id, math.inf)))
    return order, small


def waiting_lines(
    cohort: Cohort, waiting: Iterable[Enrolment], small_teams: Mapping[int, int], *, now: datetime
) -> list[WaitingLine]:
    """What the lead reads of ``waiting``, a page of those who wait. A fixed number of queries."""
    waiting = list(waiting)
    facts = facts_for(cohort, waiting, now=now, alone=True)
    rules, today = mentoring_models.of(cohort.programme).rules, timezone.localdate(now)
    left = readiness_of([cohort])[cohort.pk].places_left
    had = _last_partners(waiting)
    return [
        WaitingLine(
            enrolment=one,
            facts=facts[one.person_id],
            days=days_between(one.waiting_since, today),
            refusals=eligibility(rules, facts[one.person_id], Side.MENTEE, on=cohort.start_date),
            had=had.get(one.pk, ""),
            places_left=left,
            small_team=small_teams.get(one.person_id, 0),
        )
        for one in waiting
    ]


def _last_partners(enrolments: Iterable[Enrolment]) -> dict[int, str]:
    """By enrolment, with whom its last match that has ended was, and since when it is over."""
    over = Member.objects.filter(enrolment__in=[one.pk for one in enrolments], left_at__isnull=False)
    found = {}
    for member in (
        over.select_related("relationship").prefetch_related("relationship__members__person").order_by("left_at", "pk")
    ):
        members = [one for one in member.relationship.members.all() if one.pk != member.pk]
        others = [one.person.name for one in members if one.role in (Member.Role.MENTOR, Member.Role.PEER)]
        found[member.enrolment_id] = f"{' and '.join(others)}, until {in_words(timezone.localdate(member.left_at))}"
    return found


def days_between(since: date | None, until: date) -> int | None:
    """Whole days waited; None where the beginning is not known."""
    return max((until - since).days, 0) if since else None


def wait_of(relationship: Relationship) -> int | None:
    """How many days the mentee had waited when they were told of this match; None where nobody waited, or knows yet."""
    mentee = next((one for one in relationship.members.all() if one.role == Member.Role.MENTEE), None)
    if mentee is None or relationship.told_at is None:
        return None
    return days_between(mentee.waited_from, timezone.localdate(relationship.told_at))
