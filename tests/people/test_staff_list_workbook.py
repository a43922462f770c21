"""Workbooks are read as the lists that people see in Excel, or refused in words."""

import io
import warnings
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from people.staff_list import workbook
from people.staff_list.columns import understood
from people.staff_list.read import MAX_ROWS, Unreadable, read
from tests.builders.staff_lists import as_workbook

PEOPLE = [["Employee Number", "Name", "E-mail", "Start Date"], [21000001, "Asha Khan", "asha@example.org", "1/8/2023"]]


def built(fill) -> bytes:
    """A workbook that ``fill`` makes of an empty one."""
    book = Workbook()
    fill(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def rezipped(data: bytes, change) -> bytes:
    """The same workbook with the text of its parts changed by ``change(name, text)``."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name).decode()))
    return kept.getvalue()


def test_cells_read_as_they_are_shown():
    def fill(book):
        sheet = book.active
        sheet.append(["Number", "Padded", "Text", "Day", "Moment", "Yes", "Half", "Nothing"])
        sheet.append([21000001.0, 123, "00123", date(2027, 7, 26), datetime(2027, 7, 26, 9, 30), True, 0.5, None])
        sheet["B2"].number_format = "00000000"

    found = read(built(fill))
    assert found.rows == [
        (2, ["21000001", "00000123", "00123", "2027-07-26", "2027-07-26 09:30:00", "yes", "0.5"]),
    ]
    assert (found.encoding, found.delimiter, found.sheet) == ("Excel", "", "Sheet")


def test_title_rows_blank_rows_and_repeated_headings_are_passed_over():
    def fill(book):
        sheet = book.active
        sheet.append(["Pharmacy staff as of March 2027"])
        sheet.merge_cells("A1:D1")
        sheet.append([])
        for line in (PEOPLE[0], PEOPLE[1], [], PEOPLE[0], [2, "Bo Lee", "bo@example.org"]):
            sheet.append(line)

    found = read(built(fill), score=understood)
    assert found.headings == PEOPLE[0]
    assert [number for number, _ in found.rows] == [4, 7]
    assert found.notes == (
        "The headings are those of row 3. What stands above them was left out.",
        "The headings stand in the list 2 times. They were read once.",
    )


def test_the_sheet_with_the_headings_is_read_and_the_others_are_named():
    data = as_workbook({"Notes": [["Made by", "the office"]], "Staff": PEOPLE, "Codes": [["Code", "Word"], ["a", "b"]]})
    found = read(data, score=understood)
    assert (found.sheet, found.sheets) == ("Staff", ("Staff",))
    assert found.notes == ("The sheet “Staff” was read. Not read: “Notes”, “Codes”.",)
    assert read(data, score=understood, sheet="Codes").headings == ["Code", "Word"]
    with pytest.raises(Unreadable, match="no sheet called “Leavers”"):
        read(data, sheet="Leavers")


def test_two_sheets_that_may_both_be_the_list_are_both_offered():
    found = read(as_workbook({"Main site": PEOPLE, "Riverside": PEOPLE}), score=understood)
    assert (found.sheet, found.sheets) == ("Main site", ("Main site", "Riverside"))


def test_hidden_rows_are_read_and_told_and_hidden_sheets_are_not():
    def fill(book):
        for line in (*PEOPLE, [2, "Bo Lee", "bo@example.org"]):
            book.active.append(line)
        book.active.row_dimensions[3].hidden = True
        secret = book.create_sheet("Old")
        secret.append(["Name", "E-mail"])
        secret.sheet_state = "hidden"

    found = read(built(fill), score=understood)
    assert len(found.rows) == 2
    assert found.notes == ("1 row is hidden in the spreadsheet, by a filter perhaps. They were read like the others.",)
    assert found.sheets == ("Sheet",)


def test_formulas_that_were_never_calculated_are_refused():
    data = as_workbook({"Staff": [["Name", "E-mail"], ['=PROPER("asha")', "asha@example.org"]]})
    with pytest.raises(Unreadable, match="1 cell of the sheet “Staff” hold formulas"):
        read(data)


def test_formulas_are_read_by_their_results():
    data = as_workbook({"Staff": [["Name", "E-mail"], ['=PROPER("asha")', "asha@example.org"]]})

    def calculate(name, text):
        return text.replace("<v />", "<v>Asha</v>").replace("<v/>", "<v>Asha</v>").replace('"A2">', '"A2" t="str">')

    assert read(rezipped(data, calculate)).rows == [(2, ["Asha", "asha@example.org"])]


def test_a_cell_in_the_last_corner_of_the_sheet_costs_nothing():
    def fill(book):
        for line in PEOPLE:
            book.active.append(line)
        book.active["XFD1048576"] = " "
        book.active["XFD3"] = "stray"

    found = read(built(fill))
    assert found.rows == [(2, ["21000001", "Asha Khan", "asha@example.org", "1/8/2023"])]


def test_the_size_that_a_sheet_states_is_not_believed():
    data = rezipped(
        as_workbook({"Staff": PEOPLE}),
        lambda name, text: text.replace('<dimension ref="A1:D2"', '<dimension ref="A1:A1"'),
    )
    assert read(data).headings == PEOPLE[0]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (as_workbook({"Staff": []}), "The spreadsheet is empty"),
        (as_workbook({"Staff": PEOPLE})[:-40], "damaged"),
        (rezipped(as_workbook({"Staff": PEOPLE}), lambda name, text: text[: len(text) // 2]), "damaged"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(data, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read(data)


def test_another_kind_of_zip_is_refused_in_words():
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(Unreadable, match="not an Excel workbook"):
        read(kept.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(workbook, "load_workbook", None)
    large = rezipped(as_workbook({"Staff": PEOPLE}), lambda name, text: text + " " * (20 * 1024 * 1024))
    assert len(large) < 1024 * 1024
    with pytest.raises(Unreadable, match="too large to open"):
        read(large)


def test_entities_of_xml_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    data = rezipped(
        as_workbook({"Staff": PEOPLE}),
        lambda name, text: text.replace("<worksheet", bomb + "<worksheet", 1) if "sheet1" in name else text,
    )
    with pytest.raises(Unreadable, match="damaged"):
        read(data)


def test_too_many_rows_are_refused_and_a_glance_stops_early():
    data = as_workbook({"Staff": [["Name", "E-mail"], *([["a", "b"]] * 30)]})
    glance = read(data, limit=10)
    assert (len(glance.rows), glance.is_whole) == (10, False)
    assert read(data, limit=30).is_whole
    many = "Name,E-mail\n" + "a,b\n" * (MAX_ROWS + 1)
    with pytest.raises(Unreadable, match="more than 20,000 rows"):
        read(many.encode())


GOOD = as_workbook({"Staff": [*PEOPLE, *([[2, "Bo", "bo@example.org", date(2027, 1, 1)]] * 5)]})


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(changes):
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with suppress(Unreadable):
            assert len(read(bytes(data), score=understood).headings) <= 200
