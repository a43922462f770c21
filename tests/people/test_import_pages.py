import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from people import tasks
from people.actions import staff_import_asks as asks
from people.actions import staff_imports
from people.models import Person, StaffImport
from people.staff_import_work import work
from people.staff_list import kept
from people.staff_list.columns import FIELDS, guess, understood
from people.staff_list.parse import glance
from people.staff_list.read import Unreadable, read
from people.staff_list.template import headings
from people.staff_list.told import together
from tests.builders import people as make
from tests.builders import programmes
from tests.builders.staff_lists import as_workbook, row, staff_list
from tests.people.test_person_pages import text

pytestmark = pytest.mark.django_db

PREVIEW_QUERIES = 10


def send(client, data=None, everyone="additions", **fields):
    if data is not None:
        fields["file"] = SimpleUploadedFile("staff.csv", data)
    return client.post(reverse("people:import-start"), {"everyone": everyone, **fields})


def preview(staff_import):
    return reverse("people:import-preview", args=[staff_import.pk])


def answer(client, staff_import, **fields):
    return client.post(preview(staff_import), fields)


def test_import_start_asks_first_whether_it_is_everyone(signed_in, lead):
    page = signed_in(lead).get(reverse("people:import-start"))
    assert list(page.context["form"].fields) == ["organisation", "everyone", "file"]
    assert "Is this everyone, or additions?" in text(page)
    assert "Whose staff list" not in text(page)
    page = text(send(signed_in(lead), everyone=""))
    assert "Answer the question “Is this everyone, or additions?”" in page
    assert "Choose the file of your staff list" in page


def test_import_start_of_a_first_list_takes_it_for_additions(signed_in, trust, lead, now):
    client = signed_in(lead)
    assert client.get(reverse("people:import-start")).context["form"]["everyone"].value() == "additions"
    make.saved_import(trust, lead, now=now)
    assert client.get(reverse("people:import-start")).context["form"]["everyone"].value() is None


def test_import_preview_once_saved_leads_on_to_a_first_programme(signed_in, trust, lead, now):
    saved, client = make.saved_import(trust, lead, now=now), signed_in(lead)
    start = reverse("programmes:model-list")
    assert f'href="{start}" role="button"' in client.get(preview(saved)).content.decode()
    programmes.cohort(now=now, organisation=trust)
    page = client.get(preview(saved)).content.decode()
    assert f'href="{start}" role="button"' not in page
    assert "Continue" in page


def test_import_start_leads_to_a_preview(signed_in, trust, lead):
    response = send(signed_in(lead), staff_list(row(1, "Bea Boss"), row(2, "Asha Khan")), everyone="everyone")
    staff_import = StaffImport.objects.get()
    assert response.url == preview(staff_import)
    assert (staff_import.organisation, staff_import.is_complete, staff_import.adds) == (trust, True, 2)
    assert not Person.objects.filter(given_name="Bea").exists()


def test_import_start_says_what_is_wrong_with_the_file(signed_in, lead):
    page = send(signed_in(lead), b"Shopping\nMilk\n")
    assert "The first row has one column only." in text(page)
    page = send(signed_in(lead), b"Name,E-mail\n" + b"a" * 2001 + b",b\n")
    assert "Row 2 has a cell of more than 2,000 characters" in text(page)
    formulas = as_workbook({"Staff": [["Name", "E-mail"], *([["A", "a@example.org"]] * 1001), ["=A2", "b"]]})
    assert "is being checked" not in text(send(signed_in(lead), formulas))
    StaffImport.objects.all().delete()
    assert "The file is empty. Save the list from your spreadsheet once more" in text(send(signed_in(lead), b""))
    assert not StaffImport.objects.exists()


def test_import_start_asks_which_organisation_where_there_are_two(signed_in, lead, now):
    second = make.organisation(now=now, name="Southbank")
    make.grant(lead, "programme-lead", second, now=now)
    third = make.organisation(now=now)
    client = signed_in(lead)
    assert "Whose staff list is this?" in text(client.get(reverse("people:import-start")))
    send(client, staff_list(row(1, "Bea Boss")), organisation=third.pk)
    assert not StaffImport.objects.exists()
    send(client, staff_list(row(1, "Bea Boss")), organisation=second.pk)
    assert StaffImport.objects.get().organisation == second


def test_import_pages_are_for_leads_of_the_organisation(signed_in, trust, lead, now):
    staff_import = staff_imports.upload(
        organisation=trust, file_name="x.csv", data=staff_list(row(1, "Bea Boss")), is_complete=False, by=lead, now=now
    )
    strangers = [
        make.administrator(now=now),
        make.lead(make.organisation(now=now), now=now),
        make.person(now=now, organisation=trust),
    ]
    for person in strangers:
        client = signed_in(person)
        assert client.get(preview(staff_import)).status_code == 404
        assert answer(client, staff_import, answer="save").status_code == 404
    assert client.get(reverse("people:import-start")).status_code == 404
    assert send(client, staff_list(row(1, "X Y"))).status_code == 404
    staff_import.refresh_from_db()
    assert staff_import.state == "preview"


def uploaded(trust, lead, now, *rows, is_complete=False):
    return staff_imports.upload(
        organisation=trust, file_name="x.csv", data=staff_list(*rows), is_complete=is_complete, by=lead, now=now
    )


def test_import_preview_shows_what_would_happen(signed_in, trust, lead, now):
    for name in ("Gil Gone", "Asha Khan"):
        number = {"Gil Gone": "8", "Asha Khan": "2"}[name]
        make.person(name, now=now, organisation=trust, staff_number=number, band="6", email=None)
    staff_import = uploaded(
        trust, lead, now, row(1, "Bea Boss", Location="New site"), row(2, "Asha Khan", Grade="7"), is_complete=True
    )
    page = text(signed_in(lead).get(preview(staff_import)))
    for shown in ("Bea Boss", "New site", "Gil Gone", "mark 1 person as having left", "read as UTF-8"):
        assert shown in page
    assert 'Band: Band 6 <span aria-hidden="true">→</span>' in page
    assert "<strong>Band 7</strong>" in page


def test_import_preview_saves_what_was_shown(signed_in, trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss"))
    client = signed_in(lead)
    seen = client.get(preview(staff_import)).context["diff"].digest()
    assert answer(client, staff_import, answer="save", seen=seen).url == preview(staff_import)
    page = text(client.get(preview(staff_import)))
    assert "Staff list saved" in page
    assert Person.objects.filter(given_name="Bea").exists()


def test_import_preview_saves_nothing_else(signed_in, trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss"))
    client = signed_in(lead)
    for seen in ("", "0" * 32):
        answer(client, staff_import, answer="save", seen=seen)
        assert "Something has changed since this preview" in text(client.get(preview(staff_import)))
    answer(client, staff_import)
    assert not Person.objects.filter(given_name="Bea").exists()


def test_import_preview_with_problems_offers_no_saving(signed_in, trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss", Grade="Band 8", Location="#REF!", Supervisor="Zed"))
    client = signed_in(lead)
    page = text(client.get(preview(staff_import)))
    assert "2 problems are in the way" in page
    assert "“Band 8” is not a pay band" in page
    assert 'value="save"' not in page
    answer(client, staff_import, answer="save", seen=client.get(preview(staff_import)).context["diff"].digest())
    assert "This staff list has problems." in text(client.get(preview(staff_import)))
    assert not Person.objects.filter(given_name="Bea").exists()


def test_import_preview_drops(signed_in, trust, lead, now):
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss"))
    client = signed_in(lead)
    assert answer(client, staff_import, answer="drop").url == reverse("people:import-start")
    assert "was not saved. Nothing was changed." in text(client.get(preview(staff_import)))


def test_import_preview_of_an_unchanged_list_says_so(signed_in, trust, lead, now):
    staff_imports.save(staff_import=uploaded(trust, lead, now, row(1, "Bea Boss")), by=lead, now=now)
    page = text(signed_in(lead).get(preview(uploaded(trust, lead, now, row(1, "Bea Boss")))))
    assert "The list changes nothing" in page
    assert 'value="save"' not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_import_preview_costs_the_same_for_one_row_and_for_three(
    signed_in, trust, lead, now, rows, django_assert_num_queries
):
    for kind in ("known", "new"):
        managers = ["", *[f"{kind} P0"] * (rows - 1)]
        people = [row(f"{kind}{n}", f"{kind} P{n}", Grade="6", Supervisor=boss) for n, boss in enumerate(managers)]
        staff_import = uploaded(trust, lead, now, *people)
        if kind == "known":
            staff_imports.save(staff_import=staff_import, by=lead, now=now)
    client = signed_in(lead)
    with django_assert_num_queries(PREVIEW_QUERIES):
        client.get(preview(staff_import))


def test_a_name_in_a_list_is_never_markup(signed_in, trust, lead, now):
    hostile = "<script>alert(1)</script>"
    staff_import = uploaded(trust, lead, now, row(1, "Bea X", **{"Last_Name": hostile, "Location": hostile}))
    assert hostile not in text(signed_in(lead).get(preview(staff_import)))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_import_template_is_a_list_that_is_understood_throughout(signed_in, lead, kind):
    client = signed_in(lead)
    assert reverse("people:import-template", args=[f"staff-list-template.{kind}"]) in text(
        client.get(reverse("people:import-start"))
    )
    data = client.get(reverse("people:import-template", args=[f"staff-list-template.{kind}"])).content
    with pytest.raises(Unreadable, match="headings but no rows"):
        read(data, score=understood)
    example = client.get(reverse("people:import-template", args=[f"staff-list-example.{kind}"])).content
    found = glance(example, limit=500, organisations=[])
    assert (len(found.table.rows), found.unused, found.doubt) == (120, [], "")
    assert set(guess(headings())) == set(FIELDS) - {"full_name", "organisation"}


def test_import_start_hands_a_long_list_to_a_worker_and_shows_how_far_it_is(
    signed_in, trust, lead, now, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(asks.work_on_staff_list, "delay", lambda **given: sent.append(given))
    monkeypatch.setattr(kept, "AT_ONCE", 2)
    monkeypatch.setattr(staff_imports, "AT_ONCE", 2)
    client = signed_in(lead)
    with django_capture_on_commit_callbacks(execute=True):
        response = send(client, staff_list(*(row(number, f"Nora N{number}") for number in range(1, 6))))
    staff_import = StaffImport.objects.get()
    assert (response.url, sent) == (preview(staff_import), [{"import_id": staff_import.pk}])
    page = text(client.get(preview(staff_import)))
    for shown in ("Checking the staff list", "Waiting to start", "You can leave this page", "Cancel"):
        assert shown in page
    assert "list.csv" not in page
    assert "is being checked" in text(client.get(reverse("home")))
    fragment = client.get(preview(staff_import), headers={"HX-Request": "true"})
    assert "<html" not in text(fragment)
    assert "HX-Refresh" not in fragment.headers
    tasks.work_on_staff_list(**sent[0])
    assert client.get(preview(staff_import), headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = client.get(preview(staff_import))
    assert page.context["diff"].digest()
    with django_capture_on_commit_callbacks(execute=True):
        answer(client, staff_import, answer="save", seen=page.context["diff"].digest())
    assert "All of the list is saved, or nothing of it." in text(client.get(preview(staff_import)))
    assert not Person.objects.filter(given_name="Nora").exists()
    tasks.work_on_staff_list(**sent[1])
    assert "Staff list saved" in text(client.get(preview(staff_import)))
    assert Person.objects.filter(given_name="Nora").count() == 5


def test_import_preview_of_a_long_list_that_could_not_be_saved_says_why(signed_in, trust, lead, now, monkeypatch):
    staff_import = uploaded(trust, lead, now, row(1, "Bea Boss"))
    asks.save(staff_import=staff_import, seen="x" * 32, by=lead, now=now, hand_over=False)
    work(import_id=staff_import.pk, clock=lambda: now)
    page = text(signed_in(lead).get(preview(staff_import)))
    assert "Nothing was saved" in page
    assert "Something has changed since this preview was made." in page


def test_import_preview_asks_whether_so_many_have_really_left(signed_in, trust, lead, now):
    staff = [row(number, f"Nora N{number}") for number in range(1, 21)]
    staff_imports.save(staff_import=uploaded(trust, lead, now, *staff), by=lead, now=now)
    staff_import = uploaded(trust, lead, now, *staff[:14], is_complete=True)
    client = signed_in(lead)
    page = client.get(preview(staff_import))
    assert "This would end 6 of 20 jobs, of people who are not on the list." in text(page)
    seen = page.context["diff"].digest()
    answer(client, staff_import, answer="save", seen=seen)
    assert "Tick that the list is really everyone, or drop it." in text(client.get(preview(staff_import)))
    assert Person.objects.filter(given_name="Nora", is_active=True).count() == 20
    answer(client, staff_import, answer="save", seen=seen, sure="yes")
    assert Person.objects.filter(given_name="Nora", is_active=True).count() == 14
    few = uploaded(trust, lead, now, *staff[:12], is_complete=True)
    assert "This would end" not in text(client.get(preview(few)))


def test_import_preview_asks_whether_somebody_is_known_already(signed_in, trust, lead, now):
    asha = make.person("Asha Khan", now=now, organisation=trust, staff_number="7", email="asha@example.org")
    staff_import = uploaded(
        trust,
        lead,
        now,
        row("", "Asha Khan"),
        row(9, "Bo Lee"),
        row("", "Asha Khan", **{"E-mail": "third@example.org"}),
    )
    client = signed_in(lead)
    page = text(client.get(preview(staff_import)))
    for shown in ("Row 2: is this the Asha you already have?", "asha@example.org", "Somebody new"):
        assert shown in page
    assert 'value="save"' not in page
    answer(client, staff_import, answer="save")
    assert "Say first, for each person" in text(client.get(preview(staff_import)))
    answer(client, staff_import, answer="who", **{"who-2": asha.pk, "who-4": "0", "who-x": "1", "who-3": "nonsense"})
    page = client.get(preview(staff_import))
    assert "<strong>asha.khan@example.org</strong>" in text(page)
    answer(client, staff_import, answer="save", seen=page.context["diff"].digest())
    asha.refresh_from_db()
    assert (asha.email, Person.objects.filter(given_name="Asha").count()) == ("asha.khan@example.org", 2)
    assert asha.employments.get().staff_number == "7"


def test_import_preview_pages_through_a_long_table(signed_in, trust, lead, now):
    staff_import = uploaded(trust, lead, now, *(row(number, f"Nora N{number:03}") for number in range(1, 121)))
    client = signed_in(lead)
    page = text(client.get(preview(staff_import)))
    assert "See all 120 new people" in page
    assert "N051" not in page
    page = text(client.get(preview(staff_import), {"show": "adds", "page": 2}))
    assert "N051" in page
    assert "51 to 100 of 120" in page


def test_import_preview_says_one_mistake_in_many_rows_once():
    said = [{"row": row, "column": "Grade", "message": "No band."} for row in range(2, 12)]
    said += [{"row": 3, "column": "Name", "message": "None."}]
    assert [(told.where, told.sentences) for told in together(said)] == [
        ("Rows 2, 4, 5, 6 and 5 more, Grade", ["No band."]),
        ("Row 3", ["Grade: No band.", "Name: None."]),
    ]
