"""A checked staff list held against what the portal knows: who is new, who changes, who has left.

Reads in a fixed number of queries, whatever the length of the list. The result
says everything that saving will do, so that a preview and the saving agree.

A row is somebody we know when its staff number or its e-mail address is, or when
whoever sends the list has said so: where only the name fits, they are asked. An
empty cell changes nothing. Managers are found by e-mail address, staff number or
name among the list itself and the staff who stay.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from people.fact_kinds import FACT_KINDS
from people.line_management import Management
from people.models import Employment, Fact, LineManagement, Organisation, Person, Site, StaffImport, Team
from people.models.employment import band_label
from people.staff_list.check import Problem, number_key
from people.staff_list.columns import FIELDS
from people.staff_list.names import alike, folded

CHUNK = 500  # values in one IN (…)
JOB_FIELDS = ("job_title", "band", "level", "site", "team", "staff_number")
NEW_PERSON = 0  # the answer "somebody new" to a question; any other is a person's id
MANY_LEAVERS = 5  # fewer are never questioned, however small the organisation


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
    organisation: int
    person: Person | None = None
    job: Employment | None = None  # the current one there; None: begins one
    differences: list[Difference] = field(default_factory=list)
    managers: frozenset[int] | None = None  # None: the list does not say

    @property
    def key(self) -> int:
        return self.person.pk if self.person else -self.row["row"]

    @property
    def name(self) -> str:
        return _name(self.row)


@dataclass(frozen=True)
class Question:
    """A row that may be somebody we know under another address and number. ``answer``: an id, 0 for new, None yet."""

    row: dict
    candidates: list["Candidate"]
    answer: int | None

    @property
    def name(self) -> str:
        return _name(self.row)


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a row may mean, as whoever sends the list knows them."""

    person: Person
    job: Employment | None  # the last here
    has_left: bool


@dataclass
class Diff:
    adds: list[Line] = field(default_factory=list)
    changes: list[Line] = field(default_factory=list)
    unchanged: int = 0
    leavers: list[Employment] = field(default_factory=list)  # the job that ends, with its person
    staying: frozenset[int] = frozenset()  # people on the list: none of them leaves altogether
    staff: int = 0  # who works at the list's organisations now
    new_sites: list[tuple[int, str]] = field(default_factory=list)  # (organisation, name)
    new_teams: list[tuple[int, str]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.adds or self.changes or self.leavers)

    @property
    def open_questions(self) -> list[Question]:
        return [question for question in self.questions if question.answer is None]

    @property
    def many_would_leave(self) -> bool:
        """Whether so many jobs would end that the list may not be everyone after all: more than a fifth."""
        return len(self.leavers) >= MANY_LEAVERS and len(self.leavers) * 5 > self.staff

    def digest(self) -> str:
        """The same for the same outcome: proves that what is saved is what was shown."""
        said = [
            [[line.key, line.organisation, line.row] for line in self.adds],
            [[line.person.pk, [[d.key, d.before, d.after] for d in line.differences]] for line in self.changes],
            sorted(job.pk for job in self.leavers),
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


class Known:
    """What the portal knows about the staff of the list's organisations and whomever a list may mean.

    What belongs to one organisation is kept under (organisation, …).
    """

    def __init__(self, organisations: Iterable[int], rows: list[dict], *, by: Person | None, now: datetime):
        self.today = timezone.localdate(now)
        self.jobs: dict[tuple[int, int], Employment] = {}  # by person: the job that is not over
        self.latest: dict[int, Employment] = {}  # the job that began last, wherever, over or not
        self.first_jobs: dict[tuple[int, int], Employment] = {}  # by person: where unbroken service there began
        self.people: dict[int, Person] = {}
        self.by_email: dict[str, Person] = {}
        self.signposts: frozenset[str] = frozenset()  # addresses that lead to a person by a record merged into theirs
        self.by_number: dict[tuple[int, str], Person] = {}
        self.strangers: set[str] = set()  # addresses of people whom this list may not touch
        organisations = list(organisations)
        self._staff(organisations)
        self._others(rows, by, now)
        sites, teams = (model.objects.filter(organisation__in=organisations) for model in (Site, Team))
        self.sites = {(site.organisation_id, site.name.casefold()): site for site in sites}
        self.teams = {(team.organisation_id, team.name.casefold()): team for team in teams}
        self.facts: dict[int, dict[str, Fact]] = defaultdict(dict)
        staff = Employment.objects.filter(organisation__in=organisations).order_by().values("person")
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

    def _staff(self, organisations):
        """Everybody who works or worked there, the current job found by its not being over."""
        jobs = Employment.objects.filter(organisation__in=organisations).select_related("person", "site", "team")
        periods: dict[tuple[int, int], list[Employment]] = defaultdict(list)
        for job in jobs.order_by("start_date", "pk"):
            job.person = self.people.setdefault(job.person_id, job.person)  # one object a person
            periods[job.organisation_id, job.person_id].append(job)
        self.here = {person for _, person in periods}
        for where, held in periods.items():
            last = held[-1]
            if where[1] not in self.latest or self.latest[where[1]].start_date < last.start_date:
                self.latest[where[1]] = last
            if last.staff_number:
                self.by_number.setdefault((where[0], number_key(last.staff_number)), last.person)
            if last.is_over(self.today):
                continue
            self.jobs[where] = first = last
            for earlier in reversed(held[:-1]):
                if earlier.end_date != first.start_date:
                    break
                first = earlier
            self.first_jobs[where] = first
        for (organisation, _), job in self.jobs.items():  # whoever has a number now goes before whoever had it once
            if job.staff_number:
                self.by_number[organisation, number_key(job.staff_number)] = job.person
        self.staff = {person for _, person in self.jobs}
        self.by_email = {person.email: person for person in self.people.values() if person.email}

    def _others(self, rows, by, now):
        """People with an address on the list who never worked here.

        Taking them on would show their record to whoever keeps this list, who need
        only know an address. So only those are taken whom that person may see already.
        """
        unknown = sorted({row["email"] for row in rows if "email" in row} - self.by_email.keys())
        found: dict[int, Person] = {}
        signposts: dict[str, Person] = {}  # by the address of a record that was merged: the one that went on
        for some in _chunks(unknown):
            for person in Person.objects.filter(email__in=some).select_related("merged_into"):
                if person.merged_into:
                    signposts[person.email] = kept = self.people.get(person.merged_into_id, person.merged_into)
                    if kept.pk not in self.people:
                        found[kept.pk] = kept
                else:
                    found[person.pk] = person
        self.signposts = frozenset(signposts)
        self.by_email |= {email: kept for email, kept in signposts.items() if kept.pk in self.people}
        if not found:
            return
        allowed = set(found) if by is None else set()
        for some in _chunks(list(found)):
            if by is not None:
                seen = Person.objects.visible_to(by, now=now).filter(pk__in=some)
                allowed |= set(seen.order_by().values_list("pk", flat=True))
        for pk, person in found.items():
            addresses = {person.email} | {email for email, kept in signposts.items() if kept.pk == pk}
            if pk in allowed:
                self.people[pk] = person
                self.by_email |= dict.fromkeys(addresses & set(unknown), person)
            else:
                self.strangers |= addresses & set(unknown)


def compare(
    rows: list[dict],
    *,
    organisation: Organisation,
    is_complete: bool,
    by: Person | None,
    now: datetime,
    headings: dict[str, str] | None = None,
    answers: dict[str, int] | None = None,
) -> Diff:
    """Hold checked ``rows`` against the staff of ``organisation``, and of those that rows name, at ``now``.

    With ``is_complete`` the list is everyone, so current staff of an organisation on it who are
    not on it themselves are leavers; whoever sends the list never makes themselves one. ``headings``
    names the list's own columns for problems; ``answers`` says by row's number whom it means.
    """
    organisations = {row.get("organisation", organisation.pk) for row in rows} or {organisation.pk}
    known = Known(sorted(organisations), rows, by=by, now=now)
    diff = Diff(staff=len(known.jobs))
    headings = headings or {}

    def tell(kept, row, key, message):
        kept.append(Problem(row["row"], headings.get(key, FIELDS[key].label), message))

    def problem(row, key, message):
        tell(diff.problems, row, key, message)

    def warn(row, key, message):
        tell(diff.warnings, row, key, message)

    lines, means = _meant(rows, organisation.pk, known, answers or {}, diff, problem)
    for line in lines:
        if line.person and _keeps_address(line):
            warn(
                line.row,
                "email",
                f"{line.person.name} signs in with another e-mail address, which only they can change. "
                "It stays as it is.",
            )
    mine = by.pk if by else None
    diff.staying = frozenset(person for _, person in means)
    if is_complete:
        diff.leavers = [job for where, job in known.jobs.items() if where not in means and where[1] != mine]
        diff.leavers.sort(key=lambda job: (job.person.family_name, job.person.given_name, job.person_id, job.pk))
    _find_managers(lines, known, {job.person_id for job in diff.leavers} - diff.staying, problem, warn)
    _report_loops(lines, known, problem)

    names = {line.key: line.name for line in lines}
    names |= {pk: person.name for pk, person in known.people.items() if pk not in names}
    new_parts: dict[str, dict[tuple[int, str], str]] = {"site": {}, "team": {}}
    for line in lines:
        for part, there in (("site", known.sites), ("team", known.teams)):
            name = line.row.get(part, "")
            where = (line.organisation, name.casefold())
            if name and where not in there:
                new_parts[part].setdefault(where, name)
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
    diff.new_sites, diff.new_teams = (
        sorted((where[0], name) for where, name in new_parts[part].items()) for part in ("site", "team")
    )
    diff.problems.sort(key=lambda problem: problem.row)
    diff.warnings.sort(key=lambda warning: warning.row)
    return diff


def _meant(
    rows: list[dict], organisation: int, known: Known, answers: dict[str, int], diff: Diff, problem
) -> tuple[list[Line], dict[tuple[int, int], int]]:
    """Whom each row means: the lines, and by (organisation, person) the row. Fills in the diff's questions."""
    lines: list[Line] = []
    means: dict[tuple[int, int], int] = {}
    unknown: list[Line] = []

    def settle(line: Line) -> None:
        first = means.setdefault((line.organisation, line.person.pk), line.row["row"])
        if first != line.row["row"]:
            message = f"Row {first} is the same person, {line.person.name}. Keep one row a person."
            problem(line.row, "staff_number", message)
            lines.remove(line)
            return
        line.job = known.jobs.get((line.organisation, line.person.pk))

    for row in rows:
        line = Line(row, row.get("organisation", organisation))
        lines.append(line)
        line.person, is_settled = _who(row, line.organisation, known, problem)
        if line.person and row.get("email") in known.signposts:
            # An address of a record that was merged into this one: it finds the person, and is not theirs any more.
            line.row = {key: value for key, value in row.items() if key != "email"}
        if line.person:
            settle(line)
        elif is_settled:
            unknown.append(line)
    if unknown:
        taken = {person for _, person in means}
        namesakes: dict[str, list[Person]] = defaultdict(list)
        for pk in sorted(known.here - taken):
            namesakes[folded(known.people[pk].given_name)].append(known.people[pk])
        for line in unknown if namesakes else ():
            found = _candidates(line, namesakes[folded(line.row["given_name"])], known)
            if not found:
                continue
            answer = answers.get(str(line.row["row"]))
            if answer is not None and answer not in {NEW_PERSON, *(one.person.pk for one in found)}:
                answer = None
            diff.questions.append(Question(line.row, found, answer))
            if answer:
                line.person = known.people[answer]
                settle(line)
    return lines, means


def _candidates(line: Line, people: list[Person], known: Known) -> list[Candidate]:
    """Who of ``people`` may be meant. Two who work there now under two staff numbers are two people."""
    found = []
    name = (line.row["given_name"], line.row.get("family_name", ""))
    for person in people:
        if not alike(name, (person.given_name, person.family_name)):
            continue
        current = known.jobs.get((line.organisation, person.pk))
        if current and current.staff_number and line.row.get("staff_number"):
            continue
        found.append(Candidate(person, current or known.latest[person.pk], has_left=person.pk not in known.staff))
    return found


def _who(row: dict, organisation: int, known: Known, problem) -> tuple[Person | None, bool]:
    """The person that a row means, None for somebody new; and whether that fits together, which else is reported."""
    number, email = number_key(row.get("staff_number", "")), row.get("email")
    numbered = known.by_number.get((organisation, number)) if "staff_number" in row else None
    addressed = known.by_email.get(email)
    names = {folded(row["given_name"]), folded(row.get("family_name", ""))} - {""}
    same_name = numbered and names & {folded(numbered.given_name), folded(numbered.family_name)}
    if numbered and (organisation, numbered.pk) not in known.jobs and (addressed or not same_name):
        numbered = None  # the number of somebody who has left, given out again
    if email in known.strangers:
        problem(
            row,
            "email",
            "Somebody outside your staff already has this e-mail address. "
            "If it is the same person, ask an administrator to give them a job here.",
        )
        return None, False
    if numbered and addressed and numbered.pk != addressed.pk:
        problem(
            row,
            "staff_number",
            f"The staff number is that of {numbered.name}, but the e-mail address is that of {addressed.name}.",
        )
        return None, False
    if addressed:
        return addressed, True
    if numbered is None:
        return None, True
    if not same_name:
        problem(
            row,
            "staff_number",
            f"This staff number belongs to {numbered.name}. Correct it, or clear it if this is somebody new.",
        )
        return None, False
    return numbered, True


def _keeps_address(line: Line) -> bool:
    """Whether the row gives an address to somebody who signs in with another: that one is theirs to change."""
    return "email" in line.row and line.row["email"] != line.person.email and line.person.has_signed_in


def _find_managers(lines: list[Line], known: Known, leaving: set[int], problem, warn) -> None:
    """Turn managers as written into keys, against the list and the staff who stay.

    Somebody whom nobody knows is a warning, since lists do name managers who work elsewhere.
    Of a name that fits several, choosing one could put a manager with their own report.
    """
    by_email: dict[str, int] = {}
    by_number: dict[str, int] = {}
    by_name: dict[str, set[int]] = defaultdict(set)
    on_list = {line.person.pk for line in lines if line.person}
    for (_, pk), job in known.jobs.items():
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
        lost = False
        for text in line.row["managers"]:
            word = text.casefold()
            if word in by_email or number_key(text) in by_number:
                keys = {by_email[word] if word in by_email else by_number[number_key(text)]}
            else:
                keys = by_name.get(folded(text), set())
            if not keys:
                lost = True
                warn(
                    line.row,
                    "manager",
                    f"“{text[:60]}” is neither on this list nor among your staff, and was left out. Where that is a "
                    "manager who works elsewhere, nothing is amiss.",
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
        if found or not lost:  # of whom nobody was found, nothing is known that should end what was
            line.managers = frozenset(found)


def _index(key, email, number, name, by_email, by_number, by_name) -> None:
    if email:
        by_email[email] = key
    if number:
        by_number[number_key(number)] = key
    if name:
        by_name[folded(name)].add(key)


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
    given, family = row["given_name"], row.get("family_name", person.family_name)
    # Lists differ in how loud they write a name; the way in which it is known already stays.
    if (given.casefold(), family.casefold()) != (person.given_name.casefold(), person.family_name.casefold()):
        yield Difference("name", "Name", person.name, f"{given} {family}".strip())
    if "email" in row and row["email"] != person.email and not _keeps_address(line):
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
            if key == "staff_number" and number_key(before) == number_key(after):
                continue
            if before != after:
                words = {"band": band_label, "level": level_label}.get(key, str)
                yield Difference(key, FIELDS[key].label, words(before), words(after))
    if "start_date" in row:
        first, given = known.first_jobs[line.organisation, person.pk], date.fromisoformat(row["start_date"])
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
        before = {manager for manager in known.managers[person.pk] if manager in known.staff}
        if before != line.managers:
            yield Difference("managers", "Manager", _listed(before, names), _listed(line.managers, names))


def level_label(level: str) -> str:
    """A level in words; empty where there is none."""
    return Employment.Level(level).label if level else ""


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
        answers=staff_import.answers,
    )
