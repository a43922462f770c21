"""A checked staff list held against what the portal knows: who is new, who changes, who has left.

Reads in a fixed number of queries, whatever the length of the list. The result
says everything that saving will do, so that a preview and the saving agree.

A row is somebody we know when its staff number or its e-mail address is, or when
whoever sends the list has said so: where only the name fits, they are asked. An
empty cell changes nothing. Managers are found by e-mail address, staff number or
name among the list itself and the staff who stay.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from people.access import Access
from people.models import Organisation, Person, StaffImport
from people.roles import ROLE_BEYOND, reaching_further
from people.staff_list.blanks import find_blanks
from people.staff_list.check import Problem, number_key
from people.staff_list.columns import FIELDS
from people.staff_list.differences import day_label, differences, moves_address, of_person
from people.staff_list.known import Known
from people.staff_list.managers import find_managers, listed, report_loops
from people.staff_list.names import alike, folded
from people.staff_list.outcome import LAST_DAY, NEW_PERSON, Candidate, Diff, Line, Question

SIGNS_IN = "{name} signs in with another e-mail address, which only they can change."


def compare(
    rows: list[dict],
    *,
    organisation: Organisation,
    is_complete: bool,
    by: Person | None,
    now: datetime,
    headings: dict[str, str] | None = None,
    answers: dict[str, int] | None = None,
    left_out: Sequence[dict] = (),
) -> Diff:
    """Hold checked ``rows`` against the staff of ``organisation``, and of those that rows name, at ``now``.

    Whoever's last working day is over on the list is a leaver; one to come is kept on their job.
    With ``is_complete`` the list is everyone, so current staff of an organisation on it who are
    not on it themselves are leavers; whoever sends the list never makes themselves one. ``headings``
    names the list's own columns for problems; ``answers`` says by row's number whom it means.
    Whomever a row of ``left_out`` may name stays as they are: leaving a row out ends nobody's job.
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
    moving = [line for line in lines if moves_address(line)]
    further = reaching_further([one.person.pk for one in moving], Access(by, now=now)) if by else set()
    for line in moving:
        line.keeps_address = line.person.has_signed_in or line.person.pk in further
        if line.keeps_address:
            said = SIGNS_IN if line.person.has_signed_in else ROLE_BEYOND
            warn(line.row, "email", f"{said.format(name=line.person.name)} It stays as it is.")
    mine = by.pk if by else None
    lines = _set_leavers_apart(lines, means, known, diff, mine, warn)
    passed_over = _passed_over(left_out, known) if is_complete else set()
    diff.staying = frozenset(person for _, person in means) | passed_over
    if is_complete:
        named = {job.pk for job in diff.leavers}
        gone = ((where, job) for where, job in known.jobs.items() if where not in means and job.pk not in named)
        diff.leavers += [job for (_, person), job in gone if person != mine and person not in passed_over]
        diff.leavers.sort(key=lambda job: (job.person.family_name, job.person.given_name, job.person_id, job.pk))
    leaving = {job.person_id for job in diff.leavers} - diff.staying
    diff.unfound = find_managers(lines, known, leaving, problem)
    diff.blanks = find_blanks(lines, known)
    report_loops(lines, known, problem)

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
                line.differences = list(of_person(line))
            line.manager_names = listed(line.managers or (), names)
            diff.adds.append(line)
            continue
        line.differences = list(differences(line, known, names))
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
            message = (
                f"Rows {first} and {line.row['row']} are the same person, {line.person.name}. Keep one row a person."
            )
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


def _set_leavers_apart(
    lines: list[Line], means: dict[tuple[int, int], int], known: Known, diff: Diff, mine: int | None, warn
) -> list[Line]:
    """The lines of those who stay or come; whoever's last working day is over goes to the diff's leavers, or where
    nothing here ends by it, to those who left before."""
    stay = []
    for line in lines:
        day, start = line.last_day, line.row.get("start_date", "")
        if day is None or day >= known.today:
            stay.append(line)
            continue
        said = f"The last working day of {line.name}, {day_label(day)}, "
        if day.isoformat() < start:  # the end of an earlier job, of somebody who has come back
            warn(line.row, LAST_DAY, f"{said}is before the start date. It was passed over.")
        elif line.person and line.person.pk == mine:
            warn(line.row, LAST_DAY, f"{said}is over, but you cannot mark yourself as having left. It was passed over.")
        else:
            if line.person:
                means.pop((line.organisation, line.person.pk), None)
            if line.job:
                diff.leavers.append(line.job)
                diff.last_days[line.job.pk] = line.job.last_working_day = day
            else:
                diff.left_before.append(line)
            continue
        line.row = {key: value for key, value in line.row.items() if key != LAST_DAY}
        stay.append(line)
    return stay


def _passed_over(left_out: Sequence[dict], known: Known) -> set[int]:
    """Who may be named by rows that are left out: by address, by number anywhere, or by name."""
    emails = {row["email"] for row in left_out if "email" in row}
    numbers = {number_key(row["staff_number"]) for row in left_out if "staff_number" in row}
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in left_out:
        if "given_name" in row:
            names[folded(row["given_name"])].append((row["given_name"], row.get("family_name", "")))

    def may_be(person: Person) -> bool:
        own = (person.given_name, person.family_name)
        return any(alike(name, own) for name in names.get(folded(person.given_name), ()))

    return {
        person
        for (_, person), job in known.jobs.items()
        if job.person.email in emails
        or (job.staff_number and number_key(job.staff_number) in numbers)
        or may_be(job.person)
    }


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
        left_out=staff_import.left_out,
    )
