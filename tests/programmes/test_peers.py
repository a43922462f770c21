"""Pairs of peers: who may be one, finding each other with a first meeting, a lead who introduces two, and their end."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.refusal import Refused
from matching import steps
from matching.actions import runs
from programmes import mentoring_models
from programmes.actions import groups, introductions, overrides, rechecks, relationships
from programmes.actions.telling import Telling
from programmes.introductions import lines_of, listed, may_ask
from programmes.model_settings.effect import effect
from programmes.models import Introduction, Member, Programme, Relationship, RuleBreak
from programmes.needs import needs_of
from programmes.readiness import readiness_of
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db
APART = "Peers need a similar area or level of practice."


@pytest.fixture
def cohort(now):
    return builders.peers_cohort(now=now)


@pytest.fixture
def lead(cohort, now):
    return people_builders.lead(cohort.programme.organisation, "Dora Lead", now=now)


@pytest.fixture
def three(cohort, now):
    """Gia and Hui of one area, and Idris, who is far from Gia and next to Hui."""
    return (
        builders.peer(cohort, "Gia Vane", now=now),
        builders.peer(cohort, "Hui Lin", band="8a", level="", now=now),
        builders.peer(cohort, "Idris Moss", band="8c", level="", practice_area="hospital", now=now),
    )


def test_peers_are_found_on_one_side_and_no_rule_for_a_facilitator_is_asked_of_them(cohort, three, now):
    gia, hui, idris = three
    assert [one.person for one in listed(gia, now=now)] == [hui.person]
    assert {one.person for one in listed(hui, now=now)} == {gia.person, idris.person}
    assert not may_ask(builders.mentor(cohort, "Flo", now=now))
    with pytest.raises(Refused, match=APART):
        relationships.start(cohort=cohort, mentee=gia, mentor=idris, by=None, now=now)
    with pytest.raises(ValueError, match="two peers"):
        relationships.start(cohort=cohort, mentee=gia, mentor=builders.mentor(cohort, now=now), by=None, now=now)


def test_both_must_have_asked_to_take_part_whoever_is_named_first(cohort, three, now):
    gia, _, _ = three
    nat = builders.peer(cohort, "Nat Ode", now=now)
    nat.volunteered_at = None
    nat.save()
    for pair in ((gia, nat), (nat, gia)):
        with pytest.raises(Refused, match=r"^Nat has not asked to take part in this programme\.$"):
            relationships.start(cohort=cohort, mentee=pair[0], mentor=pair[1], by=None, now=now)


def test_two_peers_meet_first_and_with_two_yeses_are_a_pair_in_which_neither_is_the_mentor(cohort, three, now):
    gia, hui, _ = three
    asked = introductions.ask(one=hui, other=gia, by=hui.person, now=now)
    pair = asked.relationship
    assert (pair.shape, pair.state) == (Relationship.Shape.PEER_PAIR, Relationship.State.INTRODUCTION)
    assert {one.role for one in pair.members.all()} == {Member.Role.PEER}
    assert lines_of(gia)[0].state == f"chemistry until {(now + timedelta(days=14)):%-d %B}"
    assert not listed(gia, now=now)  # she is asked already, and one peer is what she has room for
    for one in (gia, hui):
        introductions.accept(relationship=pair, by=one.person, now=now)
    pair.refresh_from_db()
    assert pair.state == Relationship.State.LIVE
    assert [one.places_taken for one in cohort.enrolments.order_by("pk")[:2]] == [1, 1]
    nat = builders.peer(cohort, "Nat Ode", now=now)
    with pytest.raises(Refused, match=r"^Gia already has a peer\.$"):
        relationships.start(cohort=cohort, mentee=gia, mentor=nat, by=None, now=now)
    relationships.end(relationship=pair, by=gia.person, now=now)
    assert [one.places_taken for one in cohort.enrolments.order_by("pk")[:2]] == [0, 0]


def test_a_no_ends_it_without_blame_and_time_does_too(cohort, three, now):
    gia, hui, idris = three
    first = introductions.ask(one=gia, other=hui, by=gia.person, now=now)
    introductions.decline(relationship=first.relationship, by=hui.person, now=now)
    first.refresh_from_db()
    assert first.state == Introduction.State.ENDED
    second = introductions.ask(one=idris, other=hui, by=idris.person, now=now)
    assert introductions.expire_due(by=None, now=now + timedelta(days=15)) == 1
    second.refresh_from_db()
    assert second.state == Introduction.State.ENDED
    assert not any(one.places_taken for one in cohort.enrolments.all())


def test_peers_introduce_tells_a_lead_which_rule_is_in_the_way(cohort, three, lead, now, client):
    gia, hui, idris = three
    page = reverse("programmes:peers-introduce", args=[cohort.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(lead)
        shown = client.get(page).content.decode()
        assert ("Hui Lin" in shown, "Introduce them" in shown) == (True, True)
        refused = client.post(page, {"one": gia.pk, "other": idris.pk, "when": "now"}).content.decode()
        assert (APART in refused, "Choose somebody else" in refused, 'name="reason"' in refused) == (True, True, False)
        assert (
            "two different people"
            in client.post(page, {"one": gia.pk, "other": gia.pk, "when": "now"}).content.decode()
        )
        asked = {"one": hui.pk, "other": gia.pk, "when": "now"}
        first = client.post(page, asked)
        known = "We do not know who manages Gia, so we could not check whether Hui does."
        assert known in first.content.decode()
        assert "We do not know who manages Hui" in first.content.decode()
        assert not Introduction.objects.exists(), "Nobody is told before the lead has read it."
        asked["knows"] = first.context["form"]["knows"].value()
        other = client.post(page, asked | {"knows": f"{gia.pk}-{idris.pk}"}).content.decode()
        assert known in other, "What was read of two others says nothing of these."
        done = client.post(page, asked, follow=True).content.decode()
        assert "Gia Vane and Hui Lin are introduced." in done
        assert Introduction.objects.get().by_lead
        matched = reverse("programmes:relationship-detail", args=[Introduction.objects.get().relationship_id])
        listed = reverse("programmes:introduction-list", args=[cohort.pk])
        for place in (matched, listed):
            assert known in client.get(place).content.decode()
        client.force_login(gia.person)
        assert client.get(page).status_code == 404
        assert "We do not know who manages" not in client.get(matched).content.decode(), "Never to the two."


def test_a_lead_may_allow_two_of_one_line_and_the_nightly_look_keeps_to_it(cohort, lead, now, client):
    hui = builders.peer(cohort, "Hui Lin", now=now)
    gia = builders.peer(cohort, "Gia Vane", managers=[hui.person], now=now)
    page = reverse("programmes:peers-introduce", args=[cohort.pk])
    said = {"one": gia.pk, "other": hui.pk, "when": "myself"}
    with time_machine.travel(now, tick=False):
        client.force_login(lead)
        refused = client.post(page, said).content.decode()
        assert "Hui is Gia&#x27;s line manager, so the two cannot be peers." in refused
        assert "say why" in refused
        knows = f"{gia.pk}-{hui.pk}" if gia.pk < hui.pk else f"{hui.pk}-{gia.pk}"
        client.post(page, said | {"reason": "There are only two of them.", "knows": knows})
    pair = Relationship.objects.get()
    rechecks.check(cohort=cohort, by=None, now=now)
    assert not RuleBreak.objects.exists()
    people_builders.tie("declared", gia.person, hui.person, now=now)
    rechecks.check(cohort=cohort, by=None, now=now)
    assert RuleBreak.objects.get().relationship == pair


def test_what_a_setting_changes_for_peers_is_told_before_it_is_saved(cohort, three, now):
    _, hui, idris = three
    relationships.start(cohort=cohort, mentee=hui, mentor=idris, by=None, now=now)
    proposed = Programme.objects.get(pk=cohort.programme_id)
    proposed.settings = {"rule": {"similar-practice": {"parameters": {"levels": 0}}}}
    found = effect(cohort.programme, proposed, now=now)
    assert [one.sentence for one in found.breaking] == [APART]


def test_a_run_pairs_nobody_and_a_group_takes_no_place_of_a_pair(cohort, three, lead, now):
    flo = builders.mentor(cohort, "Flo Reed", band="8b", capacity=10, now=now)
    with pytest.raises(Refused, match="come together in groups"):
        runs.request(cohort=cohort, by=lead, now=now)
    ready = readiness_of([cohort])
    step = steps.next_steps([cohort], ready, now=now)[cohort.pk]
    assert (step.text, step.hint) == ("See who waits", "Peers find each other themselves. 3 waiting for one.")
    gia, hui, idris = three
    relationships.start(cohort=cohort, mentee=gia, mentor=hui, by=None, now=now)
    lou = builders.peer(cohort, "Lou Ash", now=now)
    group = groups.form(cohort=cohort, mentors=[flo], mentees=[gia, hui, idris, lou], by=None, now=now)
    assert {one.role for one in group.members.all()} == {Member.Role.MENTOR, Member.Role.MENTEE}
    assert sum(one.places_taken for one in cohort.enrolments.all()) == 2


def test_without_an_area_of_practice_peers_alone_cannot_be_paired():
    model = mentoring_models.get("peer-to-group")
    barring = {side: [need.kind for need in needs_of(model, side) if need.bars] for side in ("mentee", "mentor")}
    assert "practice_area" in barring["mentee"]
    assert "practice_area" not in barring["mentor"]


def test_an_override_among_peers_needs_the_two_in_the_order_in_which_they_are_judged(cohort, lead, now):
    hui = builders.peer(cohort, "Hui Lin", now=now)
    gia = builders.peer(cohort, "Gia Vane", managers=[hui.person], now=now)
    overrides.grant(mentee=hui, mentor=gia, rules=["peers-line-management"], reason="They chose it.", by=lead, now=now)
    pair = relationships.start(cohort=cohort, mentee=hui, mentor=gia, telling=Telling(), by=lead, now=now)
    assert pair.state == Relationship.State.INTRODUCTION


def test_a_peer_may_wish_for_somebody_like_themselves_or_different(cohort, three, now, client):
    """Line 528: at times somebody who looks like you, at other times somebody with another background."""
    _, hui, idris = three
    with time_machine.travel(now, tick=False):
        client.force_login(hui.person)
        page = reverse("programmes:directory-list", args=[cohort.pk])
        for wish, first in (("", "Gia Vane"), ("?wish=similar", "Gia Vane"), ("?wish=different", "Idris Moss")):
            people = client.get(page + wish).context["people"]
            assert people[0].person.name == first
            assert len(people) == 2
        assert "Both work in the same area of practice." in client.get(page).content.decode()
        cohort_of_mentors = builders.asking_cohort(now=now)
        asker = builders.asker(cohort_of_mentors, now=now)
        builders.listed(cohort_of_mentors, now=now)
        client.force_login(asker.person)
        shown = client.get(reverse("programmes:directory-list", args=[cohort_of_mentors.pk])).content.decode()
        assert "Whom you wish for" not in shown
    assert listed(hui, different=True, now=now)[0].enrolment == idris
