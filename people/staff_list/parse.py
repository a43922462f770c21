"""A file as a staff list: read, columns found, rows checked."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from people.models import Organisation
from people.staff_list import columns, read
from people.staff_list.check import Problem, check
from people.staff_list.columns import Map, plain

SEVERAL_SHEETS = "The workbook has several sheets that may be the list: {sheets}. Keep the one, or name it in a map."
NO_SUCH_ROW = "The list has no row {row} that could be left out."
LOOKED_AT = "Some columns were found by what stands in them. Look whether they are what is said beside them."
THINGS = {"ward", "site", "team", "department", "base", "hospital", "trust", "unit", "manager", "supervisor", "file"}
UNITS = {"organisation", "organization"}  # in exports of the Electronic Staff Record: a unit, not the employer


@dataclass(frozen=True)
class StaffList:
    """What a file says, before it is held against what the portal knows."""

    encoding: str
    delimiter: str
    columns: columns.Columns
    rows: list[dict]  # as check.py makes them
    left_out: list[dict]  # rows passed over, as check.py makes them
    problems: list[Problem]
    warnings: list[Problem]
    notes: list[str]  # sentences about the file as a whole
    count: int  # rows in the file, with and without problems
    sheet: str = ""


@dataclass(frozen=True)
class Glance:
    """The beginning of a file: enough to say which column is what. ``at`` is the guess, field to position."""

    table: read.Table
    labels: list[str]
    at: dict[str, int]
    doubt: str  # why the guess is not enough, as a sentence for whoever chooses; empty where it is

    @property
    def unused(self) -> list[str]:
        return columns.settled(self.labels, self.at).unused

    def samples(self, position: int) -> list[str]:
        """Up to three different things that stand in a column."""
        cells = (row[position] for _, row in self.table.rows if position < len(row) and row[position])
        return list(dict.fromkeys(cells))[:3]


def glance(data: bytes, *, sheet: str = "", limit: int, organisations: Iterable[Organisation]) -> Glance:
    """Read the first rows of a file and guess its columns. Raises read.Unreadable where it is no table at all."""
    table = read.read(data, score=columns.understood, sheet=sheet, limit=limit)
    labels = columns.labels(table)
    at = _without_units(table, labels, columns.guess(labels), list(organisations))
    doubt = columns.missing(at)
    if doubt and (by_looks := _by_looks(table, labels, at)):
        at |= by_looks
        doubt = columns.missing(at) or LOOKED_AT
    if not doubt and (twice := columns.doubled(labels, at)):
        doubt = f"Two columns are headed “{twice}”. Choose the one that you mean."
    return Glance(table, labels, at, doubt)


def parse(
    data: bytes,
    *,
    organisation: Organisation,
    organisations: Iterable[Organisation] = (),
    told: Map | None = None,
    leave_out: Collection[int] = (),
    step: Callable[[int, int], None] = lambda done, of: None,
) -> StaffList:
    """Parse the bytes of a file as the staff list of ``organisation``. Raises read.Unreadable.

    ``organisations`` are the others whose staff list the sender keeps, which rows may name;
    ``told`` says which column is what, ``leave_out`` which rows are to be passed over.
    ``step`` hears how many rows have been checked, of how many.
    """
    kept = {one.pk: one for one in (organisation, *organisations)}.values()
    table = read.read(data, score=columns.understood, sheet=told.sheet if told else "")
    if len(table.sheets) > 1 and not (told and told.sheet):
        named = ", ".join(f"“{sheet}”" for sheet in table.sheets)
        raise read.Unreadable(SEVERAL_SHEETS.format(sheets=named))
    labels = columns.labels(table)
    found = columns.find(labels, told)
    if not told or "organisation" not in told.columns:
        found = columns.settled(labels, _without_units(table, labels, found.at, list(kept)))
    if strange := set(leave_out) - {number for number, _ in table.rows}:
        raise read.Unreadable(NO_SUCH_ROW.format(row=min(strange)))
    checked = check(table, found, kept, leave_out=frozenset(leave_out), step=step)
    return StaffList(
        encoding=table.encoding,
        delimiter=table.delimiter,
        columns=found,
        rows=checked.rows,
        left_out=checked.left_out,
        problems=checked.problems,
        warnings=checked.warnings,
        notes=list(table.notes),
        count=len(table.rows),
        sheet=table.sheet,
    )


def _by_looks(table: read.Table, labels: list[str], at: dict[str, int]) -> dict[str, int]:
    """What a list lacks and a column may be, judged by words of its heading and by what stands in it. Never taken
    without being asked about."""
    found: dict[str, int] = {}
    free = [position for position, label in enumerate(labels) if label and position not in at.values()]
    if not any(key in at for key in columns.KEYS):
        for position in free:
            cells = [row[position] for _, row in table.rows[:100] if position < len(row) and row[position]]
            if cells and sum("@" in cell for cell in cells) * 2 > len(cells):
                found["email"] = position
                break
    if not any(key in at for key in columns.NAMES):
        words = {position: set(plain(labels[position]).split()) for position in free}
        named = (one for one in free if one not in found.values() and "name" in words[one] and not words[one] & THINGS)
        if (position := next(named, None)) is not None:
            found["full_name"] = position
    return found


def _without_units(table: read.Table, labels: list[str], at: dict[str, int], organisations) -> dict[str, int]:
    """``at``, with a guessed organisation column taken for teams where it names units and no organisation at all.

    A column that says one and the same thing throughout is believed: it may be another employer's list.
    """
    position = at.get("organisation")
    if position is None or plain(labels[position]) not in UNITS:
        return at
    said = {plain(row[position]) for _, row in table.rows if position < len(row) and row[position]}
    if len(said) < 2 or said & {plain(name) for one in organisations for name in (one.name, one.code)}:
        return at
    others = {key: place for key, place in at.items() if key != "organisation"}
    return others if "team" in others else others | {"team": position}
