"""Who manages whom, as a staff list says it: by e-mail address, staff number or name; loops are told."""

from collections import defaultdict

from people.line_management import Management
from people.nearest import Nearest
from people.staff_list.check import number_key
from people.staff_list.known import Known
from people.staff_list.names import folded
from people.staff_list.outcome import Line, Unfound


def find_managers(lines: list[Line], known: Known, leaving: set[int], problem) -> list[Unfound]:
    """Turn managers as written into keys, against the list and the staff who stay; return those whom nobody knows.

    These stand in nothing's way, since lists do name managers who work elsewhere.
    Of a name that fits several, choosing one could put a manager with their own report.
    """
    unfound: list[Unfound] = []
    by_email: dict[str, int] = {}
    by_number: dict[str, int] = {}
    by_name: dict[str, set[int]] = defaultdict(set)
    names: list[str] = []
    on_list = {line.person.pk for line in lines if line.person}
    for (_, pk), job in known.jobs.items():
        if pk not in leaving and pk not in on_list:
            _index(pk, job.person.email, job.staff_number, job.person.name, by_email, by_number, by_name)
            names.append(job.person.name)
    for line in lines:
        if line.person:  # a list may still name somebody by an address or number that it also changes
            number = line.job.staff_number if line.job else ""
            _index(line.key, line.person.email, number, "", by_email, by_number, by_name)
    for line in lines:
        row = line.row
        _index(line.key, row.get("email"), row.get("staff_number", ""), line.name, by_email, by_number, by_name)
        names.append(line.name)
    called, addressed = Nearest(names), Nearest(by_email)
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
                unfound.append(Unfound(line.row["row"], line.name, text, addressed if "@" in text else called))
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
    return unfound


def _index(key, email, number, name, by_email, by_number, by_name) -> None:
    if email:
        by_email[email] = key
    if number:
        by_number[number_key(number)] = key
    if name:
        by_name[folded(name)].add(key)


def report_loops(lines: list[Line], known: Known, problem) -> None:
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


def listed(keys, names) -> str:
    """The names of these managers in one line."""
    return ", ".join(sorted(names[key] for key in keys))
