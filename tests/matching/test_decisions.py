"""What leads settle about pairs, and that every later run keeps it."""

from datetime import timedelta

import pytest

from audit.models import AuditEvent
from audit.refusal import Refused
from matching.actions import decisions, publications
from matching.gather import gather
from matching.models import MatchRun, PairDecision
from people.models import Tie
from programmes.actions import overrides
from programmes.models import Enrolment
from tests.builders import matching, people, programmes

Kind = PairDecision.Kind


def agree(world, mentee, mentor, now, by=None):
    return decisions.agree(mentee=mentee, mentor=mentor, by=by or world.lead, now=now)


def apart(world, mentee, mentor, now, **details):
    return decisions.keep_apart(mentee=mentee, mentor=mentor, by=world.lead, now=now, **details)


def partners(run):
    return {one.mentee.person.given_name: one.mentor.person.given_name for one in run.proposals.all()}


def test_agreed_pair_is_kept_by_every_later_run_until_it_is_lifted(world, now):
    assert partners(matching.finished(world.cohort, world.lead, now=now))["Femi"] == "Gwen"
    decision = agree(world, world.femi, world.ben, now)

    for _ in range(2):
        assert partners(matching.finished(world.cohort, world.lead, now=now))["Femi"] == "Ben"
    decisions.lift(decision=decision, by=world.lead, now=now)

    assert partners(matching.finished(world.cohort, world.lead, now=now + timedelta(1)))["Femi"] == "Gwen"


def test_pair_kept_apart_is_not_proposed_and_says_why_not(world, now):
    apart(world, world.femi, world.gwen, now, reason="They fell out.")

    run = matching.finished(world.cohort, world.lead, now=now)
    problem = gather(world.cohort, now=now)

    assert partners(run)["Femi"] != "Gwen"
    [refusal] = problem.refusals(str(world.femi.person_id), str(world.gwen.person_id))
    assert refusal.sentence == "A lead keeps Femi Ade and Gwen Hale apart: They fell out."


def test_pair_kept_apart_since_the_run_is_not_published(world, now):
    run = matching.finished(world.cohort, world.lead, now=now)
    apart(world, world.femi, world.gwen, now)

    with pytest.raises(
        Refused, match=r"Nothing was published. Femi Ade with Gwen Hale .* keeps Femi Ade and Gwen Hale"
    ):
        publications.publish(run=run, by=world.lead, now=now)


def test_decisions_count_as_they_stood_when_the_run_was_asked_for(world, now):
    before = gather(world.cohort, now=now).fingerprint()
    agree(world, world.femi, world.ben, now + timedelta(hours=1))

    assert gather(world.cohort, now=now).fingerprint() == before
    assert gather(world.cohort, now=now + timedelta(hours=2)).fingerprint() != before


def test_agree_twice_is_one_decision(world, now):
    assert agree(world, world.femi, world.ben, now) == agree(world, world.femi, world.ben, now)
    assert PairDecision.objects.count() == 1
    assert AuditEvent.objects.filter(verb="pair-agreed").count() == 1


def test_agree_of_what_a_rule_forbids_is_refused_with_its_sentence(world, now):
    people.tie(Tie.Kind.DS, world.femi.person, world.ben.person, now=now)

    with pytest.raises(Refused, match="Ben is Femi's designated supervisor"):
        agree(world, world.femi, world.ben, now)


def test_agree_of_what_a_lead_allowed_is_kept(world, now):
    managed = programmes.mentee(world.cohort, "Hana Ito", now=now, managers=[world.ben.person])
    with pytest.raises(Refused, match="manage"):
        agree(world, managed, world.ben, now)
    overrides.grant(
        mentee=managed, mentor=world.ben, rules=["line-management"], reason="Both wish it", by=world.lead, now=now
    )

    agree(world, managed, world.ben, now)

    assert partners(matching.finished(world.cohort, world.lead, now=now))["Hana"] == "Ben"


def test_override_of_a_rule_on_one_person_opens_that_pair_alone(world, now):
    seven = programmes.mentor(world.cohort, "Oli Penn", now=now, band="7")
    overrides.grant(mentee=world.asha, mentor=seven, rules=["mentor-band"], reason="Scarce", by=world.lead, now=now)

    problem = gather(world.cohort, now=now)

    with_seven = {one for one in problem.mentees if problem.points(one, str(seven.person_id)) is not None}
    assert with_seven == {str(world.asha.person_id)}


def test_agree_more_pairs_than_places_is_refused_at_once(world, now):
    agree(world, world.femi, world.ben, now)

    with pytest.raises(Refused, match="Ben Okoro has 1 free place and 1 agreed already"):
        agree(world, world.asha, world.ben, now)
    with pytest.raises(Refused, match="Femi Ade has 1 free place and 1 agreed already"):
        agree(world, world.femi, world.dev, now)


def test_agree_many_agrees_what_it_can_and_says_why_not_the_rest(world, now, django_assert_max_num_queries):
    apart(world, world.asha, world.dev, now)
    pairs = [(world.femi, world.gwen), (world.asha, world.dev), (world.cara, world.gwen)]

    made, refusals = decisions.agree_many(pairs=pairs, by=world.lead, now=now)

    assert [one.mentee for one in made] == [world.femi]
    assert refusals == [
        "Asha Rao and Dev Shah are kept apart. Lift that first.",
        "Gwen Hale has 1 free place and 1 agreed already.",
    ]


def test_agree_that_lost_its_place_stops_the_next_run_with_a_sentence(world, now):
    wide = programmes.mentor(world.cohort, "Oli Penn", now=now, capacity=2)
    agree(world, world.femi, wide, now)
    agree(world, world.asha, wide, now)
    Enrolment.objects.filter(pk=wide.pk).update(capacity=1)

    run = matching.finished(world.cohort, world.lead, now=now)

    assert run.state == MatchRun.State.FAILED
    assert run.fault.startswith("You agreed 2 mentees for Oli Penn, who has room for 1. Take one of these back")


def test_agree_that_came_to_break_a_rule_stops_the_next_run_with_a_sentence(world, now):
    agree(world, world.femi, world.gwen, now)
    people.tie(Tie.Kind.DS, world.femi.person, world.gwen.person, now=now)

    run = matching.finished(world.cohort, world.lead, now=now)

    assert run.state == MatchRun.State.FAILED
    assert "You agreed Femi Ade with Gwen Hale, but this cannot be any more: Gwen is Femi's designated" in run.fault


def test_agree_is_fulfilled_by_publication_and_troubles_no_later_run(world, now):
    agree(world, world.femi, world.gwen, now)
    matching.published(world.cohort, world.lead, now=now)
    programmes.mentee(world.cohort, now=now)
    programmes.mentor(world.cohort, now=now)

    assert matching.finished(world.cohort, world.lead, now=now).state == MatchRun.State.FINISHED


def test_keep_apart_lifts_what_was_agreed(world, now):
    agree(world, world.femi, world.gwen, now)
    apart(world, world.femi, world.gwen, now)

    assert [one.kind for one in PairDecision.objects.standing(at=now)] == [Kind.APART]
    with pytest.raises(Refused, match="kept apart already"):
        apart(world, world.femi, world.gwen, now)
    with pytest.raises(Refused, match="Lift that first"):
        agree(world, world.femi, world.gwen, now)


def test_lift_of_what_is_lifted_is_refused(world, now):
    decision = apart(world, world.femi, world.gwen, now)
    decisions.lift(decision=decision, by=world.lead, now=now)

    with pytest.raises(Refused, match="taken back already"):
        decisions.lift(decision=decision, by=world.lead, now=now)
    assert AuditEvent.objects.filter(verb="pair-decision-lifted").count() == 1


def test_decisions_are_for_leads_of_the_programme(world, now):
    stranger = people.lead(people.organisation(now=now), now=now)
    decision = apart(world, world.femi, world.gwen, now)

    with pytest.raises(Refused, match="Only a lead"):
        agree(world, world.asha, world.ben, now, by=stranger)
    with pytest.raises(Refused, match="Only a lead"):
        decisions.lift(decision=decision, by=stranger, now=now)
    assert not PairDecision.objects.visible_to(stranger, now=now).exists()
