"""From rows of text to rows that mean something, with every problem by its row and column.

A checked row is plain data that can be kept as JSON: ``row`` (its number in the
spreadsheet), the fields that the row says something about, ``managers`` as
written, ``facts`` by kind (null: does not apply) and ``organisation`` by id where
the list names one. An empty cell says nothing and so changes nothing.

A row that is left out is kept as ``row``, ``says`` (its cells, to be recognised by) and by
what it could be told apart, so that nobody it names is taken for a leaver.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from people import bands
from people.fact_kinds import FACT_KINDS, MAX_TEXT
from people.models import Employment, Organisation, Person, Site
from people.models.employment import band_label
from people.names import address, tidy
from people.staff_list.columns import FIELDS, Columns, plain
from people.staff_list.footers import is_footer
from people.staff_list.names import parted, without_title
from people.staff_list.read import Table

DAY_FORMATS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%B-%Y",
    "%Y/%m/%d",
    "%d-%b-%y",
    "%d %b %y",
    "%d/%m/%y",
    "%d.%m.%y",
)
SERIAL = re.compile(r"\d{5}(\.0+)?")  # a day as a spreadsheet counts them, from 30 December 1899
SERIAL_BEGINS = date(1899, 12, 30)
DOES_NOT_APPLY = {"n/a", "na", "not applicable", "does not apply"}
END_OF_TIME = re.compile(r"\b(4712|9999)\b")  # the Electronic Staff Record says 31-Dec-4712 where there is no end
NOTHING = re.compile(r"[-–—.\s]+")  # what people type so that a cell does not look forgotten
YES, NO = {"yes", "y", "true", "1", "x", "✓", "yes please"}, {"no", "n", "false", "0", "no thanks", "no thank you"}
SPREADSHEET_ERROR = re.compile(r"^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|#+)$", re.I)
MANAGERS_APART = re.compile(r"[;|\n]| and | & ", re.I)
NAMED = {"managers": "manager"}  # parts of a checked row by the field in which they were written
SAID = 80  # characters of a row that are shown
FOOTER = "“{says}” looks like a total, a signature or a note, not like a person. Leave this row out."
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
    """Something that somebody should know about one row, in words. Where it stands decides whether it blocks."""

    row: int
    column: str
    message: str
    is_footer: bool = False  # the row looks like no person at all: leaving it out is proposed

    def as_dict(self) -> dict:
        return asdict(self)


@dataclass
class Checked:
    """What the rows say. ``problems`` must be mended before the list can be saved, ``warnings`` need not be."""

    rows: list[dict] = field(default_factory=list)
    left_out: list[dict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


class NotUnderstood(ValueError):
    """A cell that cannot be read; the text is the sentence."""


def check(
    table: Table,
    columns: Columns,
    organisations: Iterable[Organisation],
    *,
    leave_out: Collection[int] = (),
    step: Callable[[int, int], None] = lambda done, of: None,
) -> Checked:
    """Check every row. A row with a problem is returned with the rest of what it says, so that the
    preview still knows its person; it is left out only without a name or as the second of a double.

    ``organisations`` are those that whoever sends the list leads: a row may be of one of them.
    ``leave_out`` are numbers of rows that are to be passed over, whatever is wrong with them.
    ``step`` hears how many rows are behind, of how many.
    """
    checked = Checked()
    organisations = list(organisations)
    reader = _Reader(columns, organisations, checked)
    unheard = _Reader(
        columns, organisations, Checked()
    )  # what is wrong with a row that is left out is nobody's problem
    first_with: dict[tuple[str, str], dict] = {}
    for place, (number, cells) in enumerate(table.rows):
        if not place % 250:
            step(place, len(table.rows))
        if number in leave_out:
            checked.left_out.append(_left_out(unheard.row(number, cells), cells))
            continue
        row = reader.row(number, cells)
        same = {key: first_with[key, value] for key, value in _keys(row) if (key, value) in first_with}
        if same:
            _twice(row, same, columns, checked)
            continue
        for key, value in _keys(row):
            first_with[key, value] = row
        if row.get("given_name"):
            checked.rows.append(row)
    step(len(table.rows), len(table.rows))
    return checked


def _left_out(row: dict, cells: list[str]) -> dict:
    named = {
        key: row[key]
        for key in ("row", "given_name", "family_name", "email", "staff_number", "organisation")
        if key in row
    }
    return named | {"says": said(cells)}


def said(cells: list[str]) -> str:
    """What a row says, in short: by this a lead recognises it."""
    return " · ".join(cell for cell in cells if cell)[:SAID]


def number_key(staff_number: str) -> str:
    """By what two staff numbers are one: spreadsheets lose leading zeros, "00123" and "123" are the same."""
    return (staff_number.lstrip("0") or "0") if staff_number.isdigit() else staff_number.casefold()


def _keys(row: dict):
    if "email" in row:
        yield "email", row["email"]
    if "staff_number" in row:
        yield "staff_number", number_key(row["staff_number"])


def _twice(row: dict, same: dict[str, dict], columns: Columns, checked: Checked) -> None:
    """A row whose e-mail address or staff number stood before: the same again is read once, anything else is mended."""
    firsts = {one["row"]: (key, one) for key, one in reversed(same.items())}
    for key, first in firsts.values():
        told, other = _flat(row), _flat(first)
        apart = [name for name, value in told.items() if name in other and _differs(name, other[name], value)]
        names, rows = [called(one) for one in (first, row)], f"rows {first['row']} and {row['row']}"
        if len(firsts) == 1 and not apart:
            facts = row.get("facts", {}) | first.get("facts", {})
            first |= {name: value for name, value in row.items() if name not in first} | (
                {"facts": facts} if facts else {}
            )
            message = f"{names[0]} stands in {rows}, which say the same. The two were read as one."
            checked.warnings.append(Problem(row["row"], columns.heading(key), message))
            return
        what = "e-mail address" if key == "email" else "staff number"
        if apart and names[0].casefold() == names[1].casefold():
            differ = ", ".join(dict.fromkeys(columns.heading(NAMED.get(name, name)) for name in apart))
            message = f"{names[0]} stands in {rows} with the same {what}; they differ in: {differ}."
        else:
            message = f"{names[0]} in row {first['row']} and {names[1]} in row {row['row']} have the same {what}."
        checked.problems.append(Problem(row["row"], columns.heading(key), f"{message} Keep one row a person."))


def _flat(row: dict) -> dict:
    """Everything that a row says, its facts beside the rest."""
    return {name: value for name, value in row.items() if name != "facts"} | row.get("facts", {})


def called(row: dict) -> str:
    """The name that a checked row gives; words where it gives none."""
    return f"{row.get('given_name', '')} {row.get('family_name', '')}".strip() or "Somebody without a name"


def _differs(name: str, one, other) -> bool:
    if name == "row":
        return False
    if name == "staff_number":
        return number_key(one) != number_key(other)
    if name in ("given_name", "family_name"):
        return one.casefold() != other.casefold()
    return one != other


class _Reader:
    """Reads rows of one list; remembers what it has understood, since a long list says few different things."""

    def __init__(self, columns: Columns, organisations: Iterable[Organisation], said: Checked):
        self.columns, self.problems, self.warnings = columns, said.problems, said.warnings
        self.organisations = list(organisations)
        self.by_name = {plain(name): one.pk for one in self.organisations for name in (one.name, one.code)}
        self.read: dict[tuple[str, str], object] = {}

    def row(self, number: int, cells: list[str]) -> dict:
        row: dict = {"row": number}
        if is_footer(cells, self.columns.at):
            message = FOOTER.format(says=said(cells))
            self.problems.append(Problem(number, "", message, is_footer=True))
            return row
        facts: dict = {}
        managers: list[str] = []
        failed: set[str] = set()
        for key, position in self.columns.at.items():
            text = _without_marks(cells[position]) if position < len(cells) else ""
            if not text or (key != "band" and NOTHING.fullmatch(text)):
                continue
            try:
                if key in ("manager", "second_manager"):
                    managers += [tidy(name) for name in MANAGERS_APART.split(_text(key, text)) if name.strip()]
                elif key in FACT_KINDS:
                    facts[key] = self.value(key, text)
                else:
                    row[key] = self.value(key, text)
            except NotUnderstood as error:
                failed.add(key)
                self.problems.append(Problem(number, self.columns.headings[position], str(error)))
        self.name(row, number, failed)
        if "band" in row and bands.is_code_alone(grade := cells[self.columns.at["band"]]):
            message = f"“{grade}” was read as {band_label(row['band'])}. Look whether that is right."
            self.warnings.append(Problem(number, self.columns.heading("band"), message))
        if not (row.keys() | failed) & {"email", "staff_number"}:
            key = "email" if "email" in self.columns.at else "staff_number"
            message = "This row needs an e-mail address or a staff number."
            self.problems.append(Problem(number, self.columns.heading(key), message))
        if managers:
            row["managers"] = list(dict.fromkeys(managers))
        if facts:
            row["facts"] = facts
        return row

    def name(self, row: dict, number: int, failed: set[str]) -> None:
        if "full_name" in row:
            given, family = parted(row.pop("full_name"))
            row.setdefault("given_name", given)
            row.setdefault("family_name", family)
        if "given_name" in row:
            row["given_name"] = without_title(row["given_name"])
            row["family_name"] = without_title(row.get("family_name", ""))
            if not row["family_name"]:
                del row["family_name"]
        if not row.get("given_name") and not failed & {"given_name", "full_name"}:
            key = "given_name" if "given_name" in self.columns.at else "full_name"
            self.problems.append(Problem(number, self.columns.heading(key), "This row has no first name."))

    def value(self, key: str, text: str):
        """What a cell says. The same cell of the same column is understood once."""
        if (key, text) in self.read:
            return self.read[key, text]
        if key == "organisation":
            value = self.organisation(text)
        elif key in FACT_KINDS:
            value = _fact(key, text)
        else:
            value = READERS.get(FIELDS[key].kind, _text)(key, text)
        if key not in ("email", "staff_number", "full_name"):  # of these every cell is another
            self.read[key, text] = value
        return value

    def organisation(self, text: str) -> int:
        if plain(text) in self.by_name:
            return self.by_name[plain(text)]
        names = " or ".join(one.name for one in self.organisations[:5])
        raise NotUnderstood(f"“{text[:60]}” is no organisation whose staff list you keep: that is {names}.")


def _without_marks(text: str) -> str:
    """What of a cell can be seen: no soft hyphen, no mark of direction. A cell of nothing else is empty."""
    return text if text.isprintable() else "".join(one for one in text if unicodedata.category(one) != "Cf").strip()


def _text(key: str, text: str) -> str:
    if SPREADSHEET_ERROR.match(text):
        raise NotUnderstood(f"{text} is an error of the spreadsheet. Put the right value in its place.")
    value = tidy(unicodedata.normalize("NFC", text))
    if not value.isprintable() and any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in value):
        raise NotUnderstood("This cell holds characters that cannot be shown. Type it again.")
    if len(value) > LIMITS.get(key, 500):
        raise NotUnderstood(f"This is longer than {LIMITS.get(key, 500)} characters.")
    if key == "staff_number":
        if re.fullmatch(r"\d(\.\d+)?E\+\d+", value, re.I):
            raise NotUnderstood(f"{value} is a number that the spreadsheet has shortened. Format the column as text.")
        return value.removesuffix(".0")
    return value


def _email_address(key: str, text: str) -> str:
    value = _text(key, text).removeprefix("mailto:")
    if found := re.fullmatch(r"[^<>]*<([^<>]+)>", value):  # "Asha Khan <asha@example.org>", from an address book
        value = found[1]
    value = address(value)
    try:
        _email(value)
    except ValidationError as error:
        raise NotUnderstood(f"“{text[:60]}” is not an e-mail address.") from error
    return value


def _grade(key: str, text: str) -> str:
    try:
        return bands.band(_text(key, text))
    except bands.UnknownGrade as error:
        raise NotUnderstood(
            f"“{text[:60]}” is not a pay band that the portal knows, such as “Band 6” or “8a”. "
            "Leave the cell empty for somebody without a band."
        ) from error


def _level(key: str, text: str) -> str:
    try:
        return bands.given_level(_text(key, text))
    except bands.UnknownGrade as error:
        levels = ", ".join(Employment.Level.labels)
        raise NotUnderstood(f"“{text[:60]}” is none of the levels: {levels}.") from error


def _day(key: str, text: str) -> str:
    return read_day(_text(key, text)).isoformat()


def _last_day(key: str, text: str) -> str:
    """A day; empty where somebody does not leave: so written, or as payroll systems write the end of all days."""
    if text.casefold() in DOES_NOT_APPLY or END_OF_TIME.search(text):
        return ""
    return _day(key, text)


def read_day(text: str) -> date:
    """A day as lists write it: British, ISO, or the number by which a spreadsheet counts it. Raises NotUnderstood."""
    text = re.sub(r"(?<=\d)[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$", "", text)  # a day taken for a moment
    text = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text)
    if SERIAL.fullmatch(text):
        return _likely(SERIAL_BEGINS + timedelta(days=int(text[:5])), text)
    for form in DAY_FORMATS:
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        return _likely(day, text)
    if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2,4}", text):
        raise NotUnderstood(f"“{text}” is not a date: the day comes first, as in 26/07/2027.")
    raise NotUnderstood(f"“{text[:60]}” is not a date. Write it as 26/07/2027.")


def _likely(day: date, text: str) -> date:
    if EARLIEST <= day < LATEST:
        return day
    raise NotUnderstood(f"{text} is not a likely date.")


READERS: dict[str, Callable] = {
    "email": _email_address,
    "grade": _grade,
    "level": _level,
    "day": _day,
    "last day": _last_day,
}


def _fact(key: str, text: str) -> str | None:
    kind = FIELDS[key].kind
    if text.casefold() in DOES_NOT_APPLY:
        return None
    if kind == "day":
        return _day(key, text)
    value = _text(key, text)
    if kind != "choice":
        return value
    choices = dict(FACT_KINDS[key].choices)
    if choices.keys() == {"yes", "no"}:
        word = value.casefold().rstrip(".!")
        if word in YES | NO:
            return "yes" if word in YES else "no"
        raise NotUnderstood(f"“{value[:60]}” is neither yes nor no.")
    for stored, label in choices.items():
        if plain(value) in (plain(stored), plain(label)):
            return stored
    raise NotUnderstood(f"“{value[:60]}” is none of: {', '.join(choices.values())}.")


def cell(key: str, text: str) -> str | None:
    """What one cell of the column ``key`` says, as a checked row keeps it; None: a fact that does not apply.

    For grids that are typed or pasted into like a list. Raises NotUnderstood.
    """
    if key in FACT_KINDS:
        return _fact(key, text)
    return READERS.get(FIELDS[key].kind, _text)(key, text)
