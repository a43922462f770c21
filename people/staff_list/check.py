"""From rows of text to rows that mean something, with every problem by its row and column.

A checked row is plain data that can be kept as JSON: ``row`` (its number in the
spreadsheet), the fields that the row says something about, ``managers`` as
written, and ``facts`` by kind (null: does not apply). An empty cell says nothing
and so changes nothing.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from people import bands
from people.fact_kinds import FACT_KINDS, MAX_TEXT
from people.models import Employment, Organisation, Person, Site
from people.names import address, tidy
from people.staff_list.columns import FIELDS, Columns, plain
from people.staff_list.read import Table

DAY_FORMATS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%y",
    "%d/%m/%y",
)
DOES_NOT_APPLY = {"n/a", "na", "not applicable", "does not apply"}
YES, NO = {"yes", "y", "true", "1", "x", "✓"}, {"no", "n", "false", "0"}
SPREADSHEET_ERROR = re.compile(r"^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)$", re.I)
MANAGERS_APART = re.compile(r"[;|\n]| and | & ", re.I)
EARLIEST, LATEST = date(1940, 1, 1), date(2100, 1, 1)

_email = EmailValidator()


def _length(model, name: str) -> int:
    return model._meta.get_field(name).max_length


LIMITS = {
    "given_name": _length(Person, "given_name"),
    "family_name": _length(Person, "family_name"),
    "full_name": _length(Person, "family_name"),
    "email": _length(Person, "email"),
    "job_title": _length(Employment, "job_title"),
    "staff_number": _length(Employment, "staff_number"),
    "site": _length(Site, "name"),
    "team": _length(Site, "name"),
    **dict.fromkeys(FACT_KINDS, MAX_TEXT),
}


@dataclass(frozen=True)
class Problem:
    """Something that must be mended before the list can be saved, in words for the person who sent it."""

    row: int
    column: str
    message: str

    def as_dict(self) -> dict:
        return asdict(self)


class NotUnderstood(ValueError):
    """A cell that cannot be read; the text is the sentence."""


def check(table: Table, columns: Columns, organisation: Organisation) -> tuple[list[dict], list[Problem]]:
    """Check every row. A row with a problem is returned with the rest of what it says, so that the
    preview still knows its person; it is left out only without a name or as the second of a double."""
    rows: list[dict] = []
    problems: list[Problem] = []
    first_with: dict[tuple[str, str], int] = {}
    known_days: dict[str, date] = {}  # a list of 20,000 has few different days
    for number, cells in table.rows:
        doubled = False
        row = _row(number, cells, columns, organisation, problems, known_days)
        for key in ("email", "staff_number"):
            if key in row:
                first = first_with.setdefault((key, row[key].casefold()), number)
                if first != number:
                    doubled = True
                    what = "e-mail address" if key == "email" else "staff number"
                    problems.append(
                        Problem(
                            number, columns.heading(key), f"Row {first} has the same {what}. Keep one row a person."
                        )
                    )
        if row.get("given_name") and not doubled:
            rows.append(row)
    return rows, problems


def _row(number, cells, columns, organisation, problems, known_days) -> dict:
    row: dict = {"row": number}
    facts: dict = {}
    managers: list[str] = []
    failed: set[str] = set()
    for key, position in columns.at.items():
        text = cells[position] if position < len(cells) else ""
        if not text:
            continue
        try:
            if key in ("manager", "second_manager"):
                managers += [tidy(name) for name in MANAGERS_APART.split(_text(key, text)) if name.strip()]
            elif key == "organisation":
                _same_organisation(text, organisation)
            elif key in FACT_KINDS:
                facts[key] = _fact(key, text, known_days)
            else:
                row[key] = READERS.get(FIELDS[key].kind, _text)(key, text, known_days)
        except NotUnderstood as error:
            failed.add(key)
            problems.append(Problem(number, columns.headings[position], str(error)))
    if "full_name" in row:
        given, family = _parted(row.pop("full_name"))
        row.setdefault("given_name", given)
        row.setdefault("family_name", family)
    if not row.get("given_name") and not failed & {"given_name", "full_name"}:
        key = "given_name" if "given_name" in columns.at else "full_name"
        problems.append(Problem(number, columns.heading(key), "This row has no first name."))
    if not (row.keys() | failed) & {"email", "staff_number"}:
        key = "email" if "email" in columns.at else "staff_number"
        problems.append(Problem(number, columns.heading(key), "This row needs an e-mail address or a staff number."))
    if managers:
        row["managers"] = list(dict.fromkeys(managers))
    if facts:
        row["facts"] = facts
    return row


def _text(key: str, text: str, _=None) -> str:
    if SPREADSHEET_ERROR.match(text):
        raise NotUnderstood(f"{text} is an error of the spreadsheet. Put the right value in its place.")
    value = tidy(unicodedata.normalize("NFC", text))
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in value):
        raise NotUnderstood("This cell holds characters that cannot be shown. Type it again.")
    if len(value) > LIMITS.get(key, 500):
        raise NotUnderstood(f"This is longer than {LIMITS.get(key, 500)} characters.")
    if key == "staff_number" and re.fullmatch(r"\d(\.\d+)?E\+\d+", value, re.I):
        raise NotUnderstood(f"{value} is a number that the spreadsheet has shortened. Format the column as text.")
    if key == "staff_number":
        return value.removesuffix(".0")
    return value


def _email_address(key: str, text: str, _=None) -> str:
    value = address(_text(key, text).removeprefix("mailto:"))
    try:
        _email(value)
    except ValidationError as error:
        raise NotUnderstood(f"“{text[:60]}” is not an e-mail address.") from error
    return value


def _grade(key: str, text: str, _=None) -> str:
    try:
        return bands.band(_text(key, text))
    except bands.UnknownGrade as error:
        raise NotUnderstood(
            f"“{text[:60]}” is not a pay band that the portal knows, such as “Band 6” or “8a”. "
            "Leave the cell empty for somebody without a band."
        ) from error


def _day(key: str, text: str, known: dict[str, date]) -> str:
    if text not in known:
        known[text] = _read_day(_text(key, text))
    return known[text].isoformat()


def _read_day(text: str) -> date:
    text = re.sub(r"[ T]00:00(:00(\.0+)?)?$", "", text)  # a day that a spreadsheet took for a moment
    for form in DAY_FORMATS:
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        if EARLIEST <= day < LATEST:
            return day
        raise NotUnderstood(f"{text} is not a likely date.")
    if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2,4}", text):
        raise NotUnderstood(f"“{text}” is not a date: the day comes first, as in 26/07/2027.")
    raise NotUnderstood(f"“{text[:60]}” is not a date. Write it as 26/07/2027.")


READERS: dict[str, Callable] = {"email": _email_address, "grade": _grade, "day": _day}


def _fact(key: str, text: str, known_days) -> str | None:
    kind = FIELDS[key].kind
    if text.casefold() in DOES_NOT_APPLY:
        return None
    if kind == "day":
        return _day(key, text, known_days)
    value = _text(key, text)
    if kind != "choice":
        return value
    choices = dict(FACT_KINDS[key].choices)
    if choices.keys() == {"yes", "no"}:
        if value.casefold() in YES | NO:
            return "yes" if value.casefold() in YES else "no"
        raise NotUnderstood(f"“{value[:60]}” is neither yes nor no.")
    for stored, label in choices.items():
        if plain(value) in (plain(stored), plain(label)):
            return stored
    raise NotUnderstood(f"“{value[:60]}” is none of: {', '.join(choices.values())}.")


def _same_organisation(text: str, organisation: Organisation) -> None:
    if plain(text) not in (plain(organisation.name), plain(organisation.code)):
        raise NotUnderstood(f"This list is for {organisation.name}. Put “{text[:60]}” in a list of its own.")


def _parted(name: str) -> tuple[str, str]:
    """Given and family name from one cell: "Khan, Asha" or "Asha Khan"; a title in front is left out."""
    name = re.sub(r"^(mr|mrs|ms|miss|mx|dr|prof)\.?\s+", "", name, flags=re.I)
    if "," in name:
        family, given = (part.strip() for part in name.split(",", 1))
        return re.sub(r"\s+(mr|mrs|ms|miss|mx|dr|prof)\.?$", "", given, flags=re.I), family
    given, _, family = name.partition(" ")
    return given, family
