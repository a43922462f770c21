"""Rows of a staff list that are nobody, or that the lead does not want now: recognised, left out, put back."""

import pytest
from django.urls import reverse

from audit.refusal import Refused
from people.actions import staff_import_asks as asks
from people.actions import staff_imports
from people.models import Person, StaffImport
from people.staff_import_work import work
from people.staff_list.diff import compare_import
from people.staff_list.footers import is_footer
from tests.builders import people as make
from tests.builders.staff_lists import row, staff_list
from tests.people.test_person_pages import text

pytestmark = pytest.mark.django_db

AT = {"staff_number": 0, "full_name": 1, "email": 2, "band": 3}


@pytest.mark.parametrize(
    "cells",
    [
        ["Total"],
        ["Total", "", "", "120"],
        ["", "TOTAL:", "", "118.6"],
        ["120", "Total", "", ""],  # a figure where staff numbers stand
        ["", "Grand total 120 WTE", "", ""],
        ["Total staff in post", "", "", "86"],
        ["", "Headcount: 120", "", ""],
        ["120 records"],
        ["", "", "", "86.4"],
        ["Prepared by Liv Holm, 12 April 2027"],
        ["Prepared by:", "Liv Holm", "", ""],
        ["Signature: ______"],
        ["* includes maternity leave"],
        ["Page 3 of 3"],
        ["Data as at 31 March 2027"],
        ["OFFICIAL-SENSITIVE: personal"],
        ["Vacancies are filled by locums until the end of June"],
    ],
)
def test_left_out_rows_are_recognised_where_they_are_plainly_nobody(cells):
    assert is_footer(cells, AT)


@pytest.mark.parametrize(
    "cells",
    [
        ["1001", "Asha Khan", "", "6"],
        ["", "Asha Khan", "", "6"],  # lacks what tells her apart, yet she is somebody
        ["", "Total", "total@example.org", ""],
        ["7", "Sum Yi", "", "6"],
        ["7", "Page", "", ""],
        ["1001", "", "", ""],  # a number without a name
        ["", "Maria de los Angeles Ruiz Soto", "", "7"],
        [],
    ],
)
def test_left_out_rows_are_never_those_of_people(cells):
    assert not is_footer(cells, AT)


@pytest.mark.parametrize("name", ["* Asha Khan", "*** new: Asha Khan", "Key: worker Asha Khan"])
def test_left_out_rows_are_never_those_of_a_name_with_a_number_however_it_is_marked(name):
    """Lists mark people with stars and words; a number beside a name says that it is somebody."""
    at = {"full_name": 0, "staff_number": 1}
    assert not is_footer([name, "1001"], at)
    assert is_footer([name, ""], at)


def uploaded(trust, lead, now, *rows, is_complete=False) -> StaffImport:
    data = staff_list(*rows)
    staff_import = staff_imports.receive(
        organisation=trust, file_name="staff.csv", data=data, is_complete=is_complete, by=lead, now=now
    )
    return checked(asks.check(staff_import=staff_import, by=lead, now=now, hand_over=False), now)


def checked(staff_import, now) -> StaffImport:
    work(import_id=staff_import.pk, clock=lambda: now)
    staff_import.refresh_from_db()
    return staff_import


def leave(staff_import, rows, lead, now, action=asks.leave_out) -> StaffImport:
    return checked(action(staff_import=staff_import, rows=rows, by=lead, now=now, hand_over=False), now)


TOTAL = {"Employee Number": "Total", "Grade": "120"}


def test_left_out_rows_no_longer_stand_in_the_way(trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss"), row(2, "Asha Khan"), TOTAL)
    sentence = "“Total · 120” looks like a total, a signature or a note, not like a person. Leave this row out."
    assert staff_import.problems == [{"row": 4, "column": "", "message": sentence, "is_footer": True}]
    with pytest.raises(Refused, match="has problems"):
        staff_imports.save(staff_import=staff_import, by=lead, now=now)
    staff_import = leave(staff_import, [4], lead, now)
    assert (staff_import.problems, staff_import.adds, staff_import.row_count) == ([], 2, 3)
    assert staff_import.left_out == [{"row": 4, "says": "Total · 120"}]
    saved = staff_imports.save(staff_import=staff_import, by=lead, now=now)
    assert saved.left_out == [{"row": 4}]  # which row, but no longer what it said
    assert Person.objects.filter(given_name__in=("Bea", "Asha")).count() == 2


def test_left_out_rows_can_be_put_back(trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss"), row(2, "Asha Khan", Grade="Band 8"))
    before = staff_import.problems
    staff_import = leave(staff_import, [3], lead, now)
    assert (staff_import.problems, staff_import.adds) == ([], 1)
    staff_import = leave(staff_import, [3], lead, now, asks.put_back)
    assert (staff_import.problems, staff_import.left_out) == (before, [])


def test_left_out_rows_give_way_to_the_second_of_a_double(trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Asha Khan", Grade="6"), row(1, "Asha Khan", Grade="7"))
    assert [one["row"] for one in staff_import.problems] == [3]
    staff_import = leave(staff_import, [2], lead, now)
    assert (staff_import.problems, [one["band"] for one in staff_import.rows]) == ([], ["7"])


@pytest.mark.parametrize("known_by", ["E-mail", "Employee Number", "name"])
def test_left_out_rows_make_nobody_a_leaver(trust, lead, now, known_by):
    asha = make.person("Asha Khan", now=now, organisation=trust, staff_number="2", email="asha.khan@example.org")
    gone = make.person("Gil Gone", now=now, organisation=trust, staff_number="8")
    wrong = row(2, "Asha Khan", Grade="Band 8")
    wrong |= {heading: "" for heading in ("E-mail", "Employee Number") if heading != known_by}
    if known_by != "name":
        wrong |= {"First Name": "Somebody", "Last Name": "Else"}
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss"), wrong, is_complete=True)
    staff_import = leave(staff_import, [3], lead, now)
    diff = compare_import(staff_import, by=lead, now=now)
    assert [job.person for job in diff.leavers] == [gone]
    staff_imports.save(staff_import=staff_import, by=lead, now=now)
    asha.refresh_from_db()
    assert asha.is_active


def test_left_out_rows_leave_something_of_the_list(trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Asha Khan", Grade="Band 8"))
    with pytest.raises(Refused, match="That would leave nothing of the list"):
        asks.leave_out(staff_import=staff_import, rows=[2], by=lead, now=now)
    staff_imports.drop(staff_import=staff_import, by=lead, now=now)


def test_left_out_rows_are_settled_with_the_list(trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss"), row(2, "Asha Khan", Grade="Band 8"))
    staff_imports.drop(staff_import=staff_import, by=lead, now=now)
    with pytest.raises(Refused, match="saved or dropped already"):
        asks.leave_out(staff_import=staff_import, rows=[3], by=lead, now=now)


def test_left_out_rows_are_another_leads_to_leave(trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss"), TOTAL)
    stranger = make.lead(make.organisation(now=now), now=now)
    with pytest.raises(Refused, match="Only a programme lead of"):
        asks.leave_out(staff_import=staff_import, rows=[3], by=stranger, now=now)


def test_left_out_rows_keep_answers_and_go_with_other_columns(trust, lead, now):
    asha = make.person("Asha Khan", now=now, organisation=trust, email="asha@example.org", staff_number="")
    staff_import = uploaded(trust, lead, now, row(7, "Asha Khan"), row(1, "Bea Boss"), TOTAL)
    staff_imports.answer(staff_import=staff_import, answers={2: asha.pk}, by=lead, now=now)
    staff_import = leave(staff_import, [4], lead, now)
    assert staff_import.answers == {"2": asha.pk}
    chosen = {"full_name": "Last Name", "staff_number": "Employee Number"}
    staff_imports.choose_columns(staff_import=staff_import, chosen=chosen, by=lead, now=now)
    staff_import.refresh_from_db()
    assert (staff_import.answers, [one["row"] for one in staff_import.left_out]) == ({}, [4])


# --- the page ---------------------------------------------------------------------------------


def preview(staff_import) -> str:
    return reverse("people:import-preview", args=[staff_import.pk])


def test_import_preview_proposes_to_leave_out_what_is_nobody(signed_in, trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss"), row(2, "Asha Khan"), TOTAL)
    client = signed_in(lead)
    page = text(client.get(preview(staff_import)))
    assert "1 row looks like a total, a signature or a note. It is ticked below" in page
    assert 'id="leave-4" name="leave" type="checkbox" value="4" checked' in page
    page = text(client.post(preview(staff_import), {"answer": "leave", "leave": "4"}, follow=True))
    assert "1 row is left out" in page
    assert "Row 4: Total · 120" in page
    assert "Save the list" in page
    shown = client.get(preview(staff_import))
    client.post(preview(staff_import), {"answer": "save", "seen": shown.context["diff"].digest()})
    assert "1 row was left out." in text(client.get(preview(staff_import)))
    assert Person.objects.filter(given_name="Asha").exists()


def test_import_preview_leaves_out_single_rows_those_alike_or_all(signed_in, trust, lead, now):
    wrong = [row(number, f"Nora N{number}", Grade="Band 8") for number in range(2, 10)]
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss"), *wrong, row(20, "Asha Khan", Grade="XR99"))
    client = signed_in(lead)

    def post(**fields):
        page = client.post(preview(staff_import), fields, follow=True)
        staff_import.refresh_from_db()
        return text(page), [one["row"] for one in staff_import.left_out]

    page, left = post(answer="leave")
    assert ("Tick the rows that are to be left out." in page, left) == (True, [])
    assert "Leave these 8 rows out" in page
    assert "Leave out all 9 rows with a problem" in page
    assert post(answer="leave", leave=["11", "2", "999", "x"])[1] == [11]  # only rows in which something is wrong
    page, left = post(answer="leave", alike="3")
    assert ("9 rows are left out" in page, left) == (True, [3, 4, 5, 6, 7, 8, 9, 10, 11])
    page, left = post(**{"answer": "put-back"})
    assert ("Leave out all 9 rows with a problem" in page, left) == (True, [])
    assert len(post(**{"answer": "leave-all"})[1]) == 9


def test_import_preview_refuses_to_leave_out_the_whole_list(signed_in, trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Asha Khan", Grade="Band 8"))
    page = signed_in(lead).post(preview(staff_import), {"answer": "leave-all"}, follow=True)
    assert "That would leave nothing of the list." in text(page)


def test_import_preview_names_managers_as_every_other_page_does(signed_in, trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Amy Abbott"), row(2, "Asha Khan", Supervisor="Abbott, Amy"))
    page = text(signed_in(lead).get(preview(staff_import)))
    assert "Abbott, Amy" not in page
    assert page[page.index('id="adds"') :].count("Amy Abbott") == 2
