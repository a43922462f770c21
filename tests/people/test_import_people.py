import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from people.models import Employment, Person, StaffImport
from tests.builders import people as make
from tests.builders.staff_lists import row, staff_list

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "staff-list.csv"


@pytest.fixture
def run(now, tmp_path, capsys, time_machine):
    time_machine.move_to(now, tick=False)
    trust = make.organisation(now=now, name="Northbank Teaching Hospitals", code="northbank")
    make.lead(trust, "Lena Lead", now=now, email="lead@example.org")

    def run(file, *options, by="lead@example.org", organisation="northbank"):
        """(exit code, what was printed; as data where --json was asked for)"""
        if isinstance(file, bytes):
            path = tmp_path / "list.csv"
            path.write_bytes(file)
        else:
            path = file
        code = 0
        try:
            call_command("import_people", str(path), f"--organisation={organisation}", f"--by={by}", *options)
        except SystemExit as exit:
            code = exit.code
        except CommandError as error:
            code = error.returncode
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in options else out

    return run


LIST = staff_list(row(1, "Bea Boss"), row(2, "Asha Khan", Supervisor="Bea Boss"))
NOTHING = {"rows": 2, "adds": 2, "changes": 0, "unchanged": 0, "leavers": 0, "problems": [], "saved": False}


def test_import_people_saves_and_the_same_file_twice_changes_nothing(run):
    assert run(LIST, "--json") == (0, NOTHING | {"saved": True})
    assert run(LIST, "--json", "--complete") == (0, NOTHING | {"adds": 0, "unchanged": 2, "saved": True})


def test_import_people_dry_run_saves_nothing(run):
    assert run(LIST, "--json", "--dry-run") == (0, NOTHING)
    assert Person.objects.count() == 1
    assert StaffImport.objects.get().rows == []


def test_import_people_leaves_out_the_rows_that_are_named(run, capsys):
    data = staff_list(row(1, "Bea Boss"), row(2, "Asha Khan"), {"Employee Number": "Total", "Grade": "2"})
    code, said = run(data, "--json")
    assert (code, said["saved"]) == (1, False)
    assert [sorted(problem) for problem in said["problems"]] == [["column", "message", "row"]]
    assert run(data, "--json", "--skip-rows", "4") == (0, NOTHING | {"rows": 3, "saved": True})
    assert "Row 4: Left out: “Total · 2”." in run(data, "--skip-rows=3-4")[1]


def test_import_people_refuses_rows_that_are_not_there(run):
    code, said = run(LIST, "--json", "--skip-rows", "3,9")
    assert (code, said["problems"][0]["message"]) == (2, "The list has no row 9 that could be left out.")
    assert StaffImport.objects.get().state == "dropped"
    for nonsense in ("3-2", "0", "x", "7,", "1-9999999"):
        assert run(LIST, "--skip-rows", nonsense)[0] == 1


def test_import_people_with_problems_saves_nothing_and_exits_1(run):
    data = staff_list(row(1, "Bea Boss"), row(2, "Asha Khan", Grade="Band 8", Supervisor="Zed"))
    code, said = run(data, "--json")
    assert code == 1
    assert not said["saved"]
    assert [(problem["row"], problem["column"]) for problem in said["problems"]] == [(3, "Grade")]
    assert Person.objects.count() == 1
    code, said = run(data)
    assert code == 1
    assert "Row 3, Grade: “Band 8” is not a pay band" in said
    assert "Row 3, Supervisor: “Zed”, the manager of Asha Khan, is neither on this list nor among your staff" in said
    assert "Nothing was saved." in said


def test_import_people_of_what_is_no_staff_list_exits_2(run, tmp_path):
    code, said = run(b"Shopping,Price\nMilk,1\n", "--json")
    assert (code, said["saved"]) == (2, False)
    assert "No column for a name was found" in said["problems"][0]["message"]
    assert run(tmp_path / "absent.csv")[0] == 2
    assert run(LIST, by="nobody@example.org")[0] == 2
    assert run(LIST, organisation="elsewhere")[0] == 2


def test_import_people_is_done_in_the_name_of_a_lead_of_the_organisation(run, now):
    make.administrator(now=now, email="admin@example.org")
    assert run(LIST, by="admin@example.org")[0] == 2
    lead = Person.objects.get(email="lead@example.org")
    run(LIST)
    assert list(AuditEvent.objects.filter(verb__startswith="staff-list").values_list("verb", "actor_id")) == [
        ("staff-list-read", lead.pk),
        ("staff-list-saved", lead.pk),
    ]


def test_import_people_takes_a_map(run, tmp_path):
    data = b"Wer,NHSmail,E-mail\nAsha Khan,asha@example.org,private@example.org\n"
    assert run(data)[0] == 2
    path = tmp_path / "map.toml"
    path.write_text('[columns]\nfull_name = "Wer"\nemail = "NHSmail"\n')
    assert run(data, f"--map={path}")[0] == 0
    assert Person.objects.filter(email="asha@example.org", family_name="Khan").exists()


def test_import_people_takes_the_example_and_it_is_enough_to_pair_every_trainee(run):
    code, said = run(EXAMPLE, "--json")
    assert (code, said["rows"], said["adds"], said["problems"], said["saved"]) == (0, 120, 120, [], True)
    assert run(EXAMPLE, "--json", "--complete")[1]["unchanged"] == 120
    coming = Employment.objects.filter(level="foundation", start_date="2027-07-26")
    band6 = Employment.objects.filter(band="6")
    volunteers = Person.objects.filter(employments__band="6", facts__kind="volunteers_to_mentor", facts__text="yes")
    trained = volunteers.filter(pk__in=Person.objects.filter(facts__kind="mentor_trained_on"))
    assert coming.count() == 24
    assert band6.count() == 33
    assert volunteers.count() >= coming.count() + 3  # three of them have a trainee already, in the demo
    assert 0 < trained.count() < volunteers.count()
    assert not coming.filter(person__email=None).exists()
    assert {job.site.name for job in coming} == {"Northbank General", "Riverside", "St Bride's"}
    assert Person.objects.exclude(email=None).exclude(email__endswith="@example.org").count() == 0
    assert max(Person.objects.get(pk=job.person_id).managed_by.count() for job in coming) == 2
