"""From the bytes of a list to rows of text: CSV in its many ways, and Excel workbooks (workbook.py).

What the columns mean is columns.py. Lists of other things than staff may be read here too:
``score`` tells this room which row is the headings, and nothing else about them.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from people.staff_list import workbook
from people.staff_list.unreadable import Unreadable

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 2_000  # characters; Python's csv would take 131,072 and then raise
HEADINGS_WITHIN = workbook.GLANCE
BLANK = " \t,;"
LINE_END = re.compile(r"\r\n|\r|\n")  # those of csv; str.splitlines knows more
SEPARATOR_LINE = re.compile(r"sep=([,;\t])(\r\n|\r|\n)", re.I)  # how Excel is told the delimiter; it shows no such row
EMPTY = "The file is empty."
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}

Score = Callable[[list[str]], int]  # how many cells of a row are headings that are understood
Lines = Iterable[tuple[int, list[str]]]  # the number that a spreadsheet shows, and the cells


@dataclass(frozen=True)
class Table:
    """A file as rows of text. Row numbers are those that a spreadsheet shows: the headings' own counts."""

    encoding: str  # in words, for the preview: "UTF-8", "Excel"
    delimiter: str  # in words; empty for a workbook
    headings: list[str]
    rows: list[tuple[int, list[str]]]
    notes: tuple[str, ...] = ()  # sentences about what the reader did on its own
    sheet: str = ""  # of a workbook: the one that was read
    sheets: tuple[str, ...] = ()  # those that might be the list; more than one: ask
    is_whole: bool = True  # False: reading stopped at ``limit``


def read(data: bytes, *, score: Score | None = None, sheet: str = "", limit: int = MAX_ROWS) -> Table:
    """Read a list from the bytes of a CSV file or an Excel workbook. Raises Unreadable.

    With ``score`` the headings are the row, of the first twenty, that scores highest; without
    it, or where nothing scores, the first row that is not blank. ``sheet`` names the sheet of
    a workbook; otherwise the one whose headings score highest is taken. ``limit`` stops after
    so many rows: a glance at a long file, with ``is_whole`` False.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable("The file is larger than 10 MB. Remove the columns that you do not need, or send it in parts.")
    if data.startswith(b"PK"):
        with workbook.opened(data, sheet=sheet, score=lambda rows: best_score(rows, score)) as found:
            return table(found.lines(), score, limit, encoding="Excel", found=found)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            "This is a spreadsheet in an old format, or one with a password. Open it, choose “Save as” and "
            "“Excel Workbook (.xlsx)” without a password, and upload that file."
        )
    text, encoding = _decode(data)
    if not text.strip(BLANK + "\r\n"):
        raise Unreadable(EMPTY)
    if "\x00" in text:
        raise Unreadable("The file holds characters that are not text. Save it again as CSV UTF-8.")
    if re.match(r"\s*<(!doctype|html|table|\?xml)", text, re.I):
        raise Unreadable(
            "This is a web page, though it may be called .xls. Open it in Excel, choose “Save as” and "
            "“Excel Workbook (.xlsx)”, and upload that file."
        )
    if told := SEPARATOR_LINE.match(text):
        delimiter, text = told[1], text[told.end() :]
    else:
        delimiter = _delimiter(text, score)
    try:
        return table(_records(text, delimiter), score, limit, encoding=encoding, delimiter=DELIMITERS[delimiter])
    except csv.Error as error:
        raise Unreadable(f"The file could not be read as CSV ({error}). Save it again as CSV UTF-8.") from error


def table(lines: Lines, score: Score | None, limit: int, *, encoding: str, delimiter: str = "", found=None) -> Table:
    """Rows of cells as a table: the headings found, blank rows passed over. Raises Unreadable."""
    lines = (line for line in lines if any(line[1]))
    first = list(islice(lines, HEADINGS_WITHIN))
    if not first:
        raise Unreadable(EMPTY)
    place = heading_row([cells for _, cells in first], score)
    headings = _trimmed(first[place][1])
    if len(headings) > MAX_COLUMNS:
        raise Unreadable("The file has more than 200 columns. Remove those that you do not need.")
    rows: list[tuple[int, list[str]]] = []
    is_whole, again = True, 0
    repeated = [heading.casefold() for heading in headings]
    for number, cells in chain(first[place + 1 :], lines):
        if any(len(cell) > MAX_CELL for cell in cells):
            raise Unreadable(f"Row {number} has a cell of more than 2,000 characters. Is a quotation mark missing?")
        if [cell.casefold() for cell in _trimmed(cells)] == repeated:
            again += 1  # the headings once more, as printed at the top of each page
            continue
        if len(rows) == limit:
            if limit >= MAX_ROWS:
                raise Unreadable("The file has more than 20,000 rows. Send it in parts.")
            is_whole = False
            break
        rows.append((number, cells))
    if not rows:
        raise Unreadable("The file has headings but no rows.")
    notes = list(found.notes() if found else ())
    if place:
        notes.append(f"The headings are those of row {first[place][0]}. What stands above them was left out.")
    if again:
        notes.append(f"The headings stand in the list {again + 1} times. They were read once.")
    return Table(
        encoding=encoding,
        delimiter=delimiter,
        headings=headings,
        rows=rows,
        notes=tuple(notes),
        sheet=found.sheet if found else "",
        sheets=found.sheets if found else (),
        is_whole=is_whole,
    )


def best_score(rows: list[list[str]], score: Score | None) -> int:
    """The score of the best of ``rows``; without a way to score them, 0."""
    return max((score(cells) for cells in rows), default=0) if score else 0


def heading_row(rows: list[list[str]], score: Score | None) -> int:
    """Which of ``rows`` is the headings: the first with the highest score, or the first of all."""
    best = best_score(rows, score)
    return next(place for place, cells in enumerate(rows) if score(cells) == best) if best > 1 else 0


def _trimmed(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _decode(data: bytes) -> tuple[str, str]:
    """UTF-16 by its mark or its zeros; UTF-8 wherever the bytes allow it, since Windows-1252 fits almost anything."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        attempts = [("utf-16", "UTF-16")]
    elif _is_zeros(data[1:400:2]):
        attempts = [("utf-16-le", "UTF-16")]
    elif _is_zeros(data[0:400:2]):
        attempts = [("utf-16-be", "UTF-16")]
    else:
        attempts = [("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")]
    for codec, name in attempts:
        try:
            return data.decode(codec), name
        except UnicodeDecodeError:
            continue
    raise Unreadable("The file is not text that the portal can read. Save it again as CSV UTF-8.")


def _is_zeros(half: bytes) -> bool:
    return len(half) > 4 and half.count(0) > 0.8 * len(half)


def _records(text: str, delimiter: str, *, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    for number, cells in enumerate(reader, 1):
        yield number, [cell.strip() for cell in cells]


def _delimiter(text: str, score: Score | None) -> str:
    """The delimiter under which the headings are understood best; then the one that parts the first line most."""
    first = next(line for line in LINE_END.split(text) if line.strip(BLANK))
    best = max(DELIMITERS, key=lambda mark: _parted(text, first, mark, score))
    if max(_parted(text, first, best, score)) < 2:
        raise Unreadable("The first row has one column only. A staff list needs at least a name and an e-mail address.")
    return best


def _parted(text: str, first: str, delimiter: str, score: Score | None) -> tuple[int, int, int]:
    """(headings understood, cells of the first line, cells of the widest of the first rows)"""
    try:
        cells = len(next(csv.reader([first], delimiter=delimiter)))
    except csv.Error:
        cells = 0
    try:
        rows = [row for _, row in islice(_records(text, delimiter, strict=False), HEADINGS_WITHIN) if any(row)]
    except csv.Error:
        rows = []
    return best_score(rows, score), cells, max((len(row) for row in rows), default=0) if score else 0
