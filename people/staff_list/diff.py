"""A checked staff list held against what the portal knows: who is new, who changes, who has left.

Reads in a fixed number of queries, whatever the length of the list. The result
says everything that saving will do, so that a preview and the saving agree.

A row is somebody we know when its staff number or its e-mail address is. An
empty cell changes nothing. Managers are found by e-mail address, staff number
or name among the list itself and the staff who stay.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from people.fact_kinds import FACT_KINDS
from people.line_management import Management
from people.models import Employment, Fact, LineManagement, Organisation, Person, Site, StaffImport, Team
from people.models.employment import band_label
from people.staff_list.check import Problem
from people.staff_list.columns import FIELDS

CHUNK = 500  # values in one IN (…)
JOB_FIELDS = ("job_title", "band", "site", "team", "staff_number")


@dataclass(frozen=True)
class Difference:
    """One field of one person, before and after, in words."""

    key: str
    label: str
    before: str
    after: str


@dataclass
class Line:
    """One row of the list beside whom it means. ``managers`` are keys: a person's id, or minus the row's number."""

    row: dict
    person: Person | None = None
    job: Employment | None = None  # the current one here; None: begins one
    differences: list[Difference] = field(default_factory=list)
    managers: frozenset[int] | None = None  # None: the list does not say

    @property
    def key(self) -> int:
        return self.person.pk if self.person else -self.row["row"]

    @property
    def name(self) -> str:
        return _name(self.row)


@dataclass
class Diff:
    adds: list[Line] = field(default_factory=list)
    changes: list[Line] = field(default_factory=list)
    unchanged: int = 0
    leavers: list[Person] = field(default_factory=list)
    new_sites: list[str] = field(default_factory=list)
    new_teams: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.adds or self.changes or self.leavers)

    def digest(self) -> str:
        """The same for the same outcome: proves that what is saved is what was shown."""
        said = [
            [[line.key, line.row] for line in self.adds],
            [[line.person.pk, [[d.key, d.before, d.after] for d in line.differences]] for line in self.changes],
            sorted(person.pk for person in self.leavers),
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


class Known:
    """What the portal knows about the staff of one organisation and whomever a list may mean."""

    def __init__(self, organisation: Organisation, rows: list[dict], *, by: Person | None, now: datetime):
        self.today = timezone.localdate(now)
        self.jobs: dict[int, Employment] = {}  # by person: the job that is not over
        self.first_jobs: dict[int, Employment] = {}  # by person: where unbroken service here began
        self.people: dict[int, Person] = {}
        self.by_email: dict[str, Person] = {}
        self.by_number: dict[str, Person] = {}
        self.strangers: set[str] = set()  # addresses of people whom this list may not touch
        self._staff(organisation)
        self._others(rows, by, now)
        self.sites = {site.name.casefold(): site for site in Site.objects.filter(organisation=organisation)}
        self.teams = {team.name.casefold(): team for team in Team.objects.filter(organisation=organisation)}
        self.facts: dict[int, dict[str, Fact]] = defaultdict(dict)
        staff = Employment.objects.filter(organisation=organisation).order_by().values("person")
        for fact in Fact.objects.filter(person__in=staff).order_by():
            self.facts[fact.person_id][fact.kind] = fact
        extra = [pk for pk in self.people if pk not in self.here]
        for some in _chunks(extra):
            for fact in Fact.objects.filter(person__in=some).order_by():
                self.facts[fact.person_id][fact.kind] = fact
        self.managers: dict[int, set[int]] = defaultdict(set)
        lines = LineManagement.objects.not_over(on=self.today).filter(report__in=staff).order_by()
        for report, manager in lines.values_list("report", "manager"):
            self.managers[report].add(manager)

    def _staff(self, organisation):
        """Everybody who works or worked here, the current job found by its not being over."""
        jobs = Employment.objects.filter(organisation=organisation).select_related("person", "site", "team")
        periods: dict[int, list[Employment]] = defaultdict(list)
        for job in jobs.order_by("start_date", "pk"):
            periods[job.person_id].append(job)
            self.people[job.person_id] = job.person
        self.here = set(periods)
        for person, held in periods.items():
            last = held[-1]
            if last.staff_number:
                self.by_number.setdefault(last.staff_number.casefold(), last.person)
            if last.is_over(self.today):
                continue
            self.jobs[person] = first = last
            for earlier in reversed(held[:-1]):
                if earlier.end_date != first.start_date:
                    break
                first = earlier
            self.first_jobs[person] = first
        for job in self.jobs.values():  # whoever has a number now goes before whoever had it once
            if job.staff_number:
                self.by_number[job.staff_number.casefold()] = job.person
        self.by_email = {person.email: person for person in self.people.values() if person.email}

    def _others(self, rows, by, now):
        """People with an address on the list who never worked here.

        Taking them on would show their record to whoever keeps this list, who need
        only know an address. So only those are taken whom that person may see already.
        """
        unknown = sorted({row["email"] for row in rows if "email" in row} - self.by_email.keys())
        found: dict[int, Person] = {}
        for some in _chunks(unknown):
            found |= {person.pk: person for person in Person.objects.filter(email__in=some)}
        if not found:
            return
        allowed = set(found) if by is None else set()
        for some in _chunks(list(found)):
            if by is not None:
                seen = Person.objects.visible_to(by, now=now).filter(pk__in=some)
                allowed |= set(seen.order_by().values_list("pk", flat=True))
        for pk, person in found.items():
            if pk in allowed:
                self.people[pk] = self.by_email[person.email] = person
            else:
                self.strangers.add(person.email)


def compare(
    rows: list[dict],
    *,
    organisation: Organisation,
    is_complete: bool,
    by: Person | None,
    now: datetime,
    headings: dict[str, str] | None = None,
) -> Diff:
    """Hold checked ``rows`` against the staff of ``organisation`` at ``now``.

    With ``is_complete`` the list is everyone, so current staff who are not on it
    are leavers; whoever sends the list never makes themselves one. ``headings``
    names the list's own columns for problems.
    """
    known = Known(organisation, rows, by=by, now=now)
    diff = Diff()
    headings = headings or {}

    def problem(row, key, message):
        diff.problems.append(Problem(row["row"], headings.get(key, FIELDS[key].label), message))

    lines: list[Line] = []
    means: dict[int, int] = {}
    for row in rows:
        person = _who(row, known, problem)
        if person is None:
            lines.append(Line(row))
            continue
        first = means.setdefault(person.pk, row["row"])
        if first != row["row"]:
            problem(row, "staff_number", f"Row {first} is the same person, {person.name}. Keep one row a person.")
            continue
        lines.append(Line(row, person, known.jobs.get(person.pk)))

    mine = by.pk if by else None
    if is_complete:
        diff.leavers = [known.people[pk] for pk in known.jobs if pk not in means and pk != mine]
        diff.leavers.sort(key=lambda person: (person.family_name, person.given_name, person.pk))
    _find_managers(lines, known, {person.pk for person in diff.leavers}, problem)
    _report_loops(lines, known, problem)

    names = {line.key: line.name for line in lines}
    names |= {pk: person.name for pk, person in known.people.items() if pk not in names}
    new_parts: dict[str, dict[str, str]] = {"site": {}, "team": {}}
    for line in lines:
        for part, there in (("site", known.sites), ("team", known.teams)):
            name = line.row.get(part, "")
            if name and name.casefold() not in there:
                new_parts[part].setdefault(name.casefold(), name)
        if line.job is None:
            if line.person:  # back again, or a second job: the list's name and address hold from now on
                line.differences = list(_of_person(line))
            diff.adds.append(line)
            continue
        line.differences = list(_differences(line, known, names))
        if line.differences:
            diff.changes.append(line)
        else:
            diff.unchanged += 1
    diff.new_sites, diff.new_teams = (sorted(new_parts[part].values()) for part in ("site", "team"))
    diff.problems.sort(key=lambda problem: problem.row)
    return diff


def _who(row: dict, known: Known, problem) -> Person | None:
    """The person that a row means; None for somebody new. Reports what does not fit together."""
    number, email = row.get("staff_number", "").casefold(), row.get("email")
    numbered, addressed = known.by_number.get(number), known.by_email.get(email)
    names = {row["given_name"].casefold(), row.get("family_name", "").casefold()} - {""}
    same_name = numbered and names & {numbered.given_name.casefold(), numbered.family_name.casefold()}
    if numbered and numbered.pk not in known.jobs and (addressed or not same_name):
        numbered = None  # the number of somebody who has left, given out again
    if email in known.strangers:
        problem(
            row,
            "email",
            "Somebody outside your staff already has this e-mail address. "
            "If it is the same person, ask an administrator to give them a job here.",
        )
        return None
    if numbered and addressed and numbered.pk != addressed.pk:
        problem(
            row,
            "staff_number",
            f"The staff number is that of {numbered.name}, but the e-mail address is that of {addressed.name}.",
        )
        return None
    if addressed:
        return addressed
    if numbered is None:
        return None
    if not same_name:
        problem(
            row,
            "staff_number",
            f"This staff number belongs to {numbered.name}. Correct it, or clear it if this is somebody new.",
        )
        return None
    if email and email != numbered.email and numbered.has_signed_in:
        problem(
            row,
            "email",
            f"{numbered.name} signs in with another e-mail address, which only they can change. Clear this cell.",
        )
        return None
    return numbered


def _find_managers(lines: list[Line], known: Known, leaving: set[int], problem) -> None:
    """Turn managers as written into keys, against the list and the staff who stay."""
    by_email: dict[str, int] = {}
    by_number: dict[str, int] = {}
    by_name: dict[str, set[int]] = defaultdict(set)
    on_list = {line.person.pk for line in lines if line.person}
    for pk, job in known.jobs.items():
        if pk not in leaving and pk not in on_list:
            _index(pk, job.person.email, job.staff_number, job.person.name, by_email, by_number, by_name)
    for line in lines:
        if line.person:  # a list may still name somebody by an address or number that it also changes
            number = line.job.staff_number if line.job else ""
            _index(line.key, line.person.email, number, "", by_email, by_number, by_name)
    for line in lines:
        row = line.row
        _index(line.key, row.get("email"), row.get("staff_number", ""), line.name, by_email, by_number, by_name)
    for line in lines:
        if "managers" not in line.row:
            continue
        found = set()
        for text in line.row["managers"]:
            word = text.casefold()
            if word in by_email or word in by_number:
                keys = {by_email.get(word) or by_number[word]}
            else:
                keys = by_name.get(_folded(text), set())
            if not keys:
                problem(
                    line.row,
                    "manager",
                    f"“{text[:60]}” is neither on this list nor among your staff. "
                    "Correct it, or clear the cell for a manager who works elsewhere.",
                )
            elif len(keys) > 1:
                problem(
                    line.row,
                    "manager",
                    f"{len(keys)} people are called {text[:60]}. Put an e-mail address or staff number here.",
                )
            elif line.key in keys:
                problem(line.row, "manager", "Nobody can be their own manager. Clear the cell or correct it.")
            else:
                found |= keys
        line.managers = frozenset(found)


def _index(key, email, number, name, by_email, by_number, by_name) -> None:
    if email:
        by_email[email] = key
    if number:
        by_number[number.casefold()] = key
    if name:
        by_name[_folded(name)].add(key)


def _report_loops(lines: list[Line], known: Known, problem) -> None:
    """A loop that the list makes or keeps is a problem of its first row; what else is tangled is not its business."""
    by_key = {line.key: line for line in lines}
    graph = [
        (report, manager)
        for report, managers in known.managers.items()
        for manager in managers
        if report not in by_key or by_key[report].managers is None
    ]
    graph += [(line.key, manager) for line in lines for manager in line.managers or ()]
    for loop in Management(graph).loops():
        rows = sorted((by_key[key].row["row"], place) for place, key in enumerate(loop) if key in by_key)
        if not rows:
            continue
        loop = loop[rows[0][1] :] + loop[: rows[0][1]]
        names = [by_key[key].name if key in by_key else known.people[key].name for key in loop]
        told = ", who is managed by ".join([f"{names[0]} is managed by {names[1]}", *names[2:], names[0]])
        problem(by_key[loop[0]].row, "manager", f"{told}. Correct one of them.")


def _of_person(line: Line):
    row, person = line.row, line.person
    if (row["given_name"], row.get("family_name", person.family_name)) != (person.given_name, person.family_name):
        yield Difference("name", "Name", person.name, line.name)
    if "email" in row and row["email"] != person.email:
        yield Difference("email", "E-mail", person.email or "", row["email"])


def _differences(line: Line, known: Known, names: dict[int, str]):
    row, person, job = line.row, line.person, line.job
    yield from _of_person(line)
    for key in JOB_FIELDS:
        if key in row:
            before, after = getattr(job, key), row[key]
            if key in ("site", "team"):
                before = before.name if before else ""
                if before.casefold() == after.casefold():
                    continue
            if before != after:
                words = band_label if key == "band" else str
                yield Difference(key, FIELDS[key].label, words(before), words(after))
    if "start_date" in row:
        first, given = known.first_jobs[person.pk], date.fromisoformat(row["start_date"])
        if given != first.start_date and (first.end_date is None or given < first.end_date):
            yield Difference("start_date", "Start date", day_label(first.start_date), day_label(given))
    for kind, value in row.get("facts", {}).items():
        fact = known.facts[person.pk].get(kind)
        before = (fact.day.isoformat() if fact.day else fact.text) if fact and fact.applies else None
        if fact is None or before != value:
            yield Difference(
                f"fact:{kind}",
                FACT_KINDS[kind].label,
                fact_label(kind, before, known=fact is not None),
                fact_label(kind, value),
            )
    if line.managers is not None:
        before = {manager for manager in known.managers[person.pk] if manager in known.jobs}
        if before != line.managers:
            yield Difference("managers", "Manager", _listed(before, names), _listed(line.managers, names))


def day_label(day: date) -> str:
    """A day in words: 26 July 2027."""
    return f"{day.day} {day:%B %Y}"


def fact_label(kind: str, value: str | None, *, known: bool = True) -> str:
    """A fact's value in words; None is 'does not apply'."""
    if not known:
        return ""
    if value is None:
        return "does not apply"
    if FACT_KINDS[kind].value == "day":
        return day_label(date.fromisoformat(value))
    return FACT_KINDS[kind].shown(value)


def _name(row: dict) -> str:
    return f"{row['given_name']} {row.get('family_name', '')}".strip()


def _folded(name: str) -> str:
    """A name for finding: "Khan, Asha" and "asha khan" are one."""
    if "," in name:
        family, given = name.split(",", 1)
        name = f"{given} {family}"
    return " ".join(name.casefold().split())


def _listed(keys, names) -> str:
    return ", ".join(sorted(names[key] for key in keys))


def _chunks(values: list):
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def compare_import(staff_import: StaffImport, *, by: Person | None, now: datetime) -> Diff:
    """Hold a kept list against what the portal knows at ``now``."""
    return compare(
        staff_import.rows,
        organisation=staff_import.organisation,
        is_complete=staff_import.is_complete,
        by=by,
        now=now,
        headings=staff_import.headings,
    )
