import pytest

from people.staff_list import columns
from people.staff_list.read import Unreadable, read

TEXT = "Name,E-mail\nZoë Ford,zoe@example.org\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("cp1252"), "Windows-1252"),
    ],
)
def test_encodings_are_told_apart(data, encoding):
    table = read(data)
    assert table.encoding == encoding
    assert table.headings == ["Name", "E-mail"]
    assert table.rows == [(2, ["Zoë Ford", "zoe@example.org"])]


@pytest.mark.parametrize(("mark", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
def test_delimiters_are_told_apart_whatever_the_cells_hold(mark, name):
    text = f'"Name, in full"{mark}E-mail\n"Ford; Zoë, Dr"{mark}zoe@example.org\n'
    table = read(text.encode())
    assert table.delimiter == name
    assert table.rows == [(2, ["Ford; Zoë, Dr", "zoe@example.org"])]


def test_blank_lines_are_passed_over_and_rows_keep_the_numbers_of_the_spreadsheet():
    table = read(b'\r\n,,\r\nName,E-mail,\r\n"A\nB",a@example.org,\r\n\r\n , ,\r\nC,c@example.org,\r\n')
    assert table.headings == ["Name", "E-mail"]
    assert [number for number, _ in table.rows] == [4, 7]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \n", "The file is empty"),
        (b"Name,E-mail\n", "headings but no rows"),
        (b"Name\nAsha\n", "one column only"),
        (b"PK\x03\x04 a spreadsheet", "The spreadsheet is damaged"),
        (b"\xd0\xcf\x11\xe0 an old spreadsheet", "an old format, or one with a password"),
        (b"Name,E-mail\nA\x00B,a@example.org\n", "characters that are not text"),
        (b"Name,E-mail\n\x81\x8d,a@example.org\n", "not text that the portal can read"),
        (b"\xff\xfea", "not text that the portal can read"),
        (b'Name,E-mail\n"Asha,a@example.org\n', "could not be read as CSV"),
        (b"Name,E-mail\n" + b"a" * 2001 + b",b\n", "Row 2 has a cell of more than 2,000 characters"),
        (b"Name,E-mail\n" + b"a,b\n" * 20_001, "more than 20,000 rows"),
        (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
        (b"Name,E-mail" + b",x" * 200 + b"\na,b\n", "more than 200 columns"),
        (b",\n;\n,,,\n", "The file is empty"),
        (b"\x0b", "one column only"),
        (b"\x0b,\x0b", "The file is empty"),
    ],
)
def test_what_is_no_staff_list_is_refused_in_words(data, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read(data)


def test_columns_are_guessed_from_headings_of_an_esr_export():
    headings = [
        *("Employee Number", "Title", "First Name", "Last Name", "E-mail Address", "Position Title", "Grade"),
        *("Location", "Department", "Supervisor", "Start Date", "GPhC Registration Date", "Mentor volunteer"),
    ]
    found = columns.find(headings)
    assert {key: headings[position] for key, position in found.at.items()} == {
        "staff_number": "Employee Number",
        "given_name": "First Name",
        "family_name": "Last Name",
        "email": "E-mail Address",
        "job_title": "Position Title",
        "band": "Grade",
        "site": "Location",
        "team": "Department",
        "manager": "Supervisor",
        "start_date": "Start Date",
        "registered_on": "GPhC Registration Date",
        "volunteers_to_mentor": "Mentor volunteer",
    }
    assert found.unused == ["Title"]


def test_the_better_heading_wins():
    found = columns.find(["Location", "Site", "Supervisor", "Supervisor Employee Number", "Name", "EMAIL:"])
    assert found.at["site"] == 1
    assert found.at["manager"] == 3
    assert found.unused == ["Location", "Supervisor"]


def test_a_map_goes_before_every_guess():
    told = columns.read_map('[columns]\nemail = "NHSmail"\nband = "Spine"\n')
    found = columns.find(["Name", "E-mail", "NHSmail", "Spine", "Grade"], told)
    assert (found.at["email"], found.at["band"]) == (2, 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("columns", "not TOML"),
        ('email = "x"', r"needs a table \[columns\]"),
        ('[columns]\nshoes = "x"', "does not know: shoes"),
    ],
)
def test_a_map_that_says_nothing_is_refused(text, sentence):
    with pytest.raises(Unreadable, match=sentence):
        columns.read_map(text)


@pytest.mark.parametrize(
    ("headings", "told", "sentence"),
    [
        (["Grade", "E-mail"], None, "No column for a name was found.*“Grade”, “E-mail”"),
        (["Name", "Grade"], None, "No column tells one person from another"),
        (["Name", "E-mail", "e mail (2)"], None, "Two columns are headed “E-mail”"),
        (["Name", "E-mail"], columns.Map({"band": "Spine"}), "names the column “Spine”"),
    ],
)
def test_a_list_without_the_columns_it_needs_is_refused(headings, told, sentence):
    with pytest.raises(Unreadable, match=sentence):
        columns.find(headings, told)
