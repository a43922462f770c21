import pytest

from people.models import Organisation
from people.staff_list.parse import parse
from tests.builders.staff_lists import staff_list

TRUST = Organisation(pk=1, code="northbank", name="Northbank Hospitals")


def checked(cell: dict, *more: dict):
    """The rows and problems of a list whose first row has these cells."""
    cells = [{"Name": "Asha Khan", "E-mail": "asha@example.org", **cell}, *more]
    headings = list(dict.fromkeys(key for row in cells for key in row))
    found = parse(staff_list(*cells, headings=headings), organisation=TRUST)
    return found.rows, [(problem.row, problem.column, problem.message) for problem in found.problems]


@pytest.mark.parametrize(
    ("heading", "cell", "key", "value"),
    [
        ("E-mail", " Asha.Khan@Example.org ", "email", "asha.khan@example.org"),
        ("Name", "Dr Asha  Khan", "given_name", "Asha"),
        ("Name", "Khan, Asha Ms", "family_name", "Khan"),
        ("Grade", "Review Body Band 8A", "band", "8a"),
        ("Grade", "none", "band", ""),
        ("Start Date", "2027-07-26", "start_date", "2027-07-26"),
        ("Start Date", "26/07/2027", "start_date", "2027-07-26"),
        ("Start Date", "26.7.2027", "start_date", "2027-07-26"),
        ("Start Date", "26-JUL-2027", "start_date", "2027-07-26"),
        ("Start Date", "26-Jul-27", "start_date", "2027-07-26"),
        ("Start Date", "26 July 2027", "start_date", "2027-07-26"),
        ("Start Date", "2027-07-26 00:00:00", "start_date", "2027-07-26"),
        ("Employee Number", "20123.0", "staff_number", "20123"),
        ("Manager", "Bo Lee; Cy Fox", "managers", ["Bo Lee", "Cy Fox"]),
        ("Manager", "Lee, Bo and Cy Fox", "managers", ["Lee, Bo", "Cy Fox"]),
        ("Trust", "Northbank", "given_name", "Asha"),
        ("Registration date", "1/8/2023", "facts", {"registered_on": "2023-08-01"}),
        ("Registration date", "n/a", "facts", {"registered_on": None}),
        ("Mentor volunteer", "Y", "facts", {"volunteers_to_mentor": "yes"}),
        ("Would like a mentor", "FALSE", "facts", {"would_like_mentor": "no"}),
        ("Foundation year in", "community pharmacy", "facts", {"foundation_sector": "community"}),
    ],
)
def test_a_cell_is_understood(heading, cell, key, value):
    rows, problems = checked({heading: cell})
    assert problems == []
    assert rows[0][key] == value


@pytest.mark.parametrize(
    ("heading", "cell", "message"),
    [
        ("Name", "", "This row has no first name."),
        ("E-mail", "asha at example.org", "“asha at example.org” is not an e-mail address."),
        ("E-mail", "", "This row needs an e-mail address or a staff number."),
        ("E-mail", "a@example.org\nBcc: b@example.org", "is not an e-mail address"),
        ("Grade", "Band 8", "“Band 8” is not a pay band"),
        ("Start Date", "07/26/2027", "the day comes first"),
        ("Start Date", "31/02/2027", "the day comes first"),
        ("Start Date", "soon", "“soon” is not a date"),
        ("Start Date", "01/01/1900", "not a likely date"),
        ("Start Date", "#REF!", "an error of the spreadsheet"),
        ("Employee Number", "2.01E+07", "the spreadsheet has shortened"),
        ("Name", "Asha\x07 Khan", "characters that cannot be shown"),
        ("Name", "A" * 101, "longer than 100 characters"),
        (
            "Trust",
            "Southbank Trust",
            "“Southbank Trust” is no organisation whose staff list you keep: that is Northbank Hospitals.",
        ),
        ("Mentor volunteer", "maybe", "“maybe” is neither yes nor no."),
        ("Foundation year in", "the moon", "“the moon” is none of: Hospital"),
    ],
)
def test_a_cell_that_is_not_understood_is_a_problem_of_its_row_and_column(heading, cell, message):
    other = {"Name": "Bo Lee", "E-mail": "bo@example.org"}
    rows, problems = checked({heading: cell}, other)
    ((row, column, said),) = problems
    assert (row, column) == (2, heading)
    assert message in said
    assert rows[-1]["given_name"] == "Bo"


def test_an_empty_cell_says_nothing():
    rows, problems = checked({"Grade": "", "Site": " ", "Registration date": "", "Manager": ""})
    assert rows == [{"row": 2, "given_name": "Asha", "family_name": "Khan", "email": "asha@example.org"}]
    assert problems == []


def test_a_double_is_a_problem_of_the_second_row():
    rows, problems = checked({}, {"Name": "Asha K", "E-mail": "ASHA@example.org"})
    assert problems == [
        (3, "E-mail", "Asha Khan in row 2 and Asha K in row 3 have the same e-mail address. Keep one row a person.")
    ]
    assert [row["row"] for row in rows] == [2]


@pytest.mark.parametrize("mark", ["\u00ad", "\u200b", "\u202e", "\ufeff"])
def test_a_cell_in_which_nothing_can_be_seen_is_empty(mark):
    [row], problems = checked({"Site": mark, "Team": f" {mark} ", "Name": f"{mark} Asha{mark} Khan"})
    assert not problems
    assert not row.keys() & {"site", "team"}
    assert (row["given_name"], row["family_name"]) == ("Asha", "Khan")
    _, problems = checked({"Name": mark})
    assert [message for *_, message in problems] == ["This row has no first name."]
