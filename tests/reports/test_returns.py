"""The host's screen: who has met, who has returned, who is late, in the right month and to the right eyes."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from notices.models import Notice
from reports.returns import grid_of
from sessions_log.actions import chasing, plans, session_forms, sessions
from tests.builders import people, programmes
from tests.builders import session_forms as builder

MARCH, MAY = date(2027, 3, 1), date(2027, 5, 1)
CANARY = "canary-41-in-confidence"


@pytest.fixture
def now() -> datetime:
    return datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def host(db, now):
    """Three pairs of one cohort; the mentors of two employers."""
    cohort = builder.cohort(now=now, start_date=MARCH)
    organisation = cohort.programme.organisation
    names = ("Hana Lind", "Ian Moss", "Jan Nye")
    pairs = [
        programmes.pair(cohort, programmes.mentee(cohort, now=now), programmes.mentor(cohort, name, now=now), now=now)
        for name in names
    ]
    host = type("Host", (), {})()
    host.cohort, host.pairs, host.organisation = cohort, pairs, organisation
    host.officer = people.host_officer(organisation, now=now)
    host.lead = people.lead(organisation, now=now)
    return host


def held(pair, day, now):
    mentor = pair.members.get(role="mentor").person
    return sessions.log_unplanned(relationship=pair, day=day, by=mentor, now=now)


def words(grid, row=0):
    return [cell.word for cell in grid.rows[row].cells]


def url(name, host):
    return reverse(f"reports:{name}", args=[host.cohort.pk])


@pytest.fixture
def three(host, time_machine):
    """On 20 May: Hana met in March and returned, in April and is late; Ian is excused; Jan has not met at all."""
    hana, ian, _ = host.pairs
    march, april = datetime(2027, 3, 10, 9, tzinfo=UTC), datetime(2027, 4, 7, 9, tzinfo=UTC)
    held(hana, march.date(), march)
    form = hana.session_forms.get()
    answers = builder.ANSWERS | {"discussed": CANARY}
    session_forms.give_back(form=form, values=answers, by=form.owed_by, now=march)
    held(hana, april.date(), april)
    held(ian, april.date(), april)
    session_forms.excuse(form=ian.session_forms.get(), reason="On leave", by=host.lead, now=april)
    host.later = datetime(2027, 5, 20, 9, tzinfo=UTC)
    time_machine.move_to(host.later, tick=False)
    return host


def test_each_month_reads_as_it_stands(three):
    grid = grid_of(three.cohort, now=three.later)
    assert grid.months == [MARCH, date(2027, 4, 1), MAY]
    assert words(grid, 0) == ["Returned", "Late", "–"]
    assert words(grid, 1) == ["–", "Excused", "–"]
    assert words(grid, 2) == ["–", "–", "–"]
    assert len(grid.late) == 1


def test_a_date_that_passed_without_a_session_reads_not_met(host, now):
    host.cohort.programme.settings["cadence"] = {"kind": "monthly"}
    host.cohort.programme.save()
    pair = host.pairs[0]
    pair.refresh_from_db()
    plans.change(relationship=pair, first_on=date(2027, 3, 10), mode="video", by=host.lead, now=now)
    grid = grid_of(host.cohort, now=datetime(2027, 5, 5, tzinfo=UTC))
    assert words(grid) == ["Not met", "Not met", "To come"]


@pytest.mark.parametrize(
    ("counts", "months"), [("month-held", ["Moved to April", "Returned"]), ("month-due", ["Returned", "–"])]
)
def test_a_late_meeting_counts_in_the_month_that_the_programme_says(host, now, counts, months):
    """Due on 29 March, held on 2 April."""
    host.cohort.programme.settings |= {
        "cadence": {"kind": "fixed-series", "meetings": 1},
        "reminders": builder.CHASE | {"late_meeting_counts_in": counts},
    }
    host.cohort.programme.save()
    pair = host.pairs[0]
    pair.refresh_from_db()
    plans.change(relationship=pair, first_on=date(2027, 3, 30), mode="video", by=host.lead, now=now)
    april = datetime(2027, 4, 2, 12, tzinfo=UTC)
    held(pair, april.date(), april)
    form = pair.session_forms.get()
    session_forms.give_back(form=form, values=builder.ANSWERS, by=form.owed_by, now=april)
    assert words(grid_of(host.cohort, now=april)) == months


def test_return_grid_shows_the_officer_what_is_for_the_host_and_no_word_of_it(client, three):
    client.force_login(three.officer)
    page = client.get(url("return-grid", three)).content.decode()
    assert "Hana Lind" in page
    assert CANARY not in page
    returned = three.pairs[0].session_forms.get(state="returned")
    assert reverse("sessions_log:form-detail", args=[returned.pk]) in page
    assert CANARY in client.get(reverse("sessions_log:form-detail", args=[returned.pk])).content.decode()
    assert "Remind the 1 that is late" in page


def test_return_grid_is_not_there_for_another_host_or_a_mentor(client, three, now):
    stranger = people.host_officer(people.organisation(now=now), now=now)
    mentor = three.pairs[0].members.get(role="mentor").person
    for person in (stranger, mentor):
        client.force_login(person)
        for name in ("return-grid", "return-export"):
            assert client.get(url(name, three)).status_code == 404
        assert client.post(url("return-remind", three)).status_code == 404


def test_return_grid_narrows_and_sums_by_employer(client, three):
    client.force_login(three.officer)
    late = client.get(url("return-grid", three) + "?late=1").content.decode()
    assert "Hana Lind" in late
    assert "Ian Moss" not in late.split("<tbody")[1]
    page = client.get(url("return-grid", three) + "?by=employer").content.decode()
    assert "0 of 2, 1 late" in page
    nobody = client.get(url("return-grid", three) + "?site=Nowhere").content.decode()
    assert "Nobody fits what you chose" in nobody


def test_return_grid_asks_as_much_for_three_pairs_as_for_one(client, three, django_assert_num_queries):
    client.force_login(three.officer)
    one = builder.cohort(now=three.later, organisation=three.organisation)
    builder.returned(programmes.pair(one, now=three.later), now=three.later)
    for narrowed, of_one, of_three in (("", 11, 12), ("?late=1", 11, 12), ("?by=employer", 11, 11)):
        for cohort, queries in ((one, of_one), (three.cohort, of_three)):  # ``one`` shows nothing that can be read
            with django_assert_num_queries(queries):
                client.get(reverse("reports:return-grid", args=[cohort.pk]) + narrowed)


def test_return_remind_writes_to_the_late_alone_and_once_a_day(client, three):
    Notice.objects.all().delete()
    client.force_login(three.officer)
    for _ in range(2):
        answer = client.post(url("return-remind", three), follow=True).content.decode()
    assert "1 reminder will be sent" in answer
    notice = Notice.objects.get(kind="form-chase")
    assert notice.recipient.given_name == "Hana"


def test_return_remind_leaves_in_peace_whom_somebody_rang(client, three):
    Notice.objects.all().delete()
    hana = three.pairs[0].members.get(role="mentor").person
    chasing.note_ring(
        programme=three.cohort.programme,
        person=hana,
        text="Rang, on leave till June",
        silent_until=date(2027, 6, 1),
        by=three.officer,
        now=three.later,
    )
    client.force_login(three.officer)
    assert "Nobody is reminded" in client.post(url("return-remind", three), follow=True).content.decode()
    assert not Notice.objects.filter(kind="form-chase").exists()


def test_return_export_gives_the_same_as_csv_and_as_a_workbook(client, three):
    mentor = three.pairs[2].members.get(role="mentor").person
    mentor.given_name = "=HYPERLINK(1)"
    mentor.save()
    client.force_login(three.officer)
    text = list(csv.reader(client.get(url("return-export", three)).content.decode("utf-8-sig").splitlines()))
    assert text[0] == ["Mentor", "Employer", "Site", "With", "March 2027", "April 2027", "May 2027", "Late"]
    assert any(line[0] == "Hana Lind" and line[-4:] == ["Returned", "Late", "", "1"] for line in text)
    assert any(line[0].startswith("'=HYPERLINK(1)") for line in text)
    book = load_workbook(io.BytesIO(client.get(url("return-export", three) + "?as=xlsx").content))
    rows = list(book.active.values)
    assert rows[0][0] == "Mentor"
    assert ["Returned", "Late", None, 1] in [list(row[4:]) for row in rows]
    assert all(cell.data_type != "f" for row in book.active for cell in row)


def test_return_list_and_home_say_how_many_are_late(client, three):
    client.force_login(three.officer)
    page = client.get(reverse("reports:return-list")).content.decode()
    assert three.cohort.programme.name in page
    assert "1 return late." in client.get(reverse("home")).content.decode()
    client.force_login(three.pairs[0].members.get(role="mentor").person)
    assert three.cohort.programme.name not in client.get(reverse("reports:return-list")).content.decode()


def test_what_is_not_due_yet_is_not_late(host, now):
    held(host.pairs[0], now.date(), now)
    grid = grid_of(host.cohort, now=now + timedelta(days=3))
    assert words(grid) == ["Due"]
    assert grid.late == []


@pytest.fixture
def to_ring(three):
    """Hana has been chased to the end."""
    form = three.pairs[0].session_forms.get(state="open")
    form.ring_on, form.chases, form.next_at = date(2027, 5, 10), 3, None
    form.save()
    return three


def ring_note(host):
    hana = host.pairs[0].members.get(role="mentor").person
    return reverse("reports:ring-note", args=[host.cohort.programme_id, hana.pk])


def test_ring_list_names_who_was_chased_to_the_end(client, to_ring):
    client.force_login(to_ring.officer)
    page = client.get(reverse("reports:ring-list")).content.decode()
    assert "Hana Lind" in page
    assert "Ian Moss" not in page
    client.force_login(to_ring.pairs[0].members.get(role="mentee").person)
    assert "Nobody to ring" in client.get(reverse("reports:ring-list")).content.decode()


def test_ring_note_on_leave_till_may_takes_somebody_off_the_list_till_then(client, to_ring, time_machine):
    client.force_login(to_ring.officer)
    assert "Say what came of it" in client.post(ring_note(to_ring), {"text": ""}).content.decode()
    client.post(ring_note(to_ring), {"text": "Rang, on leave till June", "silent_until": date(2027, 5, 31)})
    shown = client.get(reverse("reports:ring-list")).content.decode()
    assert "Nobody is to be rung today." in shown
    assert shown.index("Left in peace for now") < shown.index("31 May 2027") < shown.index("Rang, on leave till June")
    time_machine.move_to(datetime(2027, 6, 1, 9, tzinfo=UTC), tick=False)
    client.force_login(to_ring.officer)
    shown = client.get(reverse("reports:ring-list")).content.decode()
    assert "Rang, on leave till June" in shown
    assert "Left in peace" not in shown


def test_ring_note_is_not_there_for_whoever_follows_nothing_of_it(client, to_ring, now):
    stranger = people.host_officer(people.organisation(now=now), now=now)
    client.force_login(stranger)
    assert client.get(ring_note(to_ring)).status_code == 404
    assert client.post(ring_note(to_ring), {"text": "x"}).status_code == 404
