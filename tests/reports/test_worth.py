"""What a programme was worth: counted, never named, small counts of people not told."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reports.worth import worth_of
from sessions_log.actions import sessions
from tests.builders import people, programmes

pytestmark = pytest.mark.django_db


def test_worth_counts_who_became_a_supervisor_after_they_had_mentored(now):
    cohort = programmes.cohort(now=now)
    for days in (10, 20, 30, 40, 50):
        programmes.mentor(cohort, now=now, first_ds_on=now.date() + timedelta(days=days))
    programmes.mentor(cohort, now=now, first_ds_on=now.date() - timedelta(days=10))  # they were one before
    programmes.mentor(cohort, now=now)
    found = worth_of(cohort.programme, now=now)
    assert (found.became_supervisors, found.joined, found.left) == ("5", "7", "none")
    assert worth_of(programmes.cohort(now=now).programme, now=now).joined == "none"


def test_worth_tells_no_small_count_of_people_but_every_hour(now):
    begun = now - timedelta(days=20)
    cohort = programmes.cohort(now=begun, start_date=begun.date())
    pair = programmes.pair(cohort, now=begun)
    by = pair.members.get(role="mentor").person
    for days, minutes in ((9, 60), (2, 30)):
        sessions.log_unplanned(
            relationship=pair, day=now.date() - timedelta(days=days), minutes=minutes, by=by, now=now
        )
    found = worth_of(cohort.programme, now=now)
    assert (found.joined, found.held_hours, found.mentor_hours) == ("fewer than 5", "1.5", "1.5")
    people.people_actions.leave(person=by, by=None, now=now)
    assert worth_of(cohort.programme, now=now).left == "fewer than 5"


def test_board_detail_shows_a_lead_what_any_programme_of_theirs_came_to(now, client, time_machine):
    time_machine.move_to(now, tick=False)
    cohort = programmes.cohort(now=now)
    lead = people.lead(cohort.programme.organisation, now=now)
    commissioner = people.commissioner(cohort.programme.organisation, now=now)
    address = reverse("reports:board-detail", args=[cohort.programme_id])
    client.force_login(lead)
    assert address in client.get(reverse("programmes:cohort-detail", args=[cohort.pk])).content.decode()
    page = client.get(address).content.decode()
    assert "Hours that mentors gave" in page
    assert "People who joined" in page
    client.force_login(commissioner)  # its model shows a board nothing
    assert "Hours that mentors gave" not in client.get(address).content.decode()


def test_worth_tells_no_count_below_what_the_programme_says(now):
    cohort = programmes.cohort(now=now, few=8)
    for _ in range(7):
        programmes.mentee(cohort, now=now)
    assert worth_of(cohort.programme, now=now).joined == "fewer than 8"
    programmes.mentee(cohort, now=now)
    assert worth_of(cohort.programme, now=now).joined == "8"


@pytest.mark.parametrize("few", [4, 21])
def test_the_smallest_count_is_never_below_five_nor_beyond_twenty(now, client, time_machine, few):
    time_machine.move_to(now, tick=False)
    cohort = programmes.cohort(now=now)
    client.force_login(people.lead(cohort.programme.organisation, now=now))
    address = reverse("programmes:setting-change", args=[cohort.programme_id, "few"])
    page = client.post(address, {"few": few, "reason": "We are few."}).content.decode()
    assert "It is from 5 to 20 people. Under 5 somebody could be recognised." in page
    assert client.post(address, {"few": 12, "reason": "We are few."}).status_code == 302


@pytest.mark.parametrize(("model_key", "shows"), [("reverse", True), ("pcn-group-external", False)])
def test_board_detail_has_agreed_actions_where_there_can_be_some(model_key, shows, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    cohort = programmes.cohort(model_key=model_key, now=now)
    client.force_login(people.commissioner(cohort.programme.organisation, now=now))
    page = client.get(reverse("reports:board-detail", args=[cohort.programme_id])).content.decode()
    assert "Sessions held" in page
    assert ("Agreed actions" in page) == shows


def test_board_detail_says_that_a_way_of_mentoring_shows_nothing_and_whom_to_ask(now, client, time_machine):
    time_machine.move_to(now, tick=False)
    cohort = programmes.cohort(model_key="trainee-band6", now=now)
    lead = people.lead(cohort.programme.organisation, "Lorna Fair", now=now)
    client.force_login(people.commissioner(cohort.programme.organisation, now=now))
    [item] = next(one for one in client.get(reverse("home")).context["sections"] if one.title == "What you fund").items
    assert item.hint == "This way of mentoring shows nothing to whoever funds it."
    page = client.get(item.url).content.decode()
    assert "shows nothing to whoever funds it: neither how often" in page
    assert f'<a href="mailto:{lead.email}">' in page
    assert "Sessions held" not in page


def test_a_confidential_programme_that_shows_nothing_is_not_there_for_whoever_funds_it(now, client, time_machine):
    time_machine.move_to(now, tick=False)
    cohort = programmes.cohort(model_key="trainee-band6", now=now, confidential_membership=True)
    client.force_login(people.commissioner(cohort.programme.organisation, now=now))
    assert [one.title for one in client.get(reverse("home")).context["sections"]] == ["Your role"]
    assert client.get(reverse("reports:board-detail", args=[cohort.programme_id])).status_code == 404


def test_board_detail_leads_to_the_map_of_open_slots_where_there_are_domains(now, client, time_machine):
    time_machine.move_to(now, tick=False)
    cohort = programmes.cohort(model_key="consultant-domains", now=now)
    client.force_login(people.commissioner(cohort.programme.organisation, now=now))
    [item] = next(one for one in client.get(reverse("home")).context["sections"] if one.title == "What you fund").items
    assert item.hint == "Which domains lack a mentor, in counts."
    page = client.get(item.url).content.decode()
    assert "which domains lack a mentor, and nothing else: neither how often" in page
    gap_map = reverse("programmes:gap-map", args=[cohort.pk])
    assert gap_map in page
    assert client.get(gap_map).status_code == 200
