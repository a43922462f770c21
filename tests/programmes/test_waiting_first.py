"""A lead puts somebody first on the waiting list: why, in the list, in runs and in groups, until it is over."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from matching.grouping import propose
from programmes.actions import enrolments, merging, relationships, waiting
from programmes.following import in_turn
from programmes.models import Enrolment
from tests.builders import matching, people, programmes

pytestmark = pytest.mark.django_db


@pytest.fixture
def short(now):
    """A cohort with one place, for which Ama has waited a month and Bo a day."""
    cohort = programmes.cohort(now=now)
    programmes.mentor(cohort, "Kay Winter", now=now)
    ama = programmes.mentee(cohort, "Ama Osei", now=now - timedelta(days=30))
    bo = programmes.mentee(cohort, "Bo Lind", now=now - timedelta(days=1))
    lead = people.lead(cohort.programme.organisation, name="Lena Lead", now=now)
    return cohort, ama, bo, lead


def order(cohort, now) -> list[str]:
    return [one.person.given_name for one in in_turn(cohort, now=now)[0]]


def test_put_first_stands_before_a_longer_wait_and_has_the_place_of_a_run(short, now):
    cohort, _ama, bo, lead = short
    assert order(cohort, now) == ["Ama", "Bo"]
    bo = waiting.put_first(enrolment=bo, reason="  Starts nights  on Monday. ", by=lead, now=now)
    assert (bo.put_first_by, bo.put_first_why) == (lead, "Starts nights on Monday.")
    assert order(cohort, now) == ["Bo", "Ama"]
    run = matching.finished(cohort, lead, now=now)
    assert run.proposals.get().mentee == bo
    assert run.left_out.get().reasons[1].startswith("A lead put Bo Lind first: with Kay Winter for Ama, ")
    event = AuditEvent.objects.get(verb="put-first")
    assert (event.actor_id, event.about_person_id) == (lead.pk, bo.person_id)


def test_taken_back_everything_is_as_it_was(short, now):
    cohort, ama, bo, lead = short
    waiting.put_first(enrolment=bo, reason="Nights.", by=lead, now=now)
    bo = waiting.take_back(enrolment=bo, by=lead, now=now)
    assert (bo.put_first_at, bo.put_first_by, bo.put_first_why) == (None, None, "")
    assert order(cohort, now) == ["Ama", "Bo"]
    assert matching.finished(cohort, lead, now=now).proposals.get().mentee == ama
    assert AuditEvent.objects.filter(verb="put-first-lifted").count() == 1
    with pytest.raises(Refused, match="taken back already"):
        waiting.take_back(enrolment=bo, by=lead, now=now)


def test_put_first_is_refused_without_a_reason_twice_and_for_whoever_is_no_lead(short, now):
    _cohort, ama, bo, lead = short
    for reason, by, sentence in (
        ("  ", lead, "Say why"),
        ("x" * 301, lead, "can have 300 characters. It has 301"),
        ("Nights.", ama.person, "Only a lead of this programme"),
    ):
        with pytest.raises(Refused, match=sentence):
            waiting.put_first(enrolment=bo, reason=reason, by=by, now=now)
    waiting.put_first(enrolment=bo, reason="Nights.", by=lead, now=now)
    with pytest.raises(Refused, match="Bo comes first already"):
        waiting.put_first(enrolment=bo, reason="Nights again.", by=lead, now=now)


def test_it_is_over_with_a_match_and_for_whoever_withdraws(short, now):
    cohort, ama, bo, lead = short
    for one in (ama, bo):
        waiting.put_first(enrolment=one, reason="Nights.", by=lead, now=now)
    mentor = cohort.enrolments.get(side="mentor")
    relationships.start(cohort=cohort, mentee=bo, mentor=mentor, by=lead, now=now)
    enrolments.withdraw(enrolment=ama, by=lead, now=now)
    assert not Enrolment.objects.exclude(put_first_at=None, put_first_by=None, put_first_why="").exists()
    with pytest.raises(Refused, match="Bo does not wait any more"):
        waiting.put_first(enrolment=bo, reason="Nights.", by=lead, now=now)


def test_two_records_of_one_person_made_one_keep_who_comes_first(short, now):
    _cohort, ama, bo, lead = short
    waiting.put_first(enrolment=bo, reason="Nights.", by=lead, now=now)
    merging.merge(kept=ama.person, gone=bo.person, by=lead, now=now)
    for one in (ama, bo):
        one.refresh_from_db()
    assert (ama.put_first_by, ama.put_first_why) == (lead, "Nights.")
    assert (bo.put_first_at, bo.put_first_by, bo.put_first_why) == (None, None, "")


def grouped(now, most=3, **settings):
    """A cohort in groups of two, or up to three, which a lead leads."""
    cohort = programmes.cohort(
        now=now,
        shapes=["group"],
        group={"size": {"default": most, "least": 2, "most": most}},
        matching={"arises": "joins-group", **settings},
        capacity={"mentor": {"default": 2, "least": 1, "most": 24}},
    )
    return cohort, people.lead(cohort.programme.organisation, now=now)


@pytest.mark.parametrize("most", [2, 3])  # the group has too few places, or its mentor
@pytest.mark.parametrize("number", [0, 1, 2])
def test_whoever_is_first_is_in_the_group_that_has_too_few_places(now, number, most):
    cohort, lead = grouped(now, most)
    programmes.mentor(cohort, "Kay Winter", capacity=2, now=now)
    mentees = [programmes.mentee(cohort, now=now) for _ in range(3)]
    waiting.put_first(enrolment=mentees[number], reason="Nights.", by=lead, now=now)
    [group] = propose(cohort, now=now).groups
    assert mentees[number] in group.mentees


def test_small_teams_come_first_after_whom_a_lead_put_first_and_the_page_says_so(now, client):
    cohort, lead = grouped(now, objective="small-teams-first")
    surgery, renal = (people.team(cohort.programme.organisation, name=name, now=now) for name in ("Surgery", "Renal"))
    for name in ("Ama Osei", "Bo Lind", "Cy Moss"):
        programmes.mentee(cohort, name, team=surgery, now=now - timedelta(days=20))
    programmes.mentee(cohort, "Dee Noone", now=now - timedelta(days=30))  # no team on record: no small team
    programmes.mentee(cohort, "Eve Rand", team=renal, now=now - timedelta(days=1))
    waiting.put_first(enrolment=cohort.enrolments.get(person__given_name="Cy"), reason="Nights.", by=lead, now=now)
    assert order(cohort, now) == ["Cy", "Eve", "Dee", "Bo", "Ama"]
    with time_machine.travel(now, tick=False):
        client.force_login(lead)
        shown = client.get(reverse("programmes:waiting-list", args=[cohort.pk])).content.decode()
    assert "Small teams come first: 1 person waits in Renal." in shown
    assert "people wait in Surgery" not in shown


def test_waiting_first_asks_why_puts_first_and_takes_back(short, now, client):
    cohort, _ama, bo, lead = short
    page = reverse("programmes:waiting-first", args=[bo.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(lead)
        assert page in client.get(reverse("programmes:waiting-list", args=[cohort.pk])).content.decode()
        assert "Say why. The other leads read it." in client.post(page, {"reason": " "}).content.decode()
        shown = client.post(page, {"reason": "Starts nights."}, follow=True).content.decode()
        assert "Bo Lind comes first from now" in shown
        assert "Lena Lead: Starts nights." in shown
        assert "Take it back" in client.get(page).content.decode()
        shown = client.post(page, {"take_back": "1"}, follow=True).content.decode()
        assert "Bo Lind waits like everybody else again." in shown
        client.force_login(bo.person)
        assert client.get(page).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_small_teams_ask_a_fixed_number_of_questions(now, rows, django_assert_num_queries):
    cohort, _ = grouped(now, objective="small-teams-first")
    for number in range(rows):
        team = people.team(cohort.programme.organisation, name=f"Team {number}", now=now)
        programmes.mentee(cohort, team=team, now=now)
    with django_assert_num_queries(3):
        in_turn(cohort, now=now)
