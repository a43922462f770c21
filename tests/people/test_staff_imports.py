from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress

from audit.refusal import Refused
from people import tasks
from people.access import Role
from people.actions import staff_import_rows, staff_imports
from people.models import Employment, Fact, LineManagement, OneTimeLink, Person, Site, StaffImport, Team
from people.staff_list.diff import compare_import
from people.staff_list.read import Unreadable
from tests.builders import people as make
from tests.builders.staff_lists import row, staff_list
from tests.people import audited

pytestmark = pytest.mark.django_db


def counts(staff_import):
    return (staff_import.adds, staff_import.changes, staff_import.unchanged, staff_import.leavers)


def problems(staff_import, lead, now):
    return [(p.row, p.column, p.message) for p in compare_import(staff_import, by=lead, now=now).problems]


BOSS = row(1, "Bea Boss", Grade="8c", Location="North site")
ASHA = row(2, "Asha Khan", Position_Title="Pharmacist", Grade="XR06", Location="North site", Supervisor="Boss, Bea")


def test_upload_keeps_a_preview_and_writes_nobody(upload, trust, lead, now):
    since = audited.last()
    staff_import = upload(BOSS, ASHA)
    assert counts(staff_import) == (2, 0, 0, 0)
    assert staff_import.state == StaffImport.State.PREVIEW
    assert (staff_import.encoding, staff_import.row_count, staff_import.unused) == ("UTF-8", 2, [])
    assert list(Person.objects.all()) == [lead]
    assert not Site.objects.exists()
    assert audited.events(since=since) == [
        ("staff-list-read", lead.pk, "people.staffimport", None, ("organisation", trust.pk))
    ]


def test_save_writes_people_jobs_sites_managers_and_facts_and_is_recorded(upload, trust, lead, now):
    headings = [*BOSS, "Start Date", "Team", "Registration date", "Mentor volunteer", *ASHA]
    asha = {**ASHA, "Start Date": "26/07/2027", "Team": "Dispensary"}
    asha |= {"Registration date": "1/8/2023", "Mentor volunteer": "yes"}
    staff_import = upload(BOSS, asha, headings=list(dict.fromkeys(headings)))
    since = audited.last()

    staff_imports.save(staff_import=staff_import, by=lead, now=now)

    boss, person = Person.objects.get(given_name="Bea"), Person.objects.get(given_name="Asha")
    assert (person.name, person.email, person.has_signed_in) == ("Asha Khan", "asha.khan@example.org", False)
    job = person.employments.get()
    assert (job.organisation, job.site.name, job.team.name) == (trust, "North site", "Dispensary")
    assert (job.job_title, job.band, job.level, job.staff_number) == ("Pharmacist", "6", "early", "2")
    assert (job.start_date, boss.employments.get().start_date) == (date(2027, 7, 26), now.date())
    assert LineManagement.objects.values_list("report", "manager", "start_date").get() == (
        person.pk,
        boss.pk,
        now.date(),
    )
    assert dict(Fact.objects.values_list("kind", "text")) == {"registered_on": "", "volunteers_to_mentor": "yes"}
    assert Fact.objects.get(kind="registered_on").day == date(2023, 8, 1)
    assert Site.objects.count() == Team.objects.count() == 1
    staff_import.refresh_from_db()
    assert (staff_import.state, staff_import.rows, counts(staff_import)) == ("saved", [], (2, 0, 0, 0))
    assert audited.events(since=since) == [
        ("fact-recorded", lead.pk, "people.fact", person.pk, None),  # what they say of themselves
        ("staff-list-saved", lead.pk, "people.staffimport", None, ("organisation", trust.pk)),
    ]


def test_the_same_file_twice_changes_nothing(save, now):
    save(BOSS, ASHA)
    before = [list(model.objects.order_by("pk").values()) for model in (Person, Employment, LineManagement, Fact)]
    again = save(BOSS, ASHA, is_complete=True, now=now + timedelta(days=30))
    assert counts(again) == (0, 0, 2, 0)
    after = [list(model.objects.order_by("pk").values()) for model in (Person, Employment, LineManagement, Fact)]
    assert after == before


def test_save_is_all_or_nothing(upload, lead, now, monkeypatch):
    good = upload(BOSS, ASHA)
    monkeypatch.setattr(staff_import_rows.Saving, "_managers", None)  # the last step breaks
    with pytest.raises(TypeError):
        staff_imports.save(staff_import=good, by=lead, now=now)
    good.refresh_from_db()
    assert good.state == StaffImport.State.PREVIEW
    assert list(Person.objects.all()) == [lead]


def test_save_refuses_a_list_with_problems(upload, lead, now):
    staff_import = upload(BOSS, {**ASHA, "Grade": "Band 8"}, row(3, "Cy Fox"))
    assert [problem["row"] for problem in staff_import.problems] == [3]
    with pytest.raises(Refused, match="has problems"):
        staff_imports.save(staff_import=staff_import, by=lead, now=now)
    staff_import.refresh_from_db()
    assert staff_import.state == StaffImport.State.PREVIEW
    assert list(Person.objects.all()) == [lead]


def test_save_happens_once(upload, lead, now):
    staff_import = upload(BOSS)
    staff_imports.save(staff_import=staff_import, by=lead, now=now)
    with pytest.raises(Refused, match="saved or dropped already"):
        staff_imports.save(staff_import=staff_import, by=lead, now=now)


def test_save_refuses_what_was_not_shown(upload, lead, now):
    staff_import = upload(BOSS, ASHA)
    seen = compare_import(staff_import, by=lead, now=now).digest()
    staff_imports.save(staff_import=upload(ASHA | {"Supervisor": ""}), by=lead, now=now)
    with pytest.raises(Refused, match="Something has changed since this preview"):
        staff_imports.save(staff_import=staff_import, seen=seen, by=lead, now=now)


def test_changes_are_named_and_begin_a_new_period_of_the_job(save, upload, lead, now):
    save(BOSS, ASHA)
    later = now + timedelta(days=100)
    changed = {
        **ASHA,
        "Last Name": "Khan-Reid",
        "Grade": "Band 7",
        "Location": "south SITE",
        "E-mail": "ak@example.org",
    }
    staff_import = upload(BOSS, changed, now=later)
    (line,) = compare_import(staff_import, by=lead, now=later).changes
    assert [(d.label, d.before, d.after) for d in line.differences] == [
        ("Name", "Asha Khan", "Asha Khan-Reid"),
        ("E-mail", "asha.khan@example.org", "ak@example.org"),
        ("Band", "Band 6", "Band 7"),
        ("Site", "North site", "south SITE"),
    ]
    staff_imports.save(staff_import=staff_import, by=lead, now=later)
    person = Person.objects.get(email="ak@example.org")
    old, new = person.employments.order_by("start_date")
    assert (old.band, old.start_date, old.end_date, old.site.name) == ("6", now.date(), later.date(), "North site")
    assert (new.band, new.start_date, new.end_date, new.site.name) == ("7", later.date(), None, "south SITE")
    assert (new.job_title, new.staff_number) == ("Pharmacist", "2")
    assert counts(upload(BOSS, changed, now=later)) == (0, 0, 2, 0)


def test_a_correction_before_the_first_day_amends_the_job(save):
    headings = [*ASHA, "Start Date"]
    save({**ASHA, "Supervisor": "", "Start Date": "26/07/2027"}, headings=headings)
    save({**ASHA, "Supervisor": "", "Start Date": "02/08/2027", "Grade": "7"}, headings=headings)
    job = Employment.objects.get()
    assert (job.start_date, job.band) == (date(2027, 8, 2), "7")


def test_a_start_date_belongs_to_the_whole_of_somebodys_service(save, upload, now):
    headings = [*ASHA, "Start Date"]
    asha = {**ASHA, "Supervisor": "", "Start Date": "01/03/2027"}
    save(asha, headings=headings)
    save({**asha, "Grade": "7"}, headings=headings)
    assert counts(upload({**asha, "Grade": "7"}, headings=headings)) == (0, 0, 1, 0)
    save({**asha, "Grade": "7", "Start Date": "01/02/2027"}, headings=headings)
    assert list(Employment.objects.order_by("start_date").values_list("start_date", "end_date")) == [
        (date(2027, 2, 1), now.date()),
        (now.date(), None),
    ]


def test_an_empty_cell_changes_nothing(save, upload):
    save(BOSS, ASHA)
    assert counts(upload({"Employee Number": "2", "First Name": "Asha", "Last Name": "Khan"})) == (0, 0, 1, 0)


def test_managers_are_found_by_name_address_and_number_and_replaced(save):
    cy = row(3, "Cy Fox")
    save(BOSS, cy, {**ASHA, "Supervisor": "bea boss; CY.FOX@example.org"})
    asha = Person.objects.get(given_name="Asha")
    assert {line.manager.given_name for line in LineManagement.objects.filter(report=asha)} == {"Bea", "Cy"}
    save({**ASHA, "Supervisor": "3"})
    line = LineManagement.objects.not_over(on=date(2027, 4, 14)).get()
    assert (line.report, line.manager.given_name) == (asha, "Cy")


def test_a_manager_elsewhere_is_not_ended_by_this_list(save, now):
    save(BOSS, {**ASHA, "Supervisor": ""})
    asha = Person.objects.get(given_name="Asha")
    outside = make.person(now=now, organisation=make.organisation(now=now))
    make.employments.set_managers(person=asha, managers=[outside], by=None, now=now)
    save(BOSS, ASHA)
    lines = LineManagement.objects.not_over(on=now.date()).filter(report=asha)
    assert {line.manager.given_name for line in lines} == {"Bea", outside.given_name}


@pytest.mark.parametrize(
    ("supervisor", "sentence"),
    [
        ("Sam Same", "2 people are called Sam Same."),
        ("Asha Khan", "Nobody can be their own manager."),
        ("2", "Nobody can be their own manager."),
    ],
)
def test_a_manager_who_cannot_be_chosen_is_a_problem(save, upload, lead, now, supervisor, sentence):
    asha = {**ASHA, "Supervisor": supervisor}
    same = row(5, "Sam Same", **{"E-mail": "sam2@example.org"})
    found = problems(upload(asha, row(4, "Sam Same"), same, is_complete=True), lead, now)
    assert [(number, column) for number, column, _ in found] == [(2, "Supervisor")]
    assert sentence in found[0][2]


@pytest.mark.parametrize("supervisor", ["Zed Nobody", "Gil Gone", "99"])
def test_a_manager_whom_nobody_knows_is_a_warning_and_ends_nothing(save, upload, lead, now, supervisor):
    save(row(9, "Gil Gone"), BOSS, ASHA)
    staff_import = upload(BOSS, {**ASHA, "Supervisor": supervisor}, is_complete=True)
    diff = compare_import(staff_import, by=lead, now=now)
    assert (diff.problems, diff.changes) == ([], [])
    assert [(one.row, one.text) for one in diff.unfound] == [(3, supervisor)]
    staff_imports.save(staff_import=staff_import, by=lead, now=now)
    assert LineManagement.objects.not_over(on=now.date()).get().manager.given_name == "Bea"


def test_a_loop_of_managers_is_a_problem_also_through_people_not_on_the_list(save, upload, lead, now):
    save(BOSS, ASHA, row(3, "Cy Fox", Supervisor="Asha Khan"))
    found = problems(upload({**BOSS, "Supervisor": "Cy Fox"}), lead, now)
    assert found == [
        (
            2,
            "Supervisor",
            "Bea Boss is managed by Cy Fox, who is managed by Asha Khan, "
            "who is managed by Bea Boss. Correct one of them.",
        )
    ]


def test_leavers_are_only_those_missing_from_a_complete_list(save, upload, lead, now):
    save(BOSS, ASHA, row(3, "Cy Fox"))
    assert counts(upload(BOSS, {**ASHA, "Supervisor": ""})) == (0, 0, 2, 0)
    staff_import = upload(BOSS, ASHA, is_complete=True)
    assert counts(staff_import) == (0, 0, 2, 1)
    since = audited.last()
    staff_imports.save(staff_import=staff_import, by=lead, now=now)
    cy = Person.objects.get(given_name="Cy")
    assert not cy.is_active
    assert not Employment.objects.not_over(on=now.date()).filter(person=cy).exists()
    assert [(verb, about) for verb, _, _, about, _ in audited.events(since=since)] == [
        ("employment-ended", cy.pk),
        ("person-left", cy.pk),
        ("staff-list-saved", None),
    ]


def test_a_leaver_who_works_elsewhere_stays_active_there(save, now):
    save(BOSS, ASHA)
    boss, asha = Person.objects.get(given_name="Bea"), Person.objects.get(given_name="Asha")
    make.job(asha, make.organisation(now=now, code="chain"), now=now)
    save(BOSS, is_complete=True)
    asha.refresh_from_db()
    assert asha.is_active
    assert Employment.objects.not_over(on=now.date()).get(person=asha).organisation.code == "chain"
    assert not LineManagement.objects.not_over(on=now.date()).filter(report=asha, manager=boss).exists()


def test_whoever_sends_the_list_is_never_a_leaver_of_it(save, trust, lead, now):
    make.job(lead, trust, now=now)
    assert counts(save(BOSS, is_complete=True)) == (1, 0, 0, 0)
    lead.refresh_from_db()
    assert lead.is_active


def test_somebody_who_left_comes_back_as_the_same_person(save, now):
    save(BOSS, ASHA)
    asha = Person.objects.get(given_name="Asha")
    save(BOSS, is_complete=True)
    later = now + timedelta(days=60)  # known by her staff number
    married = {
        **ASHA,
        "Supervisor": "",
        "Last Name": "Khan-Reid",
        "E-mail": "akr@example.org",
    }
    assert counts(save(married, now=later)) == (1, 0, 0, 0)
    assert counts(save(married, now=later)) == (0, 0, 1, 0)
    asha.refresh_from_db()
    assert (asha.is_active, asha.name, asha.email) == (True, "Asha Khan-Reid", "akr@example.org")
    assert Person.objects.filter(given_name="Asha").count() == 1
    assert Employment.objects.live(on=later.date()).get(person=asha).start_date == later.date()


def test_somebody_known_elsewhere_is_not_taken_over_by_address(upload, lead, now):
    chain = make.organisation(now=now)
    stranger = make.person("Sue Stranger", now=now, organisation=chain, email="sue@example.org")
    staff_import = upload(row(7, "Any Body", **{"E-mail": "sue@example.org"}))
    assert "Somebody outside your staff already has this e-mail address." in problems(staff_import, lead, now)[0][2]
    assert "Stranger" not in str(problems(staff_import, lead, now))
    make.grant(lead, Role.PROGRAMME_LEAD, chain, now=now)  # who may see her already may give her a second job
    staff_imports.save(staff_import=staff_import, by=lead, now=now)
    stranger.refresh_from_db()
    assert (stranger.name, stranger.employments.count()) == ("Any Body", 2)


def test_an_account_in_use_keeps_its_address(save, upload, lead, now):
    save(BOSS)
    Person.objects.filter(given_name="Bea").update(last_login=now)
    staff_import = upload({**BOSS, "E-mail": "attacker@example.org", "Grade": "9"})
    (warning,) = compare_import(staff_import, by=lead, now=now).warnings
    assert (warning.row, warning.column) == (2, "E-mail")
    assert "which only they can change. It stays as it is." in warning.message
    staff_imports.save(staff_import=staff_import, by=lead, now=now)
    bea = Person.objects.get(given_name="Bea")
    assert (bea.email, bea.employments.get().band) == ("bea.boss@example.org", "9")


def test_a_changed_address_closes_the_links_on_their_way_to_the_old_one(save, now):
    save(BOSS)
    bea = Person.objects.get(given_name="Bea")
    link = make.people_actions.links.issue(
        purpose="invitation", person=bea, by=None, now=now, expires_at=now + timedelta(days=9)
    )
    save({**BOSS, "E-mail": "bea2@example.org"})
    assert OneTimeLink.objects.get(pk=link.pk).revoked_at == now


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"Employee_Number": "1", "E-mail": "asha.khan@example.org"}, "is that of Bea Boss, but the e-mail address is"),
        ({"Employee_Number": "1", "E-mail": "new@example.org"}, "This staff number belongs to Bea Boss."),
    ],
)
def test_a_staff_number_of_somebody_else_is_a_problem(save, upload, lead, now, cells, sentence):
    save(BOSS, ASHA)
    found = problems(upload(row(3, "Nora New", **cells)), lead, now)
    assert sentence in found[0][2]


def test_two_rows_for_one_person_are_a_problem(save, upload, lead, now):
    save(BOSS)
    one = {**BOSS, "E-mail": ""}
    two = {**BOSS, "Employee Number": ""}
    assert problems(upload(one, two), lead, now) == [
        (3, "Employee Number", "Rows 2 and 3 are the same person, Bea Boss. Keep one row a person.")
    ]


def test_the_number_of_somebody_who_left_may_be_given_out_again(save):
    save(BOSS, ASHA)
    save(BOSS, is_complete=True)
    assert counts(save(row(2, "Nora New"))) == (1, 0, 0, 0)
    assert Person.objects.get(given_name="Nora").employments.get().staff_number == "2"


def test_only_a_lead_of_the_organisation_imports_and_no_administrator(trust, now):
    others = [
        make.administrator(now=now),
        make.lead(make.organisation(now=now), now=now),
        make.site_lead(make.site(trust, now=now), now=now),
        make.person(now=now, organisation=trust),
    ]
    for by in others:
        with pytest.raises(Refused, match="Only a programme lead of Northbank can import its staff list"):
            staff_imports.upload(
                organisation=trust, file_name="x", data=staff_list(BOSS), is_complete=False, by=by, now=now
            )


def test_a_lead_sees_the_imports_of_their_organisation_alone(upload, trust, now):
    staff_import = upload(BOSS)
    for viewer, sees in [
        (make.lead(trust, now=now), [staff_import]),
        (make.lead(make.organisation(now=now), now=now), []),
        (make.administrator(now=now), []),
    ]:
        assert list(StaffImport.objects.visible_to(viewer, now=now)) == sees


def test_upload_of_no_staff_list_keeps_nothing(upload):
    with pytest.raises(Unreadable):
        upload(b"PK\x03\x04")
    assert not StaffImport.objects.exists()


def test_drop_forgets_the_rows_and_cannot_be_followed_by_saving(upload, trust, lead, now):
    staff_import = upload(BOSS, {**ASHA, "Grade": "?"})
    since = audited.last()
    staff_imports.drop(staff_import=staff_import, by=lead, now=now)
    staff_import.refresh_from_db()
    assert (staff_import.state, staff_import.rows, staff_import.problems) == ("dropped", [], [])
    with pytest.raises(Refused, match="saved or dropped already"):
        staff_imports.save(staff_import=staff_import, by=lead, now=now)
    assert audited.events(since=since) == [
        ("staff-list-dropped", lead.pk, "people.staffimport", None, ("organisation", trust.pk))
    ]


def test_drop_old_staff_imports_drops_what_waited_two_days_once(upload, save, now):
    old, saved = upload(BOSS), save(BOSS)
    young = upload(BOSS, now=now + timedelta(days=1))
    since = audited.last()
    for _ in range(2):
        tasks.drop_old_staff_imports(now=(now + timedelta(days=2)).isoformat())
    states = dict(StaffImport.objects.values_list("pk", "state"))
    assert states == {old.pk: "dropped", saved.pk: "saved", young.pk: "preview"}
    assert [event[:2] for event in audited.events(since=since)] == [("staff-list-dropped", None)]


def test_comparing_costs_the_same_for_one_row_and_for_many(upload, lead, now, django_assert_num_queries):
    one, many = upload(BOSS), upload(BOSS, ASHA, row(3, "Cy Fox"), row(4, "Di Ash"))
    for staff_import in (one, many):
        staff_import.refresh_from_db()
        with django_assert_num_queries(7):
            compare_import(staff_import, by=lead, now=now)


def test_save_gives_everyone_the_address_by_which_they_sign_in(save):
    save(BOSS, ASHA)
    save(BOSS, {**ASHA, "E-mail": "ak@example.org"})
    rows = EmailAddress.objects.order_by("email").values_list("email", "verified", "primary")
    assert ("ak@example.org", True, True) in rows
    assert ("bea.boss@example.org", True, True) in rows
    assert not EmailAddress.objects.filter(email="asha.khan@example.org").exists()
