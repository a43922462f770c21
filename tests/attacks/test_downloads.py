"""Files that people take away: tables hold no formula (TRUST, T9), and no header is made of what somebody typed (T11).

Whatever answers with anything but a page is found by asking every address, so a new file is tried from its first day.
"""

import ast
import csv
import io
from contextlib import suppress

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import CharField
from openpyxl import load_workbook

from look.spreadsheets import FORMULA
from tests.architecture.access_page import MATRIX
from tests.architecture.source import ROOT, modules, syntax
from tests.posting import Senders, pages
from tests.scenarios import world

TABLES = {"text/csv": "csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx"}

# Who may write cells of a table: what goes through look/spreadsheets.py, and lists of headings that nobody typed.
# people/staff_list/workbook.py makes no file.
WRITERS = {"look/spreadsheets.py", "people/staff_list/template.py", "people/staff_list/workbook.py"}

# What people type, in each of the ways in which a cell could begin a formula.
BEGINNINGS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠1", " =1+1")


def cells(answer) -> list[str]:
    kind = TABLES[answer.headers["Content-Type"].partition(";")[0]]
    if kind == "csv":
        text = io.StringIO(answer.content.decode("utf-8-sig"), newline="")
        return [cell for row in csv.reader(text) for cell in row]
    book = load_workbook(io.BytesIO(answer.content))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in found if cell.data_type == "f"]
    return [cell.value for cell in found if isinstance(cell.value, str)]


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet might take it for one. Some leave out leading spaces; a plain number is none."""
    text = cell.lstrip()
    return text.startswith(FORMULA) and not text.removeprefix("-").replace(".", "", 1).isdigit()


def typed_over(things: dict) -> None:
    """Everything of the world that has a name or a title begins like a formula."""
    turn = 0
    for model in apps.get_models():
        fields = [
            field.name
            for field in model._meta.concrete_fields
            if type(field) is CharField
            and not field.unique
            and not field.choices
            and field.name in ("name", "title", "given_name", "family_name", "job_title", "works_at", "text", "where")
        ]
        for row in model._default_manager.all() if fields else ():
            for name in fields:
                turn += 1
                longest = model._meta.get_field(name).max_length or 100
                setattr(row, name, f"{BEGINNINGS[turn % len(BEGINNINGS)]} {turn}"[:longest])
            with suppress(IntegrityError), transaction.atomic():  # a row that must stay as it is
                row.save(update_fields=fields)


@pytest.mark.django_db
def test_files_hold_no_formula_and_their_headers_nothing_typed(now, time_machine, subtests):
    time_machine.move_to(now, tick=False)
    things = world(now=now)
    typed_over(things)
    senders, tables, files = Senders(things), set(), set()
    for name, role, address in pages(things, MATRIX.items()):
        for query in ("", "?format=xlsx", "?file=1", "?as=xlsx"):
            answer = senders.ask(role, "get", address + query)
            kind = answer.headers.get("Content-Type", "").partition(";")[0]
            if kind == "text/html" and b"?file" not in answer.content:
                break  # a page, whatever it is asked for
            if answer.status_code != 200 or kind in ("text/html", "application/json"):
                continue
            with subtests.test(name, query=query, role=role):
                files.add(name)
                for header, value in answer.headers.items():
                    assert "1+1" not in value, f"{header}: {value}"
                    assert value.isprintable(), f"{header}: {value}"
                if kind in TABLES:
                    tables.add((name, TABLES[kind]))
                    assert not [cell for cell in cells(answer) if is_formula(cell)]
    assert tables >= {  # that they were found at all
        ("matching:run-export", "csv"),
        ("people:import-template", "csv"),
        ("reports:return-export", "csv"),
        ("reports:return-export", "xlsx"),
        ("sessions_log:report-export", "csv"),
    }
    assert files - {name for name, _ in tables} >= {"sessions_log:feed-read", "programmes:model-export"}


def test_tables_are_written_by_those_who_take_care():
    """A table that is written past look/spreadsheets.py would be tried above only by luck."""
    writing = {"csv.writer", "csv.DictWriter", "Workbook", "openpyxl.Workbook", "xlsxwriter"}
    found = set()
    for path in modules():
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in writing:
                found.add(path.as_posix())
    assert found == WRITERS
    assert all((ROOT / path).exists() for path in WRITERS)
