"""What a staff list says badly or not at all is said back before it is saved: managers nobody knows, empty fields."""

import pytest
from django.urls import reverse

from people.actions import employments, staff_imports
from people.nearest import Nearest
from people.staff_list.blanks import in_one_line
from people.staff_list.diff import compare_import
from tests.builders import people as make
from tests.builders.staff_lists import HEADINGS, row
from tests.people.test_person_pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def preview(signed_in, upload, lead):
    """``preview(*rows)``: the page that checks this list, as the lead reads it."""

    def preview(*rows, **options):
        return text(signed_in(lead).get(reverse("people:import-preview", args=[upload(*rows, **options).pk])))

    return preview


def test_import_preview_names_each_manager_who_was_not_found_with_the_nearest_name(preview):
    page = preview(
        row(1, "Bea Boss"),
        row(2, "Asha Khan", Supervisor="Bea Bos"),
        row(3, "Cy Fox", Supervisor="bea.bos@example.org"),
        row(4, "Di Ash", Supervisor="Boss, Beatriz"),
        row(5, "Ed Elm", Supervisor="Zoltan Quist"),
        row(6, "Flo Gum", Supervisor="1"),
    )
    section = page[page.index('id="managers"') : page.index('id="blanks"')]
    assert "4 managers were not found" in section
    assert "nobody can check whether these people would be paired with their own manager" in " ".join(section.split())
    rows = [line.split("</tr>")[0] for line in section.split("<tr")[2:]]
    assert len(rows) == 4
    for line, said in zip(
        rows,
        [
            ("3", "Asha Khan", "Bea Bos", "Bea Boss"),
            ("4", "Cy Fox", "bea.bos@example.org", "bea.boss@example.org"),
            ("5", "Di Ash", "Boss, Beatriz", "Bea Boss"),
            ("6", "Ed Elm", "Zoltan Quist", "–"),
        ],
        strict=True,
    ):
        assert [word for word in said if word not in line] == [], line
    assert 'value="save"' in page  # nothing stands in the way


def test_import_preview_counts_a_manager_once_however_many_people_name_them(preview):
    page = preview(
        row(1, "Asha Khan", Supervisor="Zoltan Quist"),
        row(2, "Cy Fox", Supervisor="zoltan  quist"),
        row(3, "Di Ash", Supervisor="Ulla Far"),
    )
    assert "2 managers of 3 people were not found" in page
    page = preview(row(1, "Asha Khan", Supervisor="Zoltan Quist"), row(2, "Cy Fox", Supervisor="Zoltan Quist"))
    assert "1 manager of 2 people was not found" in page
    assert "This name is neither" in page
    assert "whether these people would be paired" in page


def test_import_preview_names_who_has_no_start_date_where_the_list_has_that_column(preview):
    known = {"Grade": "7", "Location": "Main", "Supervisor": "1"}
    asha, cy = row(2, "Asha Khan", **known), row(3, "Cy Fox", **known)
    page = preview(asha | {"Start Date": "2027-03-01"}, cy, headings=[*HEADINGS, "Start Date"])
    assert "<strong>No start date (1).</strong>" in page
    assert "begun on the day on which the list is saved.<br>Cy Fox." in page
    assert "No start date" not in preview(asha, cy)


def test_import_preview_counts_what_is_not_known_with_names_and_what_follows(preview, trust, lead, now):
    known = make.person(
        "Gil Gum", now=now, organisation=trust, staff_number="9", band="7", email="gil@example.org", job_title="Lead"
    )
    employments.set_managers(person=known, managers=[lead], by=None, now=now)
    page = preview(
        row(1, "Bea Boss", Grade="8c", Location="Main", Supervisor="Gil Gum"),
        row(2, "Asha Khan", **{"E-mail": "", "Supervisor": "Bea Boss"}),
        row(3, "Cy Fox", Location="Main", Position_Title="Trainee pharmacist", Supervisor="Bea Boss"),
        row(4, "Di Ash", Grade="none", Supervisor="Nobody Known"),
        row(9, "Gil Gum", **{"E-mail": ""}),  # the portal knows the rest, but for the site
    )
    section = page[page.index('id="blanks"') :]
    assert "2 people have no band or level, 1 no e-mail address, 3 no site, 1 no manager." in section
    assert "<strong>No band or level (2).</strong> Where a programme asks for a band or level" in section
    assert "Asha Khan, Di Ash." in section
    assert "They get no messages and cannot sign in.<br>Asha Khan." in section
    assert "Asha Khan, Di Ash, Gil Gum." in section
    assert "paired with their own manager.<br>Di Ash." in section


def test_import_preview_of_a_list_that_leaves_nothing_open_says_nothing_of_it(preview):
    page = preview(
        row(1, "Bea Boss", Grade="8c", Location="Main", Supervisor="Asha Khan"),
        row(2, "Asha Khan", Grade="7", Location="Main"),
    )
    assert "managers-heading" not in page
    assert "1 person has no manager." in page


def test_what_is_not_known_in_one_line_begins_with_the_noun(upload, lead, now):
    diff = compare_import(upload(row(1, "Bea Boss", Grade="7", Location="Main")), by=lead, now=now)
    assert in_one_line(diff.blanks) == "1 person has no manager."
    assert in_one_line([]) == ""


def test_a_manager_not_found_leaves_the_manager_on_record(save, upload, lead, now):
    rows = [row(1, "Bea Boss"), row(2, "Asha Khan", Supervisor="1")]
    save(*rows)
    rows[1]["Supervisor"] = "Bea Bos"
    diff = compare_import(upload(*rows), by=lead, now=now)
    assert [one.near for one in diff.unfound] == ["Bea Boss"]
    assert "manager" not in {blank.label for blank in diff.blanks if "Asha Khan" in blank.names}
    assert diff.is_empty


def test_nearest_is_asked_of_names_that_begin_alike_and_never_names_the_person_themselves():
    pool = Nearest(["Bea Boss", "Asha Khan", "Ásha Kahn", "Zoë O’Brien"])
    assert pool.to("Bea  BOS") == "Bea Boss"
    assert pool.to("Khan-Asha", but="Asha Khan") == "Ásha Kahn"
    assert pool.to("Obrian Zoe") == "Zoë O’Brien"
    assert pool.to("Bo Lee") == ""
    assert pool.to("") == ""


def test_staff_lists_are_saved_with_what_is_not_known_left_open(upload, lead, now):
    staff_import = upload(row(1, "Bea Boss"), row(2, "Asha Khan", Supervisor="Nobody Known"))
    saved = staff_imports.save(staff_import=staff_import, by=lead, now=now)
    assert saved.state == "saved"
