"""Staff lists as files, for tests."""

import csv
import io

from openpyxl import Workbook

HEADINGS = ["Employee Number", "First Name", "Last Name", "E-mail", "Position Title", "Grade", "Location", "Supervisor"]


def staff_list(*rows, headings=HEADINGS, delimiter=",") -> bytes:
    """A CSV file. Each row is a dict by heading; what it leaves out is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def row(number: int, name: str, **cells) -> dict:
    """A row with a staff number and an address of its own; ``cells`` with _ for a space: ``Last_Name=``."""
    given, _, family = name.partition(" ")
    return {
        "Employee Number": str(number),
        "First Name": given,
        "Last Name": family,
        "E-mail": f"{given}.{family}@example.org".lower(),
        **{key.replace("_", " "): value for key, value in cells.items()},
    }


def as_workbook(sheets: dict[str, list[list]]) -> bytes:
    """An Excel workbook: each sheet by its name, as rows of cells."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
