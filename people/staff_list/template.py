"""A list to begin with: the headings that the portal knows best, and what may stand under each."""

import csv
import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from people.staff_list.columns import FIELDS

HEADINGS = {
    "staff_number": "Employee Number",
    "given_name": "First Name",
    "family_name": "Last Name",
    "email": "E-mail Address",
    "job_title": "Position Title",
    "band": "Grade",
    "level": "Level",
    "site": "Location",
    "team": "Department",
    "manager": "Supervisor",
    "second_manager": "Second Manager",
    "start_date": "Start Date",
    "last_working_day": "Last Working Day",
}
LETTERS = {"gphc": "GPhC", "ds": "DS", "ip": "IP", "afc": "AfC", "esr": "ESR", "nhs": "NHS", "rps": "RPS"}
LEFT_OUT = {"full_name", "organisation"}  # two ways to say the same; one department rarely needs the other


def headings() -> list[str]:
    """The heading of every column of the template, in order."""
    others = (field for key, field in FIELDS.items() if key not in HEADINGS and key not in LEFT_OUT)
    return [*HEADINGS.values(), *(shown(field.headings[0]) for field in others)]


def shown(heading: str) -> str:
    """A heading as people write it: "gphc registration date" is "GPhC registration date"."""
    words = " ".join(LETTERS.get(word, word) for word in heading.replace("e mail", "e-mail").split())
    return words[0].upper() + words[1:]


def explained() -> list[tuple[str, str, str]]:
    """(what it is, headings that are understood, what may stand in it) for every field."""
    return [
        (field.label, ", ".join(shown(heading) for heading in field.headings[:3]), field.hint)
        for field in FIELDS.values()
    ]


def as_csv(rows: list[list[str]]) -> bytes:
    """Rows as CSV that Excel opens with its letters right: UTF-8 with a mark."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def as_workbook(rows: list[list[str]]) -> bytes:
    """Rows as an Excel workbook, with a second sheet that says what may stand in each column."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Staff list"
    for cells in rows:
        sheet.append(cells)
    _dress(sheet, [max(len(str(heading)) + 2, 14) for heading in rows[0]])
    for column in range(1, len(rows[0]) + 1):  # as text, or Excel takes the zeros from staff numbers
        for line in range(2, max(len(rows), 500) + 1):
            sheet.cell(line, column).number_format = "@"
    help_sheet = book.create_sheet("What can be in it")
    help_sheet.append(["What it is", "Headings that are understood", "What may stand in it"])
    for line in explained():
        help_sheet.append(line)
    _dress(help_sheet, [30, 60, 70])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _dress(sheet, widths: list[int]) -> None:
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=False)
