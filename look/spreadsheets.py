"""Tables for spreadsheets: nothing in a cell is ever taken for a formula (T9)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula; a plain number stays one."""
    text = ILLEGAL_CHARACTERS_RE.sub(" ", str(cell))  # an Excel file cannot hold them
    # Some programs leave out spaces before they look.
    if (text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)) and not NUMBER.fullmatch(text):
        return "'" + text
    return text


def as_csv(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The rows as a CSV file to keep; with a mark, or Excel takes it for Windows-1252.

    Every cell is quoted: where a comma does not separate, a semicolon in a cell would begin another.
    """
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    csv.writer(answer, quoting=csv.QUOTE_ALL).writerows([safe(cell) for cell in row] for row in rows)
    return _named(answer, f"{name}.csv")


def as_xlsx(name: str, title: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The rows as an Excel workbook of one sheet to keep; every cell is a text or a number, none a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        sheet.append([cell if isinstance(cell, int | float) else safe(cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return _named(HttpResponse(file.getvalue(), content_type=XLSX), f"{name}.xlsx")


def _named(answer: HttpResponse, name: str) -> HttpResponse:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
