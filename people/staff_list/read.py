"""From the bytes of a staff list to rows of text. What the columns mean is columns.py."""

import csv
import io
import re
from dataclasses import dataclass

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 2_000  # characters; Python's csv would take 131,072 and then raise
BLANK = " \t,;"
LINE_END = re.compile(r"\r\n|\r|\n")  # those of csv; str.splitlines knows more
EMPTY = "The file is empty."
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


class Unreadable(Exception):
    """The file is no staff list at all; the text is the sentence for the person who sent it."""


@dataclass(frozen=True)
class Table:
    """A file as rows of text. Row numbers are those that a spreadsheet shows: the headings' own counts."""

    encoding: str  # in words, for the preview: "UTF-8"
    delimiter: str
    headings: list[str]
    rows: list[tuple[int, list[str]]]


def read(data: bytes) -> Table:
    """Read a staff list from the bytes of a CSV file. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable("The file is larger than 10 MB. Remove the columns that you do not need, or send it in parts.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable("This is a spreadsheet. Open it, choose “Save as” and the type CSV, and upload that file.")
    text, encoding = _decode(data)
    if not text.strip(BLANK + "\r\n"):
        raise Unreadable(EMPTY)
    if "\x00" in text:
        raise Unreadable("The file holds characters that are not text. Save it again as CSV UTF-8.")
    delimiter = _delimiter(text)
    headings, rows = None, []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if any(len(cell) > MAX_CELL for cell in cells):
                raise Unreadable(f"Row {number} has a cell of more than 2,000 characters. Is a quotation mark missing?")
            if headings is None:
                headings = cells
            elif len(rows) == MAX_ROWS:
                raise Unreadable("The file has more than 20,000 rows. Send it in parts.")
            else:
                rows.append((number, cells))
    except csv.Error as error:
        raise Unreadable(f"The file could not be read as CSV ({error}). Save it again as CSV UTF-8.") from error
    if headings is None:
        raise Unreadable(EMPTY)
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MAX_COLUMNS:
        raise Unreadable("The file has more than 200 columns. Remove those that you do not need.")
    if not rows:
        raise Unreadable("The file has headings but no rows.")
    return Table(encoding=encoding, delimiter=DELIMITERS[delimiter], headings=headings, rows=rows)


def _decode(data: bytes) -> tuple[str, str]:
    """UTF-16 only with its mark; UTF-8 wherever the bytes allow it, since Windows-1252 fits almost anything."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        attempts = [("utf-16", "UTF-16")]
    else:
        attempts = [("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")]
    for codec, name in attempts:
        try:
            return data.decode(codec), name
        except UnicodeDecodeError:
            continue
    raise Unreadable("The file is not text that the portal can read. Save it again as CSV UTF-8.")


def _delimiter(text: str) -> str:
    """The delimiter that parts the first line that is not blank into the most cells."""
    first = next(line for line in LINE_END.split(text) if line.strip(BLANK))
    counts = {mark: _cells(first, mark) for mark in DELIMITERS}
    best = max(counts, key=counts.get)
    if counts[best] < 2:
        raise Unreadable("The first row has one column only. A staff list needs at least a name and an e-mail address.")
    return best


def _cells(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter)))
    except csv.Error:
        return 0
