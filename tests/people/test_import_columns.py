"""Which column means what: guessed, asked where there is a doubt, remembered."""

import pytest
from django.urls import reverse

from audit.refusal import Refused
from people.actions import staff_imports
from people.models import ColumnChoice, Employment, Person, StaffImport
from people.staff_list import columns
from tests.builders import people as make
from tests.builders.staff_lists import as_workbook, row, staff_list
from tests.people.test_import_pages import answer, preview, send
from tests.people.test_person_pages import text

pytestmark = pytest.mark.django_db

STRANGE = b'Wer,Payroll,Ward name,Shoe size\n"KHAN, Asha",0012,Dispensary,5\n"Lee, Bo",0013,Stores,9\n'


def columns_page(staff_import):
    return reverse("people:import-columns", args=[staff_import.pk])


def test_import_columns_are_asked_for_where_the_headings_leave_a_doubt(signed_in, lead):
    client = signed_in(lead)
    response = send(client, STRANGE)
    staff_import = StaffImport.objects.get()
    assert response.url == columns_page(staff_import)
    page = text(client.get(response.url))
    for shown in ("Shoe size", "KHAN, Asha · Lee, Bo", "0012 · 0013", "No column for a name was found."):
        assert shown in page
    assert client.get(preview(staff_import)).url == response.url


def test_import_columns_are_chosen_and_remembered_for_the_next_list(signed_in, lead):
    client = signed_in(lead)
    url = send(client, STRANGE).url
    chosen = {"column-0": "full_name", "column-1": "staff_number", "column-2": "team", "column-3": ""}
    assert client.post(url, chosen).url == preview(StaffImport.objects.get())
    page = text(client.get(preview(StaffImport.objects.get())))
    assert "Left out, since the portal has no use for it: Shoe size." in page
    seen = client.get(preview(StaffImport.objects.get())).context["diff"].digest()
    answer(client, StaffImport.objects.get(), answer="save", seen=seen)
    assert sorted(Employment.objects.values_list("person__family_name", "staff_number", "team__name")) == [
        ("Khan", "0012", "Dispensary"),
        ("Lee", "0013", "Stores"),
    ]
    moved = b'Shoe size,Wer,Payroll,Ward name\n5,"KHAN, Asha",12,Dispensary\n'  # the same headings in another order
    response = send(client, moved)
    again = StaffImport.objects.first()
    assert response.url == preview(again)
    assert (again.unchanged, again.adds, again.changes) == (1, 0, 0)  # 12 and 0012 are one number
    assert ColumnChoice.objects.get().chosen_by == lead


def test_import_columns_are_remembered_for_their_organisation_alone(signed_in, trust, lead, now):
    staff_imports.receive(
        organisation=trust,
        file_name="x",
        data=STRANGE,
        is_complete=False,
        by=lead,
        now=now,
    )
    chosen = {"full_name": "Wer", "staff_number": "Payroll"}
    staff_imports.choose_columns(staff_import=StaffImport.objects.get(), chosen=chosen, by=lead, now=now)
    other = make.lead(make.organisation(now=now), now=now)
    assert send(signed_in(other), STRANGE).url.endswith("/columns/")


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"column-1": "staff_number"}, "Say which column holds the name"),
        ({"column-0": "full_name"}, "Say which column holds the e-mail address or the staff number"),
        ({"column-0": "full_name", "column-1": "full_name"}, "“Wer” is name already."),
        ({"column-0": "shoes"}, "Select a valid choice"),
    ],
)
def test_import_columns_that_are_not_enough_are_said(signed_in, lead, chosen, sentence):
    client = signed_in(lead)
    url = send(client, STRANGE).url
    assert sentence in text(client.post(url, chosen))
    assert StaffImport.objects.get().state == "columns"


def test_import_columns_may_be_changed_from_the_preview(signed_in, lead):
    client = signed_in(lead)
    data = b"Name,E-mail,Private e-mail\nAsha Khan,asha@example.org,home@example.org\n"
    url = send(client, data).url
    client.post(url, {"column-0": "full_name", "column-1": "email", "column-2": ""})
    staff_import = StaffImport.objects.get()
    assert staff_import.rows[0]["email"] == "asha@example.org"
    assert columns_page(staff_import) in text(client.get(preview(staff_import)))
    client.post(columns_page(staff_import), {"column-0": "full_name", "column-1": "", "column-2": "email"})
    staff_import.refresh_from_db()
    assert (staff_import.state, staff_import.rows[0]["email"]) == ("preview", "home@example.org")


def test_import_columns_of_a_workbook_ask_which_sheet(signed_in, lead):
    client = signed_in(lead)
    sheets = {
        "Main site": [["Name", "E-mail"], ["Asha Khan", "asha@example.org"]],
        "Riverside": [["Name", "E-mail", "Grade"], ["Bo Lee", "bo@example.org", "6"]],
    }
    url = send(client, as_workbook(sheets)).url
    assert "Which sheet is the list?" in text(client.get(url))
    page = client.get(url, {"sheet": "Main site"})
    assert "Asha Khan" in text(page)
    assert "Grade" not in text(page)
    assert client.get(url, {"sheet": "Nowhere"}).status_code == 404
    client.post(url, {"sheet": "Main site", "column-0": "full_name", "column-1": "email"})
    staff_import = StaffImport.objects.get()
    assert (staff_import.state, staff_import.sheet, staff_import.row_count) == ("preview", "Main site", 1)
    assert "The sheet “Main site” was read. Not read: “Riverside”." in text(client.get(preview(staff_import)))


def test_import_columns_may_be_left_by_dropping_the_list(signed_in, lead):
    client = signed_in(lead)
    url = send(client, STRANGE).url
    answer(client, StaffImport.objects.get(), answer="drop")
    assert StaffImport.objects.get().state == "dropped"
    assert client.get(url).url == preview(StaffImport.objects.get())
    assert client.post(url, {"column-0": "full_name"}).url == preview(StaffImport.objects.get())
    assert not Person.objects.filter(given_name="Asha").exists()


def test_columns_that_the_list_does_not_have_are_refused(lead, trust, now):
    staff_import = staff_imports.receive(
        organisation=trust, file_name="x", data=staff_list(row(1, "A B")), is_complete=False, by=lead, now=now
    )
    for chosen in ({"full_name": "Nowhere", "email": "E-mail"}, {"shoes": "E-mail"}):
        with pytest.raises(Refused, match="no such column"):
            staff_imports.choose_columns(staff_import=staff_import, chosen=chosen, by=lead, now=now)
    with pytest.raises(Refused, match="No column tells one person from another"):
        staff_imports.choose_columns(staff_import=staff_import, chosen={"given_name": "First Name"}, by=lead, now=now)


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Employee Number", "staff_number"),
        ("Assignment Number", "staff_number"),
        ("Position Title", "job_title"),
        ("Pay Scale Description", "band"),
        ("Supervisor Employee Number", "manager"),
        ("Latest Start Date", "start_date"),
        ("Location", "site"),
        ("Career level", "level"),
        ("NHSmail", "email"),
    ],
)
def test_columns_of_exports_of_the_electronic_staff_record_are_understood(heading, key):
    assert columns.guess([heading]) == {key: 0}


def test_columns_are_suggested_by_their_looks_and_never_taken_without_being_asked(signed_in, lead):
    client = signed_in(lead)
    data = b"Ref,Name of pharmacist,Write to\n1,Asha Khan,asha@example.org\n2,Bo Lee,bo@example.org\n"
    url = send(client, data).url
    page = client.get(url)
    assert "Some columns were found by what stands in them." in text(page)
    chosen = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    assert chosen == {"column-0": "", "column-1": "full_name", "column-2": "email"}
    client.post(url, chosen)
    assert StaffImport.objects.get().adds == 2
