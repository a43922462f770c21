"""A draft and what happens meanwhile: which of its matches cannot be any more, and where a lead reads it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.refusal import Refused
from matching import tasks
from matching.actions import drafts, publications
from people.actions import employments, ties
from people.actions import people as leaving
from people.models import Tie
from programmes.actions import enrolments, overrides, relationships
from tests.builders import matching, people, programmes

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(world, now):
    return matching.finished(world.cohort, world.lead, now=now)


@pytest.fixture
def later(now):
    return now + timedelta(hours=1)


def fallen(run, later) -> dict[str, str]:
    """By the mentee's given name, what is said of matches that cannot be any more."""
    run.refresh_from_db()
    assert drafts.refresh(run=run, by=None, now=later)
    return dict(run.proposals.exclude(fallen="").values_list("mentee__person__given_name", "fallen"))


def test_drafts_as_they_were_found_stand(world, run, later, django_assert_num_queries):
    assert fallen(run, later) == {}
    run.refresh_from_db()
    with django_assert_num_queries(1):
        drafts.refresh(run=run, by=None, now=later)


def test_drafts_fall_where_somebody_leaves_or_withdraws(world, run, later):
    leaving.leave(person=world.gwen.person, by=world.lead, now=later)
    enrolments.withdraw(enrolment=world.asha, by=world.lead, now=later)
    assert fallen(run, later) == {"Femi": "Gwen has left.", "Asha": "Asha is not taking part any more."}


def test_drafts_fall_where_a_rule_comes_to_stand_against_them_and_rise_again(world, run, later):
    who = {"person": world.femi.person, "other": world.gwen.person}
    tie = ties.record(kind=Tie.Kind.DS, **who, by=world.lead, now=later)
    assert fallen(run, later) == {"Femi": "Gwen is Femi's designated supervisor, so cannot also be Femi's mentor."}
    ties.end(tie=tie, by=world.lead, now=later)
    assert fallen(run, later) == {}


def test_drafts_fall_where_a_line_of_managers_comes_between_unless_a_lead_allows_it(world, run, later):
    boss = people.person("Bea Boss", now=later, organisation=world.home)
    employments.set_managers(person=boss, managers=[world.gwen.person], by=world.lead, now=later)
    employments.set_managers(person=world.femi.person, managers=[boss], by=world.lead, now=later)
    said = fallen(run, later)
    assert said == {"Femi": "Gwen is in Femi's line management, so cannot be Femi's mentor."}
    overrides.grant(
        mentee=world.femi, mentor=world.gwen, rules=["line-management"], reason="Nobody else", by=world.lead, now=later
    )
    assert fallen(run, later) == {}


def test_drafts_fall_where_places_are_taken_meanwhile(world, run, later):
    [pair] = run.proposals.filter(mentee=world.asha)
    other = programmes.mentee(world.cohort, "Hana Ito", now=later)
    relationships.start(cohort=world.cohort, mentee=other, mentor=pair.mentor, by=world.lead, now=later)
    name = pair.mentor.person.given_name
    assert fallen(run, later) == {"Asha": f"{name} has no place left, for 1 of these matches."}
    relationships.start(cohort=world.cohort, mentee=world.femi, mentor=world.gwen, by=world.lead, now=later)
    assert fallen(run, later)["Femi"] == "Femi has been matched since."


def test_drafts_of_others_stay_as_they_are(world, run, now, later):
    elsewhere = programmes.cohort(now=now, organisation=world.home)
    mentee, mentor = (make(elsewhere, now=later) for make in (programmes.mentee, programmes.mentor))
    relationships.start(cohort=elsewhere, mentee=mentee, mentor=mentor, by=world.lead, now=later)
    assert fallen(run, later) == {}


def test_drafts_of_many_are_left_to_the_sweep_while_somebody_waits(world, run, later, monkeypatch):
    leaving.leave(person=world.gwen.person, by=world.lead, now=later)
    monkeypatch.setattr(drafts, "WHILE_SOMEBODY_WAITS", 0)
    assert not drafts.refresh(run=run, by=None, now=later, waits=True)
    assert not run.proposals.exclude(fallen="").exists()
    tasks.sweep_drafts(now=later.isoformat())
    assert run.proposals.exclude(fallen="").count() == 1


def test_run_detail_says_first_that_something_has_changed(client, clock_stands, world, run, now):
    client.force_login(world.lead)
    address = reverse("matching:run-detail", args=[run.pk])
    assert "cannot be any more" not in client.get(address).content.decode()
    leaving.leave(person=world.gwen.person, by=world.lead, now=now)
    page = client.get(address).content.decode()
    assert "Something has changed since" in page
    assert "1 of these matches cannot be any more" in page
    assert "Cannot be any more</strong>" in page
    assert "Go on to publish" not in page
    assert "<strong>Gwen has left.</strong> Choose another mentor, or find matches again." in page
    shown = client.get(address, {"show": "fallen"}).content.decode()
    assert ("Femi Ade" in shown, shown.count("data-row>")) == (True, 1)
    asked = client.get(reverse("matching:run-publish", args=[run.pk])).content.decode()
    assert "Something has changed since" in asked
    with pytest.raises(Refused, match="Femi Ade with Gwen Hale can no longer be matched"):
        publications.publish(run=run, by=world.lead, now=now)


def test_run_detail_by_hand_mends_a_match_that_fell(client, clock_stands, world, run, now):
    client.force_login(world.lead)
    spare = programmes.mentor(world.cohort, "Iris Moss", now=now)
    leaving.leave(person=world.gwen.person, by=world.lead, now=now)
    client.get(reverse("matching:run-detail", args=[run.pk]))
    client.post(
        reverse("matching:proposal-move", args=[run.pk, world.femi.pk]),
        {"mentor": spare.pk, "instead_of": world.gwen.pk},
    )
    page = client.get(reverse("matching:run-detail", args=[run.pk])).content.decode()
    assert "Something has changed since" not in page
    assert run.proposals.get(mentee=world.femi).mentor == spare
