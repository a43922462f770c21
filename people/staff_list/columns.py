"""Which column of a staff list holds what: guessed from its heading, told by a map, or chosen by the lead.

A column has a label that is its own: its heading, "E-mail (2)" where a heading stands twice,
"Column C" where there is none. Maps and choices name columns by their labels.
"""

import hashlib
import re
import tomllib
from collections import Counter
from dataclasses import dataclass

from people.fact_kinds import FACT_KINDS, Value
from people.staff_list.read import MAX_COLUMNS, Table
from people.staff_list.unreadable import Unreadable


@dataclass(frozen=True)
class Field:
    key: str
    label: str
    headings: tuple[str, ...]  # best first, as normalised by ``plain``
    kind: str = "text"  # text, email, grade, level, day, last day, choice
    hint: str = ""  # what may stand in it, for the page that explains


def _hint(kind) -> str:
    if kind.choices:
        return (
            " or ".join(label for _, label in kind.choices)
            if len(kind.choices) < 3
            else "; ".join(label for _, label in kind.choices)
        )
    return "A date, or “n/a” where it does not apply." if kind.value == Value.DAY else ""


# Headings of Electronic Staff Record exports first, then what departments' own lists say.
FIELDS: dict[str, Field] = {
    field.key: field
    for field in [
        Field(
            "staff_number",
            "Staff number",
            (
                "employee number",
                "employee no",
                "esr employee number",
                "employee id",
                "assignment number",
                "assignment no",
                "esr number",
                "esr no",
                "staff number",
                "staff no",
                "staff id",
                "payroll number",
                "payroll no",
                "pay number",
                "personnel number",
            ),
            hint="Tells one person from another. Leading zeros do not matter.",
        ),
        Field(
            "given_name",
            "First name",
            (
                "first name",
                "preferred name",
                "known as",
                "forename",
                "given name",
                "first names",
                "forenames",
                "given names",
            ),
            hint="Needed, alone or in one column with the last name.",
        ),
        Field("family_name", "Last name", ("last name", "surname", "family name", "second name")),
        Field(
            "full_name",
            "Name",
            ("full name", "employee name", "name", "staff name", "employee", "staff member", "pharmacist", "person"),
            hint="In one cell: “Asha Khan”, “KHAN, Asha” or “Dr Asha Khan”.",
        ),
        Field(
            "email",
            "E-mail",
            (
                "email address",
                "e mail address",
                "work email",
                "work e mail",
                "work email address",
                "email",
                "e mail",
                "nhs email",
                "nhs email address",
                "nhs mail",
                "nhsmail",
                "office e mail address",
                "office email address",
                "mail",
            ),
            "email",
            hint="Tells one person from another, and is where they are invited.",
        ),
        Field(
            "job_title",
            "Job title",
            (
                "position title",
                "job title",
                "position",
                "position name",
                "role",
                "job role",
                "post",
                "post title",
                "title of post",
            ),
        ),
        Field(
            "band",
            "Band",
            (
                "pay band",
                "afc band",
                "band",
                "grade",
                "grade description",
                "pay grade",
                "pay scale description",
                "payscale description",
                "pay scale",
                "payscale",
                "afc grade",
                "afc",
                "banding",
            ),
            "grade",
            hint="“Band 6”, “8a”, “Review Body Band 6”, “XR06”. Empty or “none” for somebody without a band.",
        ),
        Field(
            "level",
            "Level",
            ("level", "career level", "career stage", "level of practice", "rps level"),
            "level",
            hint="Foundation, Early career, Advanced or Consultant, where the band does not tell.",
        ),
        Field(
            "organisation",
            "Organisation",
            (
                "employer",
                "trust",
                "employing organisation",
                "organisation name",
                "organisation",
                "organization",
                "company",
            ),
            hint="By its name or short code. Only organisations that you lead; without the column, all rows are one’s.",
        ),
        Field(
            "site",
            "Site",
            ("site", "site name", "base", "base site", "location", "work location", "location description", "hospital"),
        ),
        Field("team", "Team", ("team", "team name", "department", "ward", "section", "org unit", "service")),
        Field(
            "manager",
            "Manager",
            (
                "supervisor employee number",
                "manager employee number",
                "line manager employee number",
                "supervisor number",
                "manager number",
                "supervisor email",
                "supervisor e mail",
                "supervisor email address",
                "manager email",
                "manager e mail",
                "line manager email",
                "line manager e mail",
                "supervisor",
                "supervisor name",
                "line manager",
                "line manager name",
                "manager",
                "manager name",
                "reports to",
            ),
            hint="By staff number, e-mail address or name; several with a semicolon between.",
        ),
        Field(
            "second_manager",
            "Second manager",
            (
                "second supervisor",
                "second manager",
                "second line manager",
                "other manager",
                "manager 2",
                "supervisor 2",
            ),
        ),
        Field(
            "start_date",
            "Start date",
            (
                "latest start date",
                "start date",
                "start date in post",
                "start date in position",
                "assignment start date",
                "latest hire date",
                "hire date",
                "date started",
            ),
            "day",
            hint="26/07/2027, 26-Jul-2027 or 2027-07-26. A day to come is fine.",
        ),
        Field(
            "last_working_day",
            "Last working day",
            (
                "last working day",
                "latest leaving date",
                "leaving date",
                "termination date",
                "actual termination date",
                "last day",
                "last day of employment",
                "last day of service",
                "date of leaving",
                "date left",
                "leave date",
                "leaver date",
                "end date",
                "end date in post",
                "assignment end date",
                "employment end date",
            ),
            "last day",
            hint="As the start date. A day that is over makes a leaver, one to come is kept. “n/a”: leaves no more.",
        ),
        *(
            Field(
                kind.key,
                kind.label,
                kind.headings,
                "day" if kind.value == Value.DAY else "choice" if kind.value == Value.CHOICE else "text",
                hint=_hint(kind),
            )
            for kind in FACT_KINDS.values()
        ),
    ]
}
NAMES, KEYS = ("given_name", "full_name"), ("email", "staff_number")
HEADINGS = frozenset(heading for field in FIELDS.values() for heading in field.headings)
NO_NAME = "No column for a name was found. Head it “First Name” and “Last Name”, or “Name”."
NO_KEY = "No column tells one person from another. Head one “E-mail” or “Employee Number”."


@dataclass(frozen=True)
class Columns:
    """What was found: field key to position, and the columns that are not used."""

    at: dict[str, int]
    headings: list[str]  # the label of every column
    unused: list[str]

    def heading(self, key: str) -> str:
        """The list's own heading for a field, in which problems are reported."""
        return self.headings[self.at[key]] if key in self.at else FIELDS[key].label

    @property
    def choice(self) -> dict[str, str]:
        """Field to label: what can be kept and told again."""
        return {key: self.headings[position] for key, position in self.at.items()}


def plain(heading: str) -> str:
    """A heading without case, marks and double spaces: "E-mail Address:" and "E MAIL  ADDRESS" are one."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", heading.lower()).split())


def understood(cells: list[str]) -> int:
    """How many cells of a row are headings that the portal knows: what tells headings from titles and from people."""
    return sum(plain(cell) in HEADINGS for cell in cells if cell)


def labels(table: Table) -> list[str]:
    """A label of its own for every column that holds anything."""
    width = min(max([len(table.headings), *(len(cells) for _, cells in table.rows[:500])]), MAX_COLUMNS)
    said: list[str] = []
    times: Counter[str] = Counter()
    for position in range(width):
        heading = table.headings[position] if position < len(table.headings) else ""
        heading = " ".join(heading.split())[:100]
        if not heading:
            is_used = any(position < len(cells) and cells[position] for _, cells in table.rows[:500])
            said.append(f"Column {_letter(position)}" if is_used else "")
            continue
        times[plain(heading) or heading] += 1
        number = times[plain(heading) or heading]
        said.append(heading if number == 1 else f"{heading} ({number})")
    return said


def key_of(headings: list[str]) -> str:
    """The same for the same set of headings in any order: by it a choice is remembered."""
    names = sorted(plain(heading) for heading in headings if heading)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:40]


def read_map(text: str) -> "Map":
    """A map for the command. Raises Unreadable.

    TOML with a table ``columns`` of field = "heading" and, for a workbook, ``sheet = "name"``.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(f"The map is not TOML: {error}.") from error
    columns, sheet = told.get("columns"), told.get("sheet", "")
    if not isinstance(columns, dict) or not all(isinstance(heading, str) for heading in columns.values()):
        raise Unreadable('The map needs a table [columns] with lines such as staff_number = "Payroll no".')
    if not isinstance(sheet, str):
        raise Unreadable('The map names a sheet as text: sheet = "Staff".')
    unknown = sorted(columns.keys() - FIELDS.keys())
    if unknown:
        raise Unreadable(f"The map names what the portal does not know: {', '.join(unknown)}.")
    return Map(columns, sheet)


@dataclass(frozen=True)
class Map:
    """What somebody says about a list: field to label, and the sheet. ``is_all``: what is not named is not used."""

    columns: dict[str, str]
    sheet: str = ""
    is_all: bool = False


def guess(headings: list[str], told: Map | None = None) -> dict[str, int]:
    """Field to position; what is ``told`` goes before any guess. Raises Unreadable where a told column is not there."""
    by_name: dict[str, int] = {}
    for position, heading in enumerate(headings):
        if name := plain(heading):
            by_name.setdefault(name, position)
    at: dict[str, int] = {}
    for key, heading in (told.columns if told else {}).items():
        if plain(heading) not in by_name:
            raise Unreadable(f"The map names the column “{heading}”, which the list does not have.")
        at[key] = by_name[plain(heading)]
    if told and told.is_all:
        return at
    for key, field in FIELDS.items():
        if key not in at:
            named = next((name for name in field.headings if name in by_name), None)
            if named is not None and by_name[named] not in at.values():
                at[key] = by_name[named]
    return at


def doubled(headings: list[str], at: dict[str, int]) -> str:
    """The first used heading that stands over two columns, of which one was guessed; empty where there is none."""
    used = {plain(headings[position]) for position in at.values()}
    for heading in headings:
        first = re.sub(r" \(\d+\)$", "", heading)
        if first != heading and plain(first) in used and plain(heading) not in used:
            return next(one for one in headings if plain(one) == plain(first))
    return ""


def missing(at: dict[str, int]) -> str:
    """Why these columns are not enough for a staff list, as a sentence; empty where they are."""
    if not any(key in at for key in NAMES):
        return NO_NAME
    if not any(key in at for key in KEYS):
        return NO_KEY
    return ""


def find(headings: list[str], told: Map | None = None) -> Columns:
    """Find the fields among the labels ``headings``. Raises Unreadable where they are not enough, or doubtful."""
    at = guess(headings, told)
    if (not told or not told.is_all) and (twice := doubled(headings, at)):
        raise Unreadable(f"Two columns are headed “{twice}”. Rename or remove one of them.")
    if lacking := missing(at):
        raise Unreadable(f"{lacking} The first row reads: {_listed(headings)}.")
    return settled(headings, at)


def settled(headings: list[str], at: dict[str, int]) -> Columns:
    """Columns with the unused ones named."""
    used = set(at.values())
    return Columns(at, headings, [label for position, label in enumerate(headings) if label and position not in used])


def _listed(headings: list[str]) -> str:
    shown = [f"“{heading[:40]}”" for heading in headings if heading][:12]
    return ", ".join(shown)


def _letter(position: int) -> str:
    """The letters above a column in a spreadsheet: 0 is A, 26 is AA."""
    letters, position = "", position + 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
