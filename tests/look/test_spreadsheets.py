"""No cell of a table is a formula, whatever somebody typed (TRUST, T9)."""

import csv
import io
import random
import re

import pytest
from openpyxl import load_workbook

from look.spreadsheets import FORMULA, as_csv, as_xlsx, safe

ALPHABET = [*FORMULA, *"ab1 .,;'\"|", "\v", "\x01", "\x1f", "\u00a0", "\u200b", "\u2028", "é", "𝒳"]


@pytest.fixture(scope="module")
def typed() -> list[list[str]]:
    """10,000 texts made of what begins formulas and ends cells, four to a row."""
    drawn = random.Random(9)
    texts = ["".join(drawn.choices(ALPHABET, k=drawn.randrange(9))) for _ in range(10_000)]
    return [texts[at : at + 4] for at in range(0, len(texts), 4)]


def begins_a_formula(cell: str) -> bool:
    return (cell.lstrip().startswith(FORMULA) or cell.startswith(FORMULA)) and not re.fullmatch(r"-\d+", cell)


def test_no_text_begins_a_formula_in_a_csv_file(typed):
    content = as_csv("typed", typed).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    assert [len(row) for row in rows] == [len(row) for row in typed]
    assert not [cell for row in rows for cell in row if begins_a_formula(cell)]
    unquoted = csv.reader(io.StringIO(content, newline=""), quoting=csv.QUOTE_NONNUMERIC)  # a number, or an error
    assert all(isinstance(cell, str) for row in unquoted for cell in row)  # no separator begins a cell


def test_no_text_is_a_formula_in_a_workbook(typed):
    book = load_workbook(io.BytesIO(as_xlsx("typed", "Typed", typed).content))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 5_000
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if begins_a_formula(cell.value)]


@pytest.mark.parametrize("number", [-3, -3.5, 7, "-3", "-12.25"])
def test_a_number_stays_one(number):
    assert safe(number) == str(number)


@pytest.mark.parametrize("text", ["-1-1", "-", "--1", "-٣", "-1e5", "- 1"])
def test_what_only_looks_like_a_number_does_not(text):
    assert safe(text) == "'" + text
