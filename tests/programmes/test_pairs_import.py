"""Pairs that exist already, and those of earlier years, from a list."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.refusal import Refused
from notices.models import Notice
from people.staff_list.unreadable import Unreadable
from programmes import facts, mentoring_models
from programmes.actions import pairs_lists
from programmes.models import Enrolment, Member, Relationship, RuleOverride
from programmes.pairs_list.compare import compare
from programmes.pairs_list.read import read
from tests.builders import people as make
from tests.builders import programmes

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust(now):
    return make.organisation(now=now, name="Northbank")


@pytest.fixture
def lead(trust, now):
    return make.lead(trust, "Lena Lead", now=now)


@pytest.fixture
def cohort(trust, now):
    return programmes.cohort(organisation=trust, now=now, start_date=date(2027, 7, 26))


@pytest.fixture
def staff(trust, now):
    """Asha and Ana, trainees; Ben and Bea at band 6; Dev at band 7, whom a ``should`` advises against."""
    trainee = {"organisation": trust, "job_title": "Trainee pharmacist", "band": "5", "now": now}
    return {
        name.split()[0].lower(): make.person(name, **details)
        for name, details in (
            ("Asha Khan", trainee | {"staff_number": "4711"}),
            ("Ana Zoë", trainee | {"email": "ana@example.org"}),
            ("Ben Carter", {"organisation": trust, "band": "6", "now": now}),
            ("Bea Boss", {"organisation": trust, "band": "6", "now": now}),
            ("Dev Patel", {"organisation": trust, "band": "7", "now": now}),
        )
    }


def listed(text, cohort):
    return read(text.encode(), mentoring_models.of(cohort.programme).words)


def save(text, cohort, by, now, **answer):
    return pairs_lists.save(found=listed(text, cohort), cohort=cohort, by=by, now=now, **answer)


LIST = """Mentee,Mentor,Started,Ended
4711,"Carter, Ben",01/09/2026,
ana zoe,bea boss,01/09/2025,31/07/2026
"""


def test_a_list_of_pairs_starts_what_goes_on_and_keeps_what_is_over(staff, cohort, lead, now):
    outcome = save(LIST, cohort, lead, now)
    assert (len(outcome.present), len(outcome.past), outcome.unchanged) == (1, 1, 0)
    live, over = Relationship.objects.order_by("state").reverse()
    assert (live.state, over.state) == ("live", "ended")
    assert timezone.localdate(live.started_at) == date(2026, 9, 1)
    assert (timezone.localdate(over.started_at), timezone.localdate(over.ended_at)) == (
        date(2025, 9, 1),
        date(2026, 7, 31),
    )
    assert Relationship.objects.of(staff["asha"]).get() == live
    sides = Enrolment.objects.live().values_list("person", "side", "places_taken", "waiting_since")
    assert set(sides) == {(staff["asha"].pk, "mentee", 1, None), (staff["ben"].pk, "mentor", 1, None)}
    assert set(Enrolment.objects.filter(state="withdrawn").values_list("person", flat=True)) == {
        staff["ana"].pk,
        staff["bea"].pk,
    }
    assert not Member.objects.filter(relationship=over, left_at=None).exists()
    assert not Notice.objects.exclude(kind="invitation").exists()


def test_the_same_list_twice_changes_nothing(staff, cohort, lead, now):
    save(LIST, cohort, lead, now)
    before = [list(model.objects.order_by("pk").values()) for model in (Relationship, Member, Enrolment)]
    outcome = save(LIST, cohort, lead, now)
    assert (outcome.present, outcome.past, outcome.unchanged) == ([], [], 2)
    assert [list(model.objects.order_by("pk").values()) for model in (Relationship, Member, Enrolment)] == before


def test_a_past_pair_counts_as_experience_of_the_mentor(staff, cohort, lead, now):
    save(LIST, cohort, lead, now)
    assert facts._completed([staff["bea"].pk, staff["ben"].pk]) == {staff["bea"].pk: 1}


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("nobody@example.org,Ben Carter,,", "Mentee", "Nobody on your lists has the e-mail address"),
        ("Asha Khan,Carter,,", "Mentor", "“Carter” is nobody on your lists."),
        (",Ben Carter,,", "Mentee", "This row names no mentee."),
        ("Ben Carter,Ben Carter,,", "Mentor", "Mentee and mentor are the same person."),
        ("Asha Khan,Ben Carter,01/13/2026,", "Started", "the day comes first"),
        ("Asha Khan,Ben Carter,,01/01/2027", "Started", "needs the day on which it started"),
        ("Asha Khan,Ben Carter,01/06/2026,01/01/2026", "Ended", "The pair ended before it started."),
        ("Asha Khan,Ben Carter,01/06/2028,", "Started", "This day is still to come."),
        ("Asha Khan,Ben Carter,01/06/2026,01/06/2028", "Ended", "This day is still to come."),
    ],
)
def test_a_row_that_is_wrong_says_what_to_mend_and_nothing_is_saved(staff, cohort, lead, now, row, column, sentence):
    text = f"Mentee,Mentor,Started,Ended\nAna Zoe,Bea Boss,,\n{row}\n"
    found = compare(listed(text, cohort), cohort=cohort, by=lead, now=now)
    [problem] = found.problems
    assert (problem.row, problem.column) == (3, column)
    assert sentence in problem.message
    with pytest.raises(Refused, match="This list has problems"):
        save(text, cohort, lead, now)
    assert not Relationship.objects.exists()
    assert not Enrolment.objects.exists()


def test_a_pair_twice_and_places_beyond_the_model_are_problems(staff, cohort, lead, now):
    text = "Mentor,Mentee\nBen Carter,Asha Khan\nBen Carter,Asha Khan\nBea Boss,Asha Khan\n"
    told = [(one.row, one.message) for one in compare(listed(text, cohort), cohort=cohort, by=lead, now=now).problems]
    assert told[0] == (3, "Row 2 is the same pair. Keep one row a pair.")
    assert told[1][0] == 4
    assert told[1][1].startswith("Asha Khan would have 2 mentors. The most is 1")


def test_a_mentor_gets_as_many_places_as_the_pairs_need(staff, cohort, lead, now):
    save("Mentee,Mentor\nAsha Khan,Ben Carter\nAna Zoe,Ben Carter\n", cohort, lead, now)
    assert Enrolment.objects.get(person=staff["ben"]).capacity == 2


def test_a_must_refuses_and_a_should_asks_for_the_leads_word(staff, cohort, lead, now):
    make.tie("ds", staff["ana"], staff["bea"], now=now)
    barred = compare(listed("Mentee,Mentor\nAna Zoe,Bea Boss\n", cohort), cohort=cohort, by=lead, now=now)
    assert "designated supervisor" in barred.problems[0].message
    text = "Mentee,Mentor\nAsha Khan,Dev Patel\n"
    assert [
        one.strength for one in compare(listed(text, cohort), cohort=cohort, by=lead, now=now).pairs[0].to_allow
    ] == ["should"]
    for answer in ({}, {"allowed": {2}}, {"reason": "They know each other."}):
        with pytest.raises(Refused, match="Tick every pair"):
            save(text, cohort, lead, now, **answer)
    assert not Enrolment.objects.exists()
    save(text, cohort, lead, now, allowed={2}, reason="They have met for a year.")
    assert Relationship.objects.live().count() == 1
    assert RuleOverride.objects.get().reason == "They have met for a year."


def test_another_cohort_of_the_programme_is_named_and_none_of_another(staff, cohort, lead, now):
    last = programmes.programmes.open_cohort(
        programme=cohort.programme, name="2026 intake", start_date=date(2026, 7, 27), by=None, now=now
    )
    text = "Mentee,Mentor,Started,Ended,Cohort\nAna Zoe,Bea Boss,01/08/2026,01/04/2027,2026 INTAKE\n"
    save(text, cohort, lead, now)
    assert Relationship.objects.get().cohort == last
    wrong = compare(listed(text.replace("2026 INTAKE", "1999"), cohort), cohort=cohort, by=lead, now=now)
    assert "This programme has no cohort “1999”" in wrong.problems[0].message


def test_nobody_outside_the_leads_own_lists_is_found(staff, cohort, lead, now):
    make.person("Sue Stranger", now=now, email="sue@example.org", organisation=make.organisation(now=now), band="6")
    for who in ("Sue Stranger", "sue@example.org"):
        found = compare(listed(f"Mentee,Mentor\nAsha Khan,{who}\n", cohort), cohort=cohort, by=lead, now=now)
        assert len(found.problems) == 1


def test_somebody_else_cannot_save_a_list(staff, cohort, now):
    with pytest.raises(Refused, match="Only a lead of this programme"):
        save(LIST, cohort, staff["ben"], now)


def test_a_list_without_headings_is_refused_in_words(cohort):
    with pytest.raises(Unreadable, match="The first row needs headings"):
        listed("Asha Khan,Ben Carter\nAna Zoe,Bea Boss\n", cohort)


def test_rows_keep_their_numbers_when_the_list_is_sent_back(cohort):
    found = listed("Mentee\tMentor\tNote\n\n\nAsha\tBen\tx\n\nAna\tBea\ty\n", cohort)
    again = listed(found.text, cohort)
    assert [row.number for row in found.rows] == [row.number for row in again.rows] == [4, 6]
    assert [row.words for row in found.rows] == [row.words for row in again.rows]
    assert found.unused == ["Note"]


@pytest.fixture
def page(client, cohort, lead, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(lead)
    return reverse("programmes:pairs-import", args=[cohort.pk])


def test_pairs_import_previews_pasted_rows_and_saves_what_was_seen(client, page, staff, cohort):
    assert "Look at the list" in client.get(page).content.decode()
    shown = client.post(page, {"text": LIST})
    assert "Save these pairs" in shown.content.decode()
    assert not Relationship.objects.exists()
    outcome, found = shown.context["outcome"], shown.context["found"]
    answer = client.post(page, {"text": found.text, "seen": outcome.digest(), "answer": "save"})
    assert answer.url == reverse("programmes:cohort-detail", args=[cohort.pk])
    assert Relationship.objects.count() == 2


def test_pairs_import_shows_problems_and_keeps_what_was_typed(client, page, staff):
    shown = client.post(page, {"text": LIST.replace("4711", "nobody@example.org")}).content.decode()
    assert "Nobody on your lists" in shown
    assert "nobody@example.org" in shown.split("<textarea")[1]
    assert "Save these pairs" not in shown


def test_pairs_import_asks_for_the_leads_word_and_looks_again_where_something_moved_on(client, page, staff, now):
    text = "Mentee,Mentor\nAsha Khan,Dev Patel\n"
    shown = client.post(page, {"text": text})
    told = {"text": text, "seen": shown.context["outcome"].digest(), "answer": "save", "reason": "Both asked for it"}
    again = client.post(page, told).content.decode()
    assert "Tick every pair that a rule advises against" in again
    assert "Both asked for it" in again
    moved = client.post(page, told | {"seen": "old", "allow": "2"}).content.decode()
    assert "Something has changed since you looked" in moved
    client.post(page, told | {"allow": "2"})
    assert Relationship.objects.live().count() == 1


@pytest.mark.parametrize("data", [{}, {"text": "   "}, {"text": "one column"}])
def test_pairs_import_asks_for_a_list(client, page, data):
    assert "There is a problem" in client.post(page, data).content.decode()
