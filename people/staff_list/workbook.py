"""Excel workbooks (.xlsx) as rows of text, as they would read had they been saved as CSV.

A workbook is a zip of XML that anybody may have made. So it is measured before it is
unpacked, streamed row by row, and its own statements about its size are not believed:
a cell in the last row and column of a sheet costs no more than any other. openpyxl
parses, through defusedxml; its dates and shared texts are hard to get right by hand.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from people.staff_list.unreadable import Unreadable

MAX_UNPACKED = 120 * 1024 * 1024  # bytes: 20,000 rows of 40 columns are 50 MB
MAX_PARTS = 2_000
GLANCE = 20  # rows that are not blank, by which a sheet is judged
LIKE_THE_BEST = 0.6  # a sheet with this share of the best sheet's headings may be the list as well

DAMAGED = "The spreadsheet is damaged. Open it in Excel, save it once more, and upload it again."
OTHER_KIND = "This is not an Excel workbook (.xlsx). Open it, choose “Save as” and “Excel Workbook (.xlsx)” or CSV."
TOO_LARGE = "The spreadsheet is too large to open. Copy the staff list alone into a new workbook, and upload that."
NO_ROWS = "The spreadsheet is empty."
NOT_CALCULATED = (
    "{cells} of the sheet “{sheet}” hold formulas whose results are not in the file. "
    "Open it in Excel, save it once more, and upload it again."
)


class Workbook:
    """An open workbook with the sheet to read. ``lines`` may be asked for more than once."""

    def __init__(self, book, *, sheet: str, score: Callable[[list[list[str]]], int]):
        self._book = book
        self._hidden_rows = self._formulas = 0
        self._zeros: dict[int, int] = {}
        shown = [one for one in book.worksheets if one.sheet_state == "visible"]
        first = {one.title: self._glance(one) for one in shown}
        filled = [one for one in shown if first[one.title]]
        if not filled:
            raise Unreadable(NO_ROWS)
        if sheet and sheet not in (one.title for one in filled):
            raise Unreadable(f"The workbook has no sheet called “{sheet}”.")
        scores = {one.title: score(first[one.title]) for one in filled}
        best = max(scores.values())
        self._sheet = next(one for one in filled if (one.title == sheet if sheet else scores[one.title] == best))
        self.sheet = self._sheet.title
        alike = [title for title, value in scores.items() if value > 1 and value >= LIKE_THE_BEST * best]
        self.sheets = tuple(alike or scores)
        self._others = [title for title in first if title != self.sheet and first[title]]

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Every row of the sheet: its number in Excel and its cells as text. Raises Unreadable at the end where
        formulas were never calculated."""
        self._hidden_rows = self._formulas = 0
        yield from self._rows(self._sheet)
        if self._formulas:
            cells = "1 cell" if self._formulas == 1 else f"{self._formulas:,} cells"
            raise Unreadable(NOT_CALCULATED.format(cells=cells, sheet=self.sheet))

    def notes(self) -> list[str]:
        """What somebody who knows the workbook would want to be told; complete once ``lines`` were read."""
        said = []
        if self._others:
            names = ", ".join(f"“{title}”" for title in self._others)
            said.append(f"The sheet “{self.sheet}” was read. Not read: {names}.")
        if self._hidden_rows:
            rows = "1 row is" if self._hidden_rows == 1 else f"{self._hidden_rows:,} rows are"
            said.append(f"{rows} hidden in the spreadsheet, by a filter perhaps. They were read like the others.")
        return said

    def _glance(self, sheet) -> list[list[str]]:
        rows = (cells for _, cells in self._rows(sheet) if any(cells))
        return list(islice(rows, GLANCE))

    def _rows(self, sheet) -> Iterator[tuple[int, list[str]]]:
        book = self._book
        with sheet._get_source() as source:
            parser = _Parser(
                source,
                sheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            for number, cells in parser.parse():
                values: list[str] = []
                for cell in cells:
                    if cell["value"] is None:
                        continue
                    place = cell["column"] - 1
                    if place >= 1_000:
                        continue  # far to the right of any list
                    values.extend([""] * (place + 1 - len(values)))
                    values[place] = self._text(sheet, cell)
                if any(values):
                    self._hidden_rows += parser.row_dimensions.get(str(number), {}).get("hidden") in ("1", "true")
                parser.row_dimensions.clear()
                yield number, values
            self._formulas = parser.not_calculated

    def _text(self, sheet, cell: dict) -> str:
        match cell["value"]:
            case bool(value):
                return "yes" if value else "no"
            case int(value) | float(value):
                return self._number(sheet, cell, value)
            case datetime() as value:
                return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
            case date() | time() | timedelta() as value:
                return str(value)
            case value:
                return str(value).strip()

    def _number(self, sheet, cell: dict, value: int | float) -> str:
        """A number as it is shown: 21000001 rather than 21000001.0, with the leading zeros that its format gives it."""
        if isinstance(value, float):
            if not value.is_integer() or abs(value) >= 1e15:
                return repr(value)
            value = int(value)
        style = cell["style_id"]
        if style not in self._zeros:
            zeros = re.fullmatch(r"0+", ReadOnlyCell(sheet, **cell).number_format or "")
            self._zeros[style] = len(zeros[0]) if zeros else 0
        return str(value).zfill(self._zeros[style])


class _Parser(WorkSheetParser):
    """Counts the formulas whose result is not in the file: openpyxl gives them as empty cells."""

    not_calculated = 0

    def parse_cell(self, element):
        # t="str" with nothing in it is a formula that gives an empty text, which Excel stores in just this way.
        if element.find(FORMULA_TAG) is not None and not element.findtext(VALUE_TAG) and element.get("t") != "str":
            self.not_calculated += 1
        return super().parse_cell(element)


@contextmanager
def opened(data: bytes, *, score: Callable[[list[list[str]]], int], sheet: str = "") -> Iterator[Workbook]:
    """Open the bytes of a workbook. ``score`` judges the first rows of a sheet; ``sheet`` names the one to read.

    Raises Unreadable, also from within, whatever is wrong with the file.
    """
    _measure(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl would lose in writing: drawings, validation
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                yield Workbook(book, sheet=sheet, score=score)
            finally:
                book.close()
        except Unreadable:
            raise
        except Exception as error:  # of a file that anybody may have made, openpyxl raises anything at all
            raise Unreadable(DAMAGED) from error


def _measure(data: bytes) -> None:
    """Refuse what is no workbook, and what would unpack to more than a staff list can be."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(DAMAGED) from error
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        raise Unreadable(OTHER_KIND)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable(TOO_LARGE)
