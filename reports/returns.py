"""The host's screen: who has met, who has returned their form, who is late, by mentor or by employer and month.

It reads the fact of a session and the standing of a form, never a note, and an answer only through the form's own page.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from people.access import Access, Role, ScopeKind
from people.counting import Each, counted_together
from people.home import Found, Item, Rows, Section
from people.models import Employment, Person
from programmes import mentoring_models
from programmes.models import Cohort, Member, Relationship, led
from programmes.queries import open_cohorts
from sessions_log.models import Session, SessionForm, Target, hosted_programmes
from sessions_log.session_forms import FormSpec, files, kept

MOST_MONTHS = 24
Month = date  # its first day

# A cell's state: what a month reads as, the most pressing first where several returns fall into one month.
LATE, OPEN, UNMET, RETURNED, EXCUSED, MET, MOVED, AHEAD, NOTHING = (
    "late",
    "open",
    "unmet",
    "returned",
    "excused",
    "met",
    "moved",
    "ahead",
    "",
)
PRESSING = (LATE, OPEN, RETURNED, EXCUSED, MET, UNMET, MOVED, AHEAD, NOTHING)
WORDS = {
    LATE: "Late",
    OPEN: "Due",
    UNMET: "Not met",
    RETURNED: "Returned",
    EXCUSED: "Excused",
    MET: "Met",
    MOVED: "Moved",
    AHEAD: "To come",
    NOTHING: "–",
}
RANK = {state: number for number, state in enumerate(PRESSING)}
STANDING = {SessionForm.State.RETURNED: RETURNED, SessionForm.State.EXCUSED: EXCUSED}
COLOURS = {LATE: "red", OPEN: "yellow", UNMET: "orange", RETURNED: "green", EXCUSED: "grey", MET: "blue"}


class Return(NamedTuple):
    """A form as a grid of a hundred thousand reads it."""

    pk: int
    relationship: int
    standing: str
    month: Month
    due_on: date | None


@dataclass
class Cell:
    """One mentor and mentee in one month. ``form``: the return that the state speaks of, where there is one."""

    month: Month
    met: int = 0
    rearranged: bool = False
    asked: bool = False  # the cadence asks for a meeting in this month
    is_past: bool = False
    moved_to: Month | None = None  # its meeting counts there
    forms: list[Return] = field(default_factory=list)
    may_read: bool = False  # what was returned; said of the rows that are shown (``say_what_is_readable``)

    @property
    def form(self) -> Return | None:
        return min(self.forms, key=lambda one: RANK[one.standing], default=None)

    @property
    def late(self) -> int:
        return sum(form.standing == LATE for form in self.forms)

    @property
    def state(self) -> str:
        if self.forms:
            return self.form.standing
        if self.met:
            return MET
        if self.asked:
            return UNMET if self.is_past else AHEAD
        return MOVED if self.moved_to else NOTHING

    @property
    def word(self) -> str:
        return f"Moved to {self.moved_to:%B}" if self.state == MOVED else WORDS[self.state]

    @property
    def colour(self) -> str:
        return COLOURS.get(self.state, "")


NAMED = ("person", "person__given_name", "person__family_name")


class Named(NamedTuple):
    """A person as a grid of hundreds names them."""

    pk: int
    given_name: str
    family_name: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


@dataclass
class Row:
    """One relationship across the months."""

    relationship: Relationship
    mentor: Named
    mentees: list[Named]
    employer: str
    site: str
    cells: list[Cell]

    @property
    def late(self) -> int:
        return sum(cell.late for cell in self.cells)

    @property
    def mentee_names(self) -> str:
        return ", ".join(person.name for person in self.mentees)


@dataclass(frozen=True)
class Sum:
    """One employer in one month: returned of all that were asked for, and how many are late."""

    month: Month
    returned: int
    asked: int
    late: int

    @property
    def sentence(self) -> str:
        if not self.asked:
            return "–"
        return f"{self.returned:,} of {self.asked:,}" + (f", {self.late:,} late" if self.late else "")


@dataclass(frozen=True)
class Grid:
    """Members by months, as far as the viewer follows them."""

    cohort: Cohort
    months: list[Month]
    rows: list[Row]

    @property
    def late(self) -> list[Return]:
        """Every return that is late, the longest first."""
        forms = [form for row in self.rows for cell in row.cells for form in cell.forms if form.standing == LATE]
        return sorted(forms, key=lambda form: (form.due_on, form.pk))

    def narrowed(self, *, site: str = "", employer: str = "", late_only: bool = False) -> "Grid":
        """The same with fewer rows. ``site`` and ``employer`` are the mentor's, by name."""
        rows = [
            row
            for row in self.rows
            if site in ("", row.site) and employer in ("", row.employer) and (row.late or not late_only)
        ]
        return Grid(self.cohort, self.months, rows)

    def totals(self) -> dict[str, int]:
        """How many cells read so, over all rows."""
        found = dict.fromkeys(PRESSING, 0)
        for row in self.rows:
            for cell in row.cells:
                found[cell.state] += 1
        return found

    def by_employer(self) -> list[tuple[str, list[Sum], int]]:
        """Each employer of mentors with a sum for every month, and how many of its mentors there are."""
        rows = defaultdict(list)
        for row in self.rows:
            rows[row.employer].append(row)
        found = []
        for employer, some in sorted(rows.items()):
            sums = []
            for number, month in enumerate(self.months):
                forms = [form for row in some for form in row.cells[number].forms]
                late = sum(form.standing == LATE for form in forms)
                returned = sum(form.standing == RETURNED for form in forms)
                sums.append(Sum(month, returned, len(forms), late))
            found.append((employer, sums, len({row.mentor.pk for row in some})))
        return found


def month_of(day: date) -> Month:
    return day.replace(day=1)


def grid_of(cohort: Cohort, *, now: datetime) -> Grid:
    """The returns of one cohort. Who may see it is the page's to ask. Seven queries.

    A form belongs to the month of its session (in which it was held, or for which it was due: the model's
    setting), else to that of its date.
    """
    today = timezone.localdate(now)
    known = cohort.relationships.filter(told_at__isnull=False).exclude(state=Relationship.State.PROPOSED)
    relationships = list(known.only("cohort", "state").order_by("pk"))  # thousands, so no more than is shown
    for one in relationships:
        one.cohort = cohort
    by_due = mentoring_models.of(cohort.programme).reminders.late_meeting_counts_in == "month-due"
    keys = known.order_by().values("pk")
    there = Session.objects.filter(relationship__in=keys, state__in=[Session.State.HELD, Session.State.PLANNED])
    there = [
        (relationship, state == Session.State.HELD, target, month_of(due if by_due and due else day), day != first)
        for relationship, state, target, due, day, first in there.order_by().values_list(*OF_SESSION)
    ]
    forms = _returns(cohort, keys, by_due, now)
    targets = Target.objects.filter(relationship__in=keys).exclude(state=Target.State.SKIPPED)
    targets = list(targets.values_list("pk", "relationship", "due_on"))
    seen = {month for _, is_held, _, month, _ in there if is_held} | {form.month for form in forms}
    months = _months(cohort, today, seen)
    rows = _rows(relationships, keys, months, today)
    cells = {(row.relationship.pk, cell.month): cell for row in rows for cell in row.cells}
    held_in = {target: month for _, _, target, month, _ in there if target}
    for target, relationship, due_on in targets:
        month = month_of(due_on)
        if cell := cells.get((relationship, month)):
            if held_in.get(target, month) != month:
                cell.moved_to = held_in[target]
                continue
            cell.asked = True
            cell.is_past = cell.is_past or due_on < today
    for relationship, is_held, _, month, is_rearranged in there:
        if is_held and (cell := cells.get((relationship, month))):
            cell.met += 1
            cell.rearranged = cell.rearranged or is_rearranged
    for form in forms:
        if cell := cells.get((form.relationship, form.month)):
            cell.forms.append(form)
    rows.sort(key=lambda row: (row.mentor.family_name, row.mentor.given_name, row.relationship.pk))
    return Grid(cohort, months, rows)


def _host_forms_of(cohort: Cohort) -> set[str]:
    """The keys of those forms of the model that its host reads."""
    specs = kept.of_model(mentoring_models.of(cohort.programme))
    return {spec.key for spec in specs if _is_for_host(spec)}


OF_SESSION = ("relationship", "state", "target", "target__due_on", "day", "first_day")
OF_FORM = (
    "pk",
    "relationship",
    "state",
    "due_on",
    "opens_at",
    "session__day",
    "session__target__due_on",
    "target__due_on",
)


def _returns(cohort: Cohort, keys: QuerySet, by_due: bool, now: datetime) -> list[Return]:
    """What those relationships have returned or owe to the host."""
    today = timezone.localdate(now)
    forms = SessionForm.objects.filter(relationship__in=keys, opens_at__lte=now, spec_key__in=_host_forms_of(cohort))
    forms = forms.exclude(state=SessionForm.State.CLOSED).order_by("pk")
    found = []
    for pk, relationship, state, due_on, opens_at, met_on, was_due, asked_on in forms.values_list(*OF_FORM):
        is_late = due_on is not None and due_on < today
        standing = STANDING.get(state) or (LATE if is_late else OPEN)
        day = (was_due if by_due and was_due else met_on) or asked_on or timezone.localdate(opens_at)
        found.append(Return(pk, relationship, standing, month_of(day), due_on))
    return found


def say_what_is_readable(rows: Iterable[Row], viewer: Person, *, now: datetime) -> None:
    """Say of each month of ``rows`` whether ``viewer`` is a reader of what was returned. One query."""
    cells = {cell.form.pk: cell for row in rows for cell in row.cells if cell.state == RETURNED}
    readable = SessionForm.objects.visible_to(viewer, now=now).filter(pk__in=cells)
    for pk in readable.values_list("pk", flat=True):
        cells[pk].may_read = True


def _months(cohort: Cohort, today: date, seen: Iterable[Month]) -> list[Month]:
    """From the cohort's first month to this one, or to the last in which something was; the newest 24 of them."""
    last = max([month_of(min(today, cohort.end_date or today)), *seen, month_of(cohort.start_date)])
    months, month = [], month_of(cohort.start_date)
    while month <= last:
        months.append(month)
        month += relativedelta(months=1)
    return months[-MOST_MONTHS:]


WHERE = ("organisation__name", "site__name")


def _rows(relationships: list[Relationship], keys: QuerySet, months: list[Month], today: date) -> list[Row]:
    members = defaultdict(lambda: defaultdict(list))
    # Those who have left too: a year is looked back on. A cohort may have hundreds, so no more of each than is shown.
    theirs = Member.objects.filter(relationship__in=keys).order_by("pk")
    for relationship, role, *name in theirs.values_list("relationship", "role", *NAMED):
        members[relationship][role].append(Named(*name))
    mentors = {one.pk for some in members.values() for one in some[Member.Role.MENTOR]}
    jobs = Employment.objects.filter(person__in=mentors).order_by("start_date", "pk")
    works_at = {  # the newest
        person: (employer, site) for person, employer, site in jobs.values_list("person", *WHERE)
    }
    past = {month: month + relativedelta(months=1) <= today for month in months}
    rows = []
    for relationship in relationships:
        some = members[relationship.pk]
        if not some[Member.Role.MENTOR]:
            continue
        mentor = some[Member.Role.MENTOR][0]
        employer, site = works_at.get(mentor.pk, ("Employer not known", None))
        rows.append(
            Row(
                relationship=relationship,
                mentor=mentor,
                mentees=some[Member.Role.MENTEE],
                employer=employer,
                site=site or "",
                cells=[Cell(month, is_past=past[month]) for month in months],
            )
        )
    return rows


@dataclass(frozen=True)
class CohortLine:
    """A cohort whose returns somebody follows, with how many are late."""

    cohort: Cohort
    late: int


def followed_cohorts(viewer: Person, *, now: datetime) -> list[CohortLine]:
    """The open cohorts whose returns ``viewer`` keeps track of, or leads where the model has returns; late ones first.

    Two queries, however many.
    """
    return _lines(_followed(viewer, now=now), now)


def _followed(viewer: Person, *, now: datetime) -> QuerySet[Cohort]:
    hosted = hosted_programmes(viewer, now=now).order_by().values("pk")
    return (
        Cohort.objects.open()
        .filter(Q(programme__in=hosted) | led(viewer, "programme", now=now))
        .select_related("programme")
    )


def _lines(cohorts: Iterable[Cohort], now: datetime) -> list[CohortLine]:
    """Those of ``cohorts`` that have returns. One query."""
    cohorts = [cohort for cohort in cohorts if _has_returns(cohort)]
    return _sorted(cohorts, counted_together(late=_late(cohorts, now))["late"])


def _late(cohorts: list[Cohort], now: datetime) -> Each:
    """The returns of ``cohorts`` that are late, cohort by cohort."""
    return Each(SessionForm.objects.late(now=now).filter(relationship__cohort__in=cohorts), F("relationship__cohort"))


def _sorted(cohorts: list[Cohort], late: dict[int, int]) -> list[CohortLine]:
    lines = [CohortLine(cohort, late.get(cohort.pk, 0)) for cohort in cohorts]
    return sorted(lines, key=lambda line: (-line.late, line.cohort.programme.name, line.cohort.name))


def home_rows(person: Person, access: Access, now: datetime) -> Rows:
    if not access.is_host_officer:
        return {}
    return {"returns_late": _late(_followed_at_home(person, access, now), now)}


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """For officers of a host: whose returns are late, and the way to each grid."""
    if not access.is_host_officer:
        return None
    found = counted_together(**home_rows(person, access, now)) if found is None else found
    items = [
        Item(
            f"{line.cohort.programme}, {line.cohort}",
            reverse("reports:return-grid", args=[line.cohort.pk]),
            f"{line.late:,} return{'' if line.late == 1 else 's'} late." if line.late else "Nobody is late.",
        )
        for line in _sorted(_followed_at_home(person, access, now), found["returns_late"])
    ]
    return Section("Returns", items) if items else None


def _followed_at_home(person: Person, access: Access, now: datetime) -> list[Cohort]:
    """The cohorts of ``followed_cohorts``, read once; not at all where somebody leads all that they keep track of."""

    def ask() -> list[Cohort]:
        return [cohort for cohort in _to_follow(person, access, now) if _has_returns(cohort)]

    return access.once("returns-followed", ask)


def _to_follow(person: Person, access: Access, now: datetime) -> Iterable[Cohort]:
    if access.is_lead and not access.manages_people:  # who manages somebody does not lead what is confidential
        led = open_cohorts(access)
        hosted = {kind: access.scope_ids(Role.HOST_OFFICER, kind) for kind in ScopeKind}
        known = {ScopeKind.ORGANISATION: access.organisations_led, ScopeKind.PROGRAMME: {c.programme_id for c in led}}
        if all(ids <= known.get(kind, set()) for kind, ids in hosted.items()):
            return led
    return _followed(person, now=now)


def returns_link(cohort: Cohort, readiness, *, now: datetime) -> Item | None:
    """From a cohort's page to its grid, where its model has returns for the host."""
    if not _has_returns(cohort):
        return None
    return Item("Who has met and returned", reverse("reports:return-grid", args=[cohort.pk]))


def _has_returns(cohort: Cohort) -> bool:
    """Whether the model names a form that its host reads; of an own form that is not looked up, it may be one."""
    names, shipped = mentoring_models.of(cohort.programme).forms, files.texts()
    return any(name not in shipped or _is_for_host(files.read_text(shipped[name])) for name in names)


def _is_for_host(spec: FormSpec) -> bool:
    return "host" in {*spec.readers, *(reader for question in spec.questions for reader in question.readers)}
