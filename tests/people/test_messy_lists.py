"""Twenty spreadsheets made to hurt. Each is imported as its sender means it, or refused with what is to be mended.

Every list goes the whole way: read, checked, compared, and saved where nothing is in the way.
"""

from datetime import date, datetime

import pytest

from people.actions import employments, staff_imports
from people.models import Employment, Fact, LineManagement, Organisation, Person, Team
from people.staff_list.columns import Map
from people.staff_list.diff import compare_import
from people.staff_list.read import Unreadable
from tests.builders import people as make
from tests.builders.staff_lists import as_workbook, row, staff_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(trust, lead, now):
    """``take(data)``: the outcome as (problems, warnings, notes); saved where there are no problems."""

    def take(data: bytes, *, is_complete=False, told=None):
        staff_import = staff_imports.upload(
            organisation=trust, file_name="messy", data=data, is_complete=is_complete, told=told, by=lead, now=now
        )
        diff = compare_import(staff_import, by=lead, now=now)
        problems = [(one["row"], one["column"], one["message"]) for one in staff_import.problems]
        problems += [(one.row, one.column, one.message) for one in diff.problems]
        warnings = [(one["row"], one["message"]) for one in staff_import.warnings]
        warnings += [(one.row, one.message) for one in (*diff.warnings, *diff.unfound)]
        if not problems:
            staff_imports.save(staff_import=staff_import, by=lead, now=now)
        return problems, warnings, staff_import.notes

    return take


def staff(*fields):
    """What is on record of everybody but the lead, in the order of the list."""
    return list(Employment.objects.order_by("pk").values_list(*fields))


NAMES = ("person__given_name", "person__family_name")


def test_messy_01_an_export_of_the_staff_record_with_a_title_and_many_columns_of_no_use(take):
    lines = [
        ["NHS Electronic Staff Record: staff in post", "", "", "", "", "", "", "", "", "", ""],
        ["Run on 12/04/2027 by LEADL", "", "", "", "", "", "", "", "", "", ""],
        [],
        [
            *("Employee Number", "Assignment Number", "Title", "Last Name", "First Name", "Position Title"),
            *("Pay Scale Description", "Supervisor Employee Number", "Latest Start Date", "Location", "NI Number"),
        ],
        [
            *("00210001", "00210001-2", "Mrs.", "BOSS", "Bea", "Chief Pharmacist|1|NHS"),
            *("NHS|XR12|Review Body Band 9", "", "01-Aug-2012", "Northbank General", "QQ123456C"),
        ],
        [
            *("00210002", "00210002", "Dr.", "O'BRIEN-MCKAY", "Asha", "Pharmacist"),
            *("Review Body Band 6", "00210001", "26-Jul-2027", "Northbank General", ""),
        ],
    ]
    text = "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    problems, warnings, notes = take(text.encode())
    assert (problems, warnings) == ([], [])
    assert notes == ["The headings are those of row 4. What stands above them was left out."]
    assert staff(*NAMES, "staff_number", "band", "start_date") == [
        ("Bea", "Boss", "00210001", "9", date(2012, 8, 1)),
        ("Asha", "O'Brien-McKay", "00210002", "6", date(2027, 7, 26)),
    ]
    assert LineManagement.objects.get().manager.given_name == "Bea"


def test_messy_02_a_workbook_with_dates_as_numbers_and_numbers_as_floats(take):
    people = [
        ["Staff No.", "Name", "Band", "Start Date", "GPhC registration date"],
        [21000001.0, "Boss, Bea", "8c", date(2012, 8, 1), 34547],
        [21000002.0, "Khan, Asha", 6.0, datetime(2023, 8, 1), "01/08/2023"],
    ]
    assert take(as_workbook({"Sheet1": people})) == ([], [], [])
    assert staff(*NAMES, "staff_number", "band", "start_date") == [
        ("Bea", "Boss", "21000001", "8c", date(2012, 8, 1)),
        ("Asha", "Khan", "21000002", "6", date(2023, 8, 1)),
    ]
    assert sorted(Fact.objects.values_list("day", flat=True)) == [date(1994, 8, 1), date(2023, 8, 1)]


def test_messy_03_semicolons_commas_in_names_and_windows_letters(take):
    text = 'Name;E-mail;Line manager;Grade\r\n"Müller, Zoë";zoe@example.org;;Band 8A\r\n'
    text += "Ørsted, Ib;ib@example.org;Zoë Müller;8 - Range A\r\n"
    assert take(text.encode("cp1252")) == ([], [], [])
    assert staff(*NAMES, "band") == [("Zoë", "Müller", "8a"), ("Ib", "Ørsted", "8a")]
    assert LineManagement.objects.count() == 1


def test_messy_04_unicode_text_from_excel_with_tabs_and_no_mark(take):
    text = "Forename\tSurname\tEmail\tGrade\nZoë\tFord\tzoe@example.org\tAfC 8a\n"
    assert take(text.encode("utf-16-le")) == ([], [], [])
    assert staff(*NAMES, "band") == [("Zoë", "Ford", "8a")]


def test_messy_05_a_list_that_names_its_own_delimiter_with_blank_lines_and_empty_columns(take):
    text = "sep=;\r\n;;;;\r\nName;E-mail;;;\r\n\r\nAsha Khan;asha@example.org;;;\r\n;;;;\r\n"
    text += "Bo Lee;bo@example.org;;;\r\n;;;;\r\n"
    assert take(text.encode("utf-8-sig")) == ([], [], [])
    assert staff(*NAMES) == [("Asha", "Khan"), ("Bo", "Lee")]


def test_messy_06_people_without_a_band_and_doctors(take):
    grades = ["none", "n/a", "Community", "PCN", "YC72", "Medical Consultant", "VSM", ""]
    rows = [row(number, f"Nora N{number}", Grade=grade) for number, grade in enumerate(grades, 1)]
    rows = [{**one, "Level": "Advanced"} for one in rows]
    assert take(staff_list(*rows, headings=list(rows[0]))) == ([], [], [])
    assert set(staff("band", "level")) == {("", "advanced")}


def test_messy_07_grades_that_are_none(take):
    rows = [row(number, f"Nora N{number}", Grade=grade) for number, grade in enumerate(["Band 8", "XR99", "6/7"], 1)]
    problems, _, _ = take(staff_list(*rows))
    assert [(number, column) for number, column, _ in problems] == [(2, "Grade"), (3, "Grade"), (4, "Grade")]
    assert problems[0][2] == (
        "“Band 8” is not a pay band that the portal knows, such as “Band 6” or “8a”. "
        "Leave the cell empty for somebody without a band."
    )
    assert staff("band") == []


def test_messy_07b_codes_past_7_are_read_and_told(take):
    rows = [row(number, f"Nora N{number}", Grade=grade) for number, grade in enumerate(["XR06", "XR09"], 1)]
    problems, warnings, _ = take(staff_list(*rows))
    assert (problems, warnings) == ([], [(3, "“XR09” was read as Band 8b. Look whether that is right.")])
    assert staff("band") == [("6",), ("8b",)]


def test_messy_08_the_same_person_twice_in_the_same_words(take):
    problems, warnings, _ = take(staff_list(row(1, "Asha Khan"), row(2, "Bo Lee"), row("001", "ASHA KHAN")))
    assert problems == []
    assert warnings == [(4, "Asha Khan stands in rows 2 and 4, which say the same. The two were read as one.")]
    assert staff(*NAMES, "staff_number") == [("Asha", "Khan", "1"), ("Bo", "Lee", "2")]


def test_messy_09_the_same_person_twice_with_two_jobs(take):
    rows = [row(1, "Asha Khan", Grade="6"), row(1, "Asha Khan", Grade="7")]
    said = (
        "Asha Khan stands in rows 2 and 3 with the same e-mail address; they differ in: Grade. Keep one row a person."
    )
    assert take(staff_list(*rows))[0] == [(3, "E-mail", said)]


def test_messy_09b_two_people_with_one_address_and_a_row_that_is_two_people(take):
    rows = [
        row(1, "Asha Khan", Supervisor="Cy Fox"),
        row(2, "Bo Lee", **{"E-mail": "asha.khan@example.org"}),
        row(3, "Cy Fox"),
        row(3, "Asha Khan"),
    ]
    assert take(staff_list(*rows))[0] == [
        (
            3,
            "E-mail",
            "Asha Khan in row 2 and Bo Lee in row 3 have the same e-mail address. Keep one row a person.",
        ),
        (
            5,
            "Employee Number",
            "Cy Fox in row 4 and Asha Khan in row 5 have the same staff number. Keep one row a person.",
        ),
        (
            5,
            "E-mail",
            "Asha Khan stands in rows 2 and 5 with the same e-mail address; they differ in: Employee Number. "
            "Keep one row a person.",
        ),
    ]


def test_messy_09c_two_rows_of_one_person_that_add_to_each_other(take):
    rows = [
        {**row(1, "Asha Khan"), "Registration date": "1/8/2023", "Mentor volunteer": ""},
        {**row(1, "Asha Khan"), "Registration date": "1/8/2023", "Mentor volunteer": "yes"},
    ]
    assert take(staff_list(*rows, headings=list(rows[0])))[0] == []
    assert set(Fact.objects.values_list("kind", flat=True)) == {"registered_on", "volunteers_to_mentor"}
    rows[1]["Registration date"] = "1/8/2024"
    ((_, _, said),) = take(staff_list(*rows, headings=list(rows[0])))[0]
    assert "they differ in: Registration date." in said


def test_messy_10_managers_by_number_address_and_name_in_one_column(take):
    rows = [
        row("0001", "Bea Boss"),
        row(2, "Asha Khan", Supervisor="1"),  # the zeros went in some spreadsheet
        row(3, "Cy Fox", Supervisor="BEA.BOSS@example.org"),
        row(4, "Di Ash", Supervisor="Boss, Bea"),
        row(5, "Ed Elm", Supervisor="Dr Bea Boss; Asha Khan"),
        row(6, "Flo Gum", Supervisor="Someone Elsewhere"),
    ]
    problems, warnings, _ = take(staff_list(*rows))
    assert problems == []
    assert [number for number, _ in warnings] == [7]
    assert warnings[0][1] == (
        "“Someone Elsewhere”, the manager of Flo Gum, is neither on this list nor among your staff. Nobody can check "
        "whether the two would be paired."
    )
    lines = LineManagement.objects.values_list("report__given_name", "manager__given_name")
    assert sorted(lines) == [("Asha", "Bea"), ("Cy", "Bea"), ("Di", "Bea"), ("Ed", "Asha"), ("Ed", "Bea")]


def test_messy_11_managers_in_a_circle(take):
    rows = [
        row(1, "Bea Boss", Supervisor="Cy Fox"),
        row(2, "Asha Khan", Supervisor="1"),
        row(3, "Cy Fox", Supervisor="Asha Khan"),
        row(4, "Di Ash", Supervisor="Cy Fox"),
    ]
    assert take(staff_list(*rows))[0] == [
        (
            2,
            "Supervisor",
            "Bea Boss is managed by Cy Fox, who is managed by Asha Khan, who is managed by Bea Boss. "
            "Correct one of them.",
        )
    ]


def test_messy_12_dates_in_every_way_and_two_that_are_none(take):
    written = ["26/07/2027", "2027-07-26", "26-JUL-2027", "26.7.27", "46594", "26th July 2027", "2027-07-26 00:00:00"]
    rows = [{**row(n, f"Nora N{n}"), "Start Date": day} for n, day in enumerate(written, 1)]
    assert take(staff_list(*rows, headings=list(rows[0]))) == ([], [], [])
    assert set(staff("start_date")) == {(date(2027, 7, 26),)}
    wrong = [{**row(n, f"Nora N{n}"), "Start Date": day} for n, day in ((1, "07/26/2027"), (2, "August 2027"))]
    assert [said for _, _, said in take(staff_list(*wrong, headings=list(wrong[0])))[0]] == [
        "“07/26/2027” is not a date: the day comes first, as in 26/07/2027.",
        "“August 2027” is not a date. Write it as 26/07/2027.",
    ]


def test_messy_13_several_organisations_in_one_list(take, trust, lead, now):
    second = make.organisation(now=now, name="Southbank Trust", code="southbank")
    make.organisation(now=now, name="Westbank Trust")
    make.grant(lead, "programme-lead", second, now=now)
    rows = [{**row(n, f"Nora N{n}"), "Trust": name} for n, name in enumerate(["Northbank", "SOUTHBANK", ""], 1)]
    assert take(staff_list(*rows, headings=list(rows[0]))) == ([], [], [])
    assert staff("organisation__name") == [("Northbank",), ("Southbank Trust",), ("Northbank",)]
    rows.append({**row(4, "Nora N4"), "Trust": "Westbank Trust"})
    assert take(staff_list(*rows, headings=list(rows[0])))[0] == [
        (
            5,
            "Trust",
            "“Westbank Trust” is no organisation whose staff list you keep: that is Northbank or Southbank Trust.",
        )
    ]


def test_messy_14_an_organisation_column_that_holds_units(take):
    rows = [{**row(n, f"Nora N{n}"), "Organisation": unit} for n, unit in enumerate(["504 Dispensary", "505 Stores"])]
    assert take(staff_list(*rows, headings=list(rows[0]))) == ([], [], [])
    assert sorted(Team.objects.values_list("name", flat=True)) == ["504 Dispensary", "505 Stores"]
    assert Organisation.objects.count() == 1


def test_messy_14_an_organisation_column_that_says_one_thing_is_believed(take):
    """It may be another employer's list, and its people must not become our staff with a team of that name."""
    rows = [{**row(n, f"Nora N{n}"), "Organisation": "Westbank Trust"} for n in (1, 2)]
    sentence = "“Westbank Trust” is no organisation whose staff list you keep: that is Northbank."
    problems, _, _ = take(staff_list(*rows, headings=list(rows[0])))
    assert problems == [(2, "Organisation", sentence), (3, "Organisation", sentence)]
    assert not Team.objects.exists()


def test_messy_15_errors_of_the_spreadsheet_and_numbers_that_it_shortened(take):
    problems, _, _ = take(staff_list(row("2.1E+07", "Asha Khan"), row(2, "Bo Lee", Location="#REF!")))
    assert problems == [
        (2, "Employee Number", "2.1E+07 is a number that the spreadsheet has shortened. Format the column as text."),
        (3, "Location", "#REF! is an error of the spreadsheet. Put the right value in its place."),
    ]


def test_messy_16_a_workbook_with_notes_first_a_filter_and_headings_repeated(take):
    people = [["Name", "E-mail"], ["Asha Khan", "asha@example.org"], ["Name", "E-mail"], ["Bo Lee", "bo@example.org"]]
    data = as_workbook({"READ ME": [["How to use this file"], ["Ask Lena"]], "Staff in post": people, "Lists": [["a"]]})
    assert take(data) == (
        [],
        [],
        [
            "The sheet “Staff in post” was read. Not read: “READ ME”, “Lists”.",
            "The headings stand in the list 2 times. They were read once.",
        ],
    )
    assert staff(*NAMES) == [("Asha", "Khan"), ("Bo", "Lee")]


def test_messy_17_one_sheet_a_site(take):
    people = [["Name", "E-mail"], ["Asha Khan", "asha@example.org"]]
    data = as_workbook({"Riverside": people, "Main": people})
    with pytest.raises(Unreadable, match="several sheets that may be the list: “Riverside”, “Main”"):
        take(data)
    assert take(data, told=Map({}, sheet="Main"))[0] == []
    assert staff(*NAMES) == [("Asha", "Khan")]


def test_messy_18_opt_ins_in_the_words_of_people(take):
    words = [("Yes please", "-"), ("Y", "No thanks"), ("no", "TRUE"), ("", "x")]
    rows = [
        {**row(n, f"Nora N{n}"), "Willing to mentor": one, "Would like a mentor": other}
        for n, (one, other) in enumerate(words, 1)
    ]
    assert take(staff_list(*rows, headings=list(rows[0]))) == ([], [], [])
    assert sorted(Fact.objects.values_list("person__family_name", "kind", "text")) == [
        ("N1", "volunteers_to_mentor", "yes"),
        ("N2", "volunteers_to_mentor", "yes"),
        ("N2", "would_like_mentor", "no"),
        ("N3", "volunteers_to_mentor", "no"),
        ("N3", "would_like_mentor", "yes"),
        ("N4", "would_like_mentor", "yes"),
    ]
    rows[0]["Willing to mentor"] = "maybe next year"
    assert take(staff_list(*rows, headings=list(rows[0])))[0] == [
        (2, "Willing to mentor", "“maybe next year” is neither yes nor no.")
    ]


def test_messy_19_addresses_from_an_address_book_invisible_letters_and_hard_spaces(take):
    text = "Name,E-mail\n\u00a0Asha\u00a0Khan\u200b,Asha Khan <Asha.Khan@Example.org>\nBo Lee,mailto:bo@example.org\n"
    assert take(text.encode()) == ([], [], [])
    assert sorted(Person.objects.exclude(given_name="Lena").values_list("given_name", "family_name", "email")) == [
        ("Asha", "Khan", "asha.khan@example.org"),
        ("Bo", "Lee", "bo@example.org"),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<html><table><tr><td>Name</td></tr></table></html>", "This is a web page, though it may be called .xls."),
        (b"\xd0\xcf\x11\xe0 old", "a spreadsheet in an old format, or one with a password"),
        (as_workbook({"A": [["Name", "E-mail"], ["=B2", "=A2"]]}), "2 cells of the sheet “A” hold formulas"),
        (b"Shoes,Size\nBoots,5\n", "No column for a name was found. .* The first row reads: “Shoes”, “Size”."),
        (b"Name,E-mail,E-mail\nA B,a@example.org,b@example.org\n", "Two columns are headed “E-mail”."),
        (b"Name,E-mail\n", "The file has headings but no rows."),
        (b'Name,E-mail\n"Asha,a@example.org\nBo,b@example.org\n', "could not be read as CSV"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "one column only|not text"),
    ],
)
def test_messy_20_what_is_no_staff_list_says_what_to_mend(take, data, sentence):
    with pytest.raises(Unreadable, match=sentence):
        take(data)


def test_messy_21_everyone_without_those_who_left_and_with_one_who_moved_inside(take, trust, lead, now):
    take(staff_list(*(row(n, f"Nora N{n}") for n in range(1, 9))))
    gone = Person.objects.get(family_name="N8")
    employments.start(person=gone, organisation=make.organisation(now=now), by=None, now=now)
    assert take(staff_list(*(row(n, f"Nora N{n}") for n in range(1, 7))), is_complete=True) == ([], [], [])
    assert set(Person.objects.filter(is_active=False).values_list("family_name", flat=True)) == {"N7"}
    assert Employment.objects.filter(person=gone).count() == 2


@pytest.mark.parametrize("name", ["KHAN Asha", "Asha KHAN", "Khan, Asha", "Dr KHAN Asha", "KHAN, Asha"])
def test_messy_names_shouted_by_the_staff_record_are_parted_right(take, name):
    columns = {"Employee Number": "1", "Name": name}
    assert take(staff_list(columns, headings=list(columns))) == ([], [], [])
    assert staff(*NAMES) == [("Asha", "Khan")]
