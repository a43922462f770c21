"""Which column of a staff list holds what: guessed from its heading, or told by a map."""

import re
import tomllib
from dataclasses import dataclass

from people.fact_kinds import FACT_KINDS, Value
from people.staff_list.read import Unreadable


@dataclass(frozen=True)
class Field:
    key: str
    label: str
    headings: tuple[str, ...]  # best first, as normalised by ``plain``
    kind: str = "text"  # text, email, grade, day, choice, yes-no


# Headings of Electronic Staff Record exports first, then what departments' own lists say.
FIELDS: dict[str, Field] = {
    field.key: field
    for field in [
        Field(
            "staff_number",
            "Staff number",
            ("employee number", "employee no", "assignment number", "staff number", "staff no", "payroll number"),
        ),
        Field("given_name", "First name", ("first name", "forename", "given name", "first names")),
        Field("family_name", "Last name", ("last name", "surname", "family name")),
        Field("full_name", "Name", ("full name", "employee name", "name", "employee")),
        Field(
            "email",
            "E-mail",
            ("email address", "e mail address", "work email", "email", "e mail", "office e mail address"),
            "email",
        ),
        Field("job_title", "Job title", ("position title", "job title", "position", "role", "post")),
        Field("band", "Band", ("pay band", "afc band", "band", "grade", "pay grade", "pay scale"), "grade"),
        Field("organisation", "Organisation", ("organisation", "organization", "employer", "trust")),
        Field("site", "Site", ("site", "base", "location", "work location", "location description")),
        Field("team", "Team", ("team", "department", "ward", "section")),
        Field(
            "manager",
            "Manager",
            (
                "supervisor employee number",
                "manager employee number",
                "supervisor number",
                "manager number",
                "supervisor email",
                "supervisor e mail",
                "manager email",
                "manager e mail",
                "supervisor",
                "supervisor name",
                "line manager",
                "manager",
                "manager name",
                "reports to",
            ),
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
            ("start date", "latest start date", "start date in post", "assignment start date", "date started"),
            "day",
        ),
        *(
            Field(
                kind.key,
                kind.label,
                kind.headings,
                "day" if kind.value == Value.DAY else "choice" if kind.value == Value.CHOICE else "text",
            )
            for kind in FACT_KINDS.values()
        ),
    ]
}

HEADINGS = frozenset(heading for field in FIELDS.values() for heading in field.headings)


@dataclass(frozen=True)
class Columns:
    """What was found: field key to position, and the headings that mean nothing to the portal."""

    at: dict[str, int]
    headings: list[str]
    unused: list[str]

    def heading(self, key: str) -> str:
        """The list's own heading for a field, in which problems are reported."""
        return self.headings[self.at[key]] if key in self.at else FIELDS[key].label


def plain(heading: str) -> str:
    """A heading without case, marks and double spaces: "E-mail Address:" and "E MAIL  ADDRESS" are one."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", heading.lower()).split())


def read_map(text: str) -> dict[str, str]:
    """A map for the command: TOML with a table ``columns`` of field = "heading". Raises Unreadable."""
    try:
        columns = tomllib.loads(text).get("columns")
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(f"The map is not TOML: {error}.") from error
    if not isinstance(columns, dict) or not all(isinstance(heading, str) for heading in columns.values()):
        raise Unreadable('The map needs a table [columns] with lines such as staff_number = "Payroll no".')
    unknown = sorted(columns.keys() - FIELDS.keys())
    if unknown:
        raise Unreadable(f"The map names what the portal does not know: {', '.join(unknown)}.")
    return columns


def find(headings: list[str], told: dict[str, str] | None = None) -> Columns:
    """Find the fields among ``headings``; ``told`` (field to heading) goes before any guess. Raises Unreadable."""
    by_name: dict[str, int] = {}
    twice = set()
    for position, heading in enumerate(headings):
        name = plain(heading)
        if name and by_name.setdefault(name, position) != position:
            twice.add(name)
    at = {}
    for key, heading in (told or {}).items():
        if plain(heading) not in by_name:
            raise Unreadable(f"The map names the column “{heading}”, which the list does not have.")
        at[key] = by_name[plain(heading)]
    for key, field in FIELDS.items():
        if key not in at:
            named = next((name for name in field.headings if name in by_name), None)
            if named is not None and by_name[named] not in at.values():
                at[key] = by_name[named]
    doubled = sorted(headings[position] for position in at.values() if plain(headings[position]) in twice)
    if doubled:
        raise Unreadable(f"Two columns are headed “{doubled[0]}”. Rename or remove one of them.")
    if not ("given_name" in at or "full_name" in at):
        raise Unreadable(
            "No column for a name was found. Head it “First Name” and “Last Name”, or “Name”. "
            f"The first row reads: {_listed(headings)}."
        )
    if not ("email" in at or "staff_number" in at):
        raise Unreadable(
            "No column tells one person from another. Head one “E-mail” or “Employee Number”. "
            f"The first row reads: {_listed(headings)}."
        )
    used = set(at.values())
    unused = [heading for position, heading in enumerate(headings) if heading and position not in used]
    return Columns(at=at, headings=headings, unused=unused)


def _listed(headings: list[str]) -> str:
    shown = [f"“{heading[:40]}”" for heading in headings if heading][:12]
    return ", ".join(shown)


def understood(cells: list[str]) -> int:
    """How many cells of a row are headings that the portal knows: what tells headings from titles and from people."""
    return sum(plain(cell) in HEADINGS for cell in cells if cell)
