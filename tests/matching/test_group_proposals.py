"""Groups that the portal proposes: by team with the small ones first, by score, and with a mentor from outside."""

import pytest
import time_machine
from django.urls import reverse

from matching.engine import grouping as engine
from matching.grouping import propose
from people.actions import facts
from programmes.actions import groups
from programmes.models import Relationship
from sessions_log.part_time import days_of
from tests.builders import people, programmes, sessions_log

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust(now):
    return people.organisation(now=now)


def by_team(trust, now, *, places=24, **teams):
    """A cohort whose groups follow the teams, 3 to 8, with one mentor; how many wait of each team."""
    cohort = programmes.cohort(
        organisation=trust,
        now=now,
        shapes=["group"],
        group={"size": {"default": 8, "least": 3, "most": 8}},
        capacity={"mentor": {"default": 24, "least": 1, "most": 80}},
        matching={"arises": "joins-group", "objective": "small-teams-first"},
    )
    for name, many in teams.items():
        team = people.team(trust, name=name, now=now)
        for _ in range(many):
            programmes.mentee(cohort, team=team, now=now)
    programmes.mentor(cohort, "Kay Winter", capacity=places, now=now)
    return cohort


def shapes(proposed) -> list[tuple[str, int]]:
    return [(one.name, len(one.mentees)) for one in proposed.groups]


def test_small_teams_are_joined_and_come_first(trust, now):
    cohort = by_team(trust, now, surgery=6, medicine=5, renal=1, rheumatology=2)
    assert shapes(propose(cohort, now=now)) == [("renal and rheumatology", 3), ("medicine", 5), ("surgery", 6)]


def test_where_places_are_short_the_small_teams_have_them(trust, now):
    cohort = by_team(trust, now, places=8, surgery=6, renal=1, rheumatology=2)
    proposed = propose(cohort, now=now)
    assert shapes(proposed) == [("renal and rheumatology", 3)]
    assert len(proposed.left_out) == 6


def test_one_small_team_goes_with_the_smallest_that_has_room_and_large_ones_are_shared_out(trust, now):
    cohort = by_team(trust, now, places=40, surgery=11, medicine=4, renal=2)
    found = shapes(propose(cohort, now=now))
    assert sorted(found) == [("medicine and renal", 6), ("surgery, group 1", 6), ("surgery, group 2", 5)]
    assert found[0] == ("medicine and renal", 6)


def test_what_is_not_on_record_is_no_reason_and_the_page_says_what_points_mean(trust, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    cohort = by_team(trust, now, surgery=4)
    [group] = propose(cohort, now=now).groups
    assert (group.score > 0, group.reasons) == (True, []), "each counts as the middle"
    kay = cohort.enrolments.get(side="mentor").person
    facts.record(person=kay, kind="mentor_trained_on", value=now.date(), by=None, now=now)
    [group] = propose(cohort, now=now).groups
    assert group.reasons == ["Trained mentor first"]
    client.force_login(people.lead(trust, now=now))
    page = client.get(reverse("matching:group-propose", args=[cohort.pk])).content.decode()
    assert "gives each mentor and trainee pharmacist up to 100 points together" in page
    assert reverse("programmes:gap-list", args=[cohort.pk]) in page


def test_whoever_no_mentor_may_have_stays_out_with_the_reason(trust, now):
    cohort = by_team(trust, now, surgery=4)
    kay = cohort.enrolments.get(side="mentor").person
    mo = programmes.mentee(cohort, "Mo Abbas", team=trust.teams.get(), now=now)
    people.tie("ds", mo.person, kay, now=now)
    proposed = propose(cohort, now=now)
    assert shapes(proposed) == [("surgery", 4)]
    [(left, reason)] = proposed.left_out
    assert left == mo
    assert "Kay is Mo's designated supervisor" in reason


def test_groups_are_gathered_around_mentors_within_their_size(trust, now):
    cohort = sessions_log.group_cohort(organisation=trust, size=3, matching={"arises": "joins-group"}, now=now)
    for _ in range(5):
        programmes.mentee(cohort, now=now)
    for _ in range(2):
        programmes.mentor(cohort, capacity=3, now=now)
    proposed = propose(cohort, now=now)
    assert sorted(len(one.mentees) for one in proposed.groups) == [2, 3]
    assert not proposed.left_out


def test_one_of_two_mentors_comes_from_outside(trust, now):
    cohort = programmes.cohort(
        organisation=trust,
        now=now,
        shapes=["group"],
        group={"size": {"default": 5, "least": 2, "most": 8}, "mentors": 2, "one_mentor_from_outside": True},
        capacity={"mentor": {"default": 8, "most": 8}, "mentee": {"default": 2, "most": 2}},
        matching={"arises": "joins-group"},
    )
    for _ in range(4):
        programmes.mentee(cohort, now=now)
    for _ in range(2):
        programmes.mentor(cohort, now=now)
    assert not propose(cohort, now=now).groups
    di = programmes.mentor(cohort, "Di Marsh", organisation=people.organisation(now=now), now=now)
    [group] = propose(cohort, now=now).groups
    assert di in group.mentors
    assert len(group.mentors) == 2


def by_score(trust, now, *, mentors, mentees=6):
    """A cohort whose groups of two to four are gathered by score around so many of five mentors."""
    cohort = programmes.cohort(
        organisation=trust,
        now=now,
        shapes=["group"],
        group={"size": {"default": 4, "least": 2, "most": 4}, "mentors": mentors},
        capacity={"mentor": {"default": 4, "most": 8}, "mentee": {"default": 1, "most": 2}},
        matching={"arises": "joins-group"},
    )
    sites = [people.site(trust, now=now, name=f"Site {number}") for number in range(5)]
    for number in range(mentees):
        programmes.mentee(cohort, site=sites[number % 5], now=now)
    for number in range(5):
        programmes.mentor(cohort, site=sites[-number], capacity=4, now=now)
    return cohort


def test_group_propose_says_that_no_better_plan_exists(trust, now, client):
    cohort = by_score(trust, now, mentors=1)
    assert propose(cohort, now=now).proof.startswith("No better plan exists: nobody else can be placed")
    with time_machine.travel(now, tick=False):
        client.force_login(people.lead(trust, now=now))
        shown = client.get(reverse("matching:group-propose", args=[cohort.pk])).content.decode()
    assert "No better plan exists" in shown


@pytest.mark.parametrize(("mentees", "more"), [(4, ""), (6, "2 more people at most could be placed. ")])
def test_with_two_mentors_it_says_how_much_better_another_plan_could_be(mentees, more, trust, now, monkeypatch):
    """Each mentor is tried with one partner alone: the bound is of all, and what is said is the engine's own."""
    monkeypatch.setattr(engine, "PARTNERS", 1)
    plans, solve = [], engine.solve_groups
    monkeypatch.setattr("matching.grouping.solve_groups", lambda *what: plans.append(solve(*what)) or plans[-1])
    said = propose(by_score(trust, now, mentors=2, mentees=mentees), now=now).proof
    [plan] = plans
    assert not plan.optimal
    assert (plan.placed, plan.placeable) == (4, mentees)
    assert said.startswith(f"Not every two mentors were tried together. {more}With as many placed, scores at most ")
    assert said.endswith(" % better are possible; no plan better than that exists.")
    percent = float(said.partition("scores at most ")[2].partition(" %")[0])
    assert 0 <= percent - float(plan.bound / plan.total - 1) * 100 < 0.1001
    assert percent > 0


def test_group_propose_publishes_what_is_ticked_and_only_what_was_seen(trust, now, client):
    cohort = by_team(trust, now, surgery=6, medicine=5)
    lead = people.lead(trust, now=now)
    page = reverse("matching:group-propose", args=[cohort.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(lead)
        shown = client.get(page)
        assert "11 of 11 people who wait are in a group here." in shown.content.decode()
        medicine, surgery = (one.key for one, _ in shown.context["groups"])
        assert "Tick at least one group." in client.post(page, {"when": "now"}).content.decode()
        answer = client.post(page, {"group": [surgery], "when": "myself"})
        assert answer.status_code == 302
        formed = Relationship.objects.get(cohort=cohort)
        assert (formed.name, formed.by_mail) == ("surgery", False)
        left = formed.members.filter(role="mentee").first()
        groups.leave(member=left, by=None, now=now)  # and waits again: the plan is another
        answer = client.post(page, {"group": [medicine, surgery], "when": "now"})
        assert "Something has changed since you opened this page." in answer.content.decode()
        assert Relationship.objects.filter(cohort=cohort).count() == 1


def test_group_propose_takes_the_place_of_finding_pairs(trust, now, client):
    cohort = by_team(trust, now, surgery=6)
    one = cohort.enrolments.filter(side="mentee").first()
    with time_machine.travel(now, tick=False):
        client.force_login(people.lead(trust, now=now))
        shown = client.get(reverse("programmes:cohort-detail", args=[cohort.pk])).content.decode()
        assert "Propose groups" in shown
        assert "Find matches" not in shown
        asked = client.post(reverse("matching:run-start", args=[cohort.pk]), follow=True).content.decode()
        assert "People come together in groups here." in asked
        assert client.get(reverse("matching:mentor-choose", args=[one.pk])).status_code == 404
        waiting = client.get(reverse("programmes:waiting-list", args=[cohort.pk])).content.decode()
        assert f"{reverse('programmes:group-form', args=[cohort.pk])}?with={one.pk}" in waiting


@pytest.mark.parametrize(
    ("text", "days"),
    [("Monday, Tuesday, Wednesday", {0, 1, 2}), ("mon, thurs", {0, 3}), ("every day", set()), ("", set())],
)
def test_working_days_are_read_as_people_write_them(text, days):
    assert days_of(text) == days
