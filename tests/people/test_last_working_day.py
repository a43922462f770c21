"""Somebody's last working day: read from a staff list or kept by hand, and what the sweep does once it is over."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.refusal import Refused
from people import tasks
from people.access import Access
from people.actions import employments, staff_import_undo, staff_imports
from people.actions import people as people_actions
from people.models import ColumnChoice, Employment, LineManagement, Person
from people.staff_list import undoing
from people.staff_list.check import NotUnderstood, cell
from people.staff_list.columns import guess
from people.staff_list.diff import compare_import
from tests.builders import people as make
from tests.builders import programmes
from tests.builders.staff_lists import row, staff_list
from tests.people import audited
from tests.people.test_person_pages import text
from tests.people.test_staff_imports import ASHA, BOSS, counts
from tests.people.test_staff_imports import problems as problems_of

pytestmark = pytest.mark.django_db

HEADING = "Termination Date"
HEADINGS = list(dict.fromkeys([*BOSS, *ASHA, HEADING, "Start Date"]))
AHEAD, BEHIND = "04/01/2028", "2027-04-02"


def leaves(person: dict, day: str, **more) -> dict:
    return {**person, HEADING: day, **more}


def called(name: str) -> Person:
    return Person.objects.get(given_name=name)


@pytest.mark.parametrize(
    "heading", ["Termination Date", "Latest Leaving Date", "END DATE", "Last working day", "Leaving date:"]
)
def test_the_column_is_guessed_from_its_heading(heading):
    assert guess(["Name", heading]) == {"full_name": 0, "last_working_day": 1}


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("4/1/2028", "2028-01-04"),
        ("2028-01-04", "2028-01-04"),
        ("04-Jan-2028", "2028-01-04"),
        ("n/a", ""),
        ("31-DEC-4712", ""),
        ("4712-12-31", ""),
        ("31/12/9999", ""),
    ],
)
def test_a_last_working_day_is_british_or_iso_and_the_end_of_all_days_is_none(said, means):
    assert cell("last_working_day", said) == means


def test_what_is_no_day_is_said(upload, lead, now):
    staff_import = upload(BOSS, leaves(ASHA, "soon"), headings=HEADINGS)
    [problem] = staff_import.problems
    assert (problem["column"], problem["row"]) == (HEADING, 3)
    with pytest.raises(NotUnderstood, match="the day comes first"):
        cell("last_working_day", "12/31/2027")


# --- A day to come --------------------------------------------------------------------------


def test_a_day_to_come_is_kept_and_ends_nothing(save, upload, lead, now):
    save(BOSS, ASHA)
    asked = upload(BOSS, leaves(ASHA, AHEAD), headings=HEADINGS)
    [line] = compare_import(asked, by=lead, now=now).leaving
    assert (line.name, line.last_day) == ("Asha Khan", date(2028, 1, 4))
    saved = save(BOSS, leaves(ASHA, AHEAD), headings=HEADINGS)
    assert counts(saved) == (0, 1, 1, 0)
    job = called("Asha").employments.get()
    assert (job.last_working_day, job.end_date) == (date(2028, 1, 4), None)
    again = save(BOSS, leaves(ASHA, AHEAD), headings=HEADINGS, is_complete=True)
    assert (again.changes, again.leavers) == (0, 0)


def test_somebody_new_may_leave_on_a_day_to_come(save, lead, now):
    save(BOSS, leaves(ASHA, AHEAD), headings=HEADINGS)
    assert called("Asha").employments.get().last_working_day == date(2028, 1, 4)


def test_an_empty_cell_changes_nothing_and_na_says_that_they_stay(save, now):
    save(BOSS, leaves(ASHA, AHEAD), headings=HEADINGS)
    assert save(BOSS, leaves(ASHA, ""), headings=HEADINGS).changes == 0
    assert save(BOSS, leaves(ASHA, "31-Dec-4712"), headings=HEADINGS).changes == 1
    assert called("Asha").employments.get().last_working_day is None


def test_a_new_band_keeps_the_day(save, lead, now):
    save(BOSS, leaves(ASHA, AHEAD), headings=HEADINGS)
    save(BOSS, leaves(ASHA, "", Grade="7"), headings=HEADINGS, now=now + timedelta(days=30))
    jobs = list(called("Asha").employments.order_by("start_date"))
    assert [(job.band, job.end_date is None, job.last_working_day) for job in jobs] == [
        ("6", False, date(2028, 1, 4)),
        ("7", True, date(2028, 1, 4)),
    ]
    job = employments.change(
        employment=jobs[1],
        **{name: getattr(jobs[1], name) for name in employments.DETAILS} | {"band": "8a"},
        since=(now + timedelta(days=40)).date(),
        by=lead,
        now=now + timedelta(days=40),
    )
    assert (job.band, job.last_working_day) == ("8a", date(2028, 1, 4))


def test_whoever_works_their_last_day_today_has_not_left_yet(save, upload, lead, now):
    save(BOSS, ASHA)
    diff = compare_import(upload(BOSS, leaves(ASHA, "14/04/2027"), headings=HEADINGS), by=lead, now=now)
    assert (len(diff.leavers), [line.name for line in diff.leaving]) == (0, ["Asha Khan"])


# --- A day that is over ---------------------------------------------------------------------


@pytest.mark.parametrize("is_complete", [False, True])
def test_whoever_has_had_their_last_day_is_a_leaver(save, upload, trust, lead, now, is_complete):
    since_2026 = {"Start Date": "1/9/2026"}
    save(BOSS, ASHA | since_2026, row(3, "Cy Fox", Supervisor="Asha Khan"), headings=HEADINGS)
    cohort = programmes.cohort(organisation=trust, now=now)
    enrolment = programmes.mentee(cohort, called("Asha"), now=now)
    rows = [BOSS, leaves(ASHA, BEHIND, Grade="7", **since_2026), row(3, "Cy Fox", Supervisor="Asha Khan")]
    asked = upload(*rows, headings=HEADINGS, is_complete=is_complete)
    diff = compare_import(asked, by=lead, now=now)
    assert [job.person.given_name for job in diff.leavers] == ["Asha"]
    assert [one.name for one in diff.unfound] == ["Cy Fox"], "Her manager has left."
    since = audited.last()
    saved = save(*rows, headings=HEADINGS, is_complete=is_complete)
    assert counts(saved) == (0, 0, 2, 1)
    asha = called("Asha")
    job = asha.employments.get()
    assert (asha.is_active, job.end_date, job.band) == (False, date(2027, 4, 3), "6")
    enrolment.refresh_from_db()
    assert enrolment.state == enrolment.State.WITHDRAWN
    assert ("person-left", lead.pk, "people.person", asha.pk, None) in audited.events(since=since)
    assert not LineManagement.objects.not_over(on=now.date()).filter(manager=asha).exists()


def test_a_list_names_many_leavers_without_being_doubted(save, upload, lead, now):
    everybody = [row(number, f"Nora N{number}") for number in range(1, 9)]
    save(*everybody)
    rows = [leaves(one, BEHIND) for one in everybody[:6]] + everybody[6:]
    asked = upload(*rows, headings=HEADINGS, is_complete=True)
    diff = compare_import(asked, by=lead, now=now)
    assert (len(diff.leavers), diff.many_would_leave) == (6, False)
    assert compare_import(upload(*everybody[6:], is_complete=True), by=lead, now=now).many_would_leave


def test_somebody_who_left_before_they_were_known_is_not_added_nor_brought_back(save, upload, lead, now):
    save(BOSS, ASHA)
    people_actions.leave(person=called("Asha"), by=lead, now=now)
    rows = [BOSS, leaves(ASHA, BEHIND), leaves(row(3, "Cy Fox"), BEHIND)]
    diff = compare_import(upload(*rows, headings=HEADINGS), by=lead, now=now)
    assert [line.name for line in diff.left_before] == ["Asha Khan", "Cy Fox"]
    assert diff.is_empty
    save(*rows, headings=HEADINGS)
    assert not called("Asha").is_active
    assert not Person.objects.filter(given_name="Cy").exists()


def test_the_end_of_an_earlier_job_makes_nobody_a_leaver(save, upload, lead, now):
    save(BOSS, ASHA)
    back = leaves(ASHA, BEHIND, **{"Start Date": "10/04/2027"})
    diff = compare_import(upload(BOSS, back, headings=HEADINGS), by=lead, now=now)
    assert not diff.leavers
    assert [one.message for one in diff.warnings] == [
        "The last working day of Asha Khan, 2 April 2027, is before the start date. It was passed over."
    ]


def test_nobody_makes_themselves_a_leaver_by_their_list(save, upload, trust, lead, now):
    make.job(lead, trust, now=now)
    own = {**row(9, "Lena Lead"), "E-mail": lead.email}
    asked = upload(BOSS, leaves(own, BEHIND), headings=HEADINGS, is_complete=True)
    diff = compare_import(asked, by=lead, now=now)
    assert not diff.leavers
    assert "you cannot mark yourself as having left" in diff.warnings[-1].message
    assert problems_of(asked, lead, now) == []


def test_whoever_works_elsewhere_too_leaves_here_alone(save, trust, lead, now):
    save(BOSS, ASHA)
    other = make.organisation(now=now, name="Elsewhere")
    make.job(called("Asha"), other, now=now)
    save(BOSS, leaves(ASHA, BEHIND), headings=HEADINGS)
    asha = called("Asha")
    assert asha.is_active
    assert [job.organisation for job in Employment.objects.not_over(on=now.date()).filter(person=asha)] == [other]


def test_the_preview_says_in_words_who_leaves_when(signed_in, upload, save, lead, now):
    save(BOSS, ASHA, row(3, "Cy Fox"))
    rows = [leaves(BOSS, AHEAD), leaves(ASHA, BEHIND), row(3, "Cy Fox"), leaves(row(4, "Di Ash"), BEHIND)]
    asked = upload(*rows, headings=HEADINGS)
    page = text(signed_in(lead).get(reverse("people:import-preview", args=[asked.pk])))
    assert "Bea Boss’s last working day is 4 January 2028." in page
    assert "Have left (1): their last working day is over" in page
    assert "2 April 2027" in page
    assert "so nobody leaves but those whose last working day is over." in page
    assert "Not added: had left already (1)" in page
    assert "Di Ash (2 April 2027)" in page
    assert "Save, and mark 1 person as having left" in page


def test_the_column_is_remembered(save, signed_in, lead, trust, now):
    headings = [*HEADINGS, "Gone by"]
    data = staff_list(BOSS, {**ASHA, "Gone by": AHEAD}, headings=list(dict.fromkeys(headings)))
    took = {"organisation": trust, "file_name": "a.csv", "data": data, "is_complete": False, "by": lead, "now": now}
    first = staff_imports.receive(**took)
    chosen = {"staff_number": "Employee Number", "full_name": "First Name", "last_working_day": "Gone by"}
    staff_imports.choose_columns(staff_import=first, chosen=chosen, by=lead, now=now)
    assert ColumnChoice.objects.get().columns["last_working_day"] == "Gone by"
    assert staff_imports.receive(**took).told["columns"]["last_working_day"] == "Gone by"


# --- Undoing --------------------------------------------------------------------------------


def test_undo_puts_back_who_left_and_who_was_to_leave(save, lead, now):
    save(BOSS, ASHA)
    saved = save(leaves(BOSS, AHEAD), leaves(ASHA, BEHIND), headings=HEADINGS)
    staff_import_undo.undo(staff_import=saved, by=lead, now=now + timedelta(hours=1))
    assert called("Asha").is_active
    for job in Employment.objects.all():
        assert (job.last_working_day, job.end_date) == (None, None)


def test_undo_is_refused_once_the_day_has_come(save, lead, now):
    save(BOSS, ASHA)
    saved = save(BOSS, leaves(ASHA, "20/04/2027"), headings=HEADINGS)
    later = now + timedelta(days=7)
    assert undoing.outlook(saved, Access(None, now=now)).is_possible
    assert people_actions.leave_after_last_day(by=None, now=later) == 1
    with pytest.raises(Refused, match="Changed since the list was saved: Asha Khan"):
        staff_import_undo.undo(staff_import=saved, by=lead, now=later)


# --- The day after --------------------------------------------------------------------------


@pytest.fixture
def ben(trust, now):
    ben = make.person("Ben Cole", now=now, organisation=trust)
    employments.announce_end(employment=ben.employments.get(), last_working_day=date(2027, 4, 20), by=None, now=now)
    return ben


def at(day: int, now):
    return now.replace(day=day)


def test_the_sweep_makes_a_leaver_of_somebody_on_the_day_after_and_not_before(ben, now):
    tasks.leave_after_last_day(now=at(20, now).isoformat())
    ben.refresh_from_db()
    assert ben.is_active, "The last day is a working day."
    since = audited.last()
    tasks.leave_after_last_day(now=at(23, now).isoformat())
    tasks.leave_after_last_day(now=at(23, now).isoformat())
    ben.refresh_from_db()
    assert not ben.is_active
    assert ben.employments.get().end_date == date(2027, 4, 21), "It ended then, however late the sweep came."
    assert [verb for verb, *_ in audited.events(since=since)].count("person-left") == 1


def test_the_sweep_leaves_those_alone_who_work_elsewhere_too(ben, trust, now):
    other = make.organisation(now=now)
    make.job(ben, other, now=now)
    assert people_actions.leave_after_last_day(by=None, now=at(21, now)) == 1
    ben.refresh_from_db()
    assert ben.is_active
    assert Employment.objects.not_over(on=at(21, now).date()).get(person=ben).organisation == other
    assert people_actions.leave_after_last_day(by=None, now=at(22, now)) == 0


def test_two_jobs_that_end_on_one_day_end_in_one_sweep(ben, now):
    second = make.job(ben, make.organisation(now=now), now=now)
    employments.announce_end(employment=second, last_working_day=date(2027, 4, 20), by=None, now=now)
    people_actions.leave_after_last_day(by=None, now=at(21, now))
    ben.refresh_from_db()
    assert not ben.is_active


def test_whoever_is_marked_as_having_left_before_their_last_day_left_then(ben, now):
    people_actions.leave(person=ben, by=None, now=now)
    assert ben.employments.get().end_date == now.date()


# --- By hand --------------------------------------------------------------------------------


def day_of(day: date) -> dict:
    parts = {"day": day.day, "month": day.month, "year": day.year}
    return {"until": "until"} | {f"last_working_day-{part}": value for part, value in parts.items()}


def test_person_leave_keeps_a_day_to_come_and_takes_it_back(signed_in, trust, lead, now):
    ben = make.person("Ben Cole", now=now, organisation=trust)
    client, page = signed_in(lead), reverse("people:person-leave", args=[ben.pk])
    assert "Not yet?" in text(client.get(page))
    shown = text(client.post(page, day_of(date(2028, 1, 4)), follow=True))
    assert "Ben Cole’s last working day is 4 January 2028." in shown
    assert re.search(r"Last working day\W.{0,80}4 January 2028", shown)
    ben.refresh_from_db()
    assert ben.is_active
    assert 'value="2028"' in client.get(page).content.decode()
    assert "Ben Cole stays." in text(client.post(page, {"until": "until"}, follow=True))
    assert ben.employments.get().last_working_day is None


def test_person_leave_refuses_a_day_that_is_over_and_keeps_what_was_typed(signed_in, trust, lead, now):
    ben = make.person("Ben Cole", now=now, organisation=trust)
    page = reverse("people:person-leave", args=[ben.pk])
    answer = signed_in(lead).post(page, day_of(date(2027, 4, 2)))
    assert "2 April 2027 is over. Mark Ben Cole as having left instead." in text(answer)
    assert 'value="2027"' in answer.content.decode()
    ben.refresh_from_db()
    assert ben.is_active


def test_announcing_an_end_is_recorded_once_and_not_before_the_job_begins(trust, lead, now):
    ben = make.person("Ben Cole", now=now, organisation=trust, start_date=date(2027, 9, 1))
    told = {"employment": ben.employments.get(), "by": lead, "now": now}
    with pytest.raises(Refused, match="begins later, on 1 September 2027"):
        employments.announce_end(last_working_day=date(2027, 8, 1), **told)
    since = audited.last()
    for _ in range(2):
        employments.announce_end(last_working_day=date(2028, 8, 1), **told)
    assert [verb for verb, *_ in audited.events(since=since)] == ["employment-changed"]
