"""Changing a proposal by hand: judged as it is made, honest about what it costs, and nobody's place taken unsaid."""

import pytest

from audit.models import AuditEvent
from audit.refusal import Refused
from matching.actions import decisions, moves, publications
from matching.models import PairDecision, Proposal
from matching.queries import points, summary
from people.models import Tie
from programmes.models import RuleOverride
from tests.builders import matching, people, programmes


@pytest.fixture
def run(world, now):
    return matching.finished(world.cohort, world.lead, now=now)


def partners(run):
    rows = run.proposals.select_related("mentee__person", "mentor__person")
    return {one.mentee.person.given_name: one.mentor.person.given_name for one in rows}


def move(run, world, now, mentee, mentor, **details):
    held = run.proposals.filter(mentee=mentee).first()
    details = {"instead_of": held.mentor if held else None, "by": world.lead} | details
    return moves.move(run=run, mentee=mentee, mentor=mentor, now=now, **details)


def holder(run, mentor):
    return run.proposals.select_related("mentee__person").get(mentor=mentor).mentee


def test_move_to_a_free_mentor_is_by_hand_agreed_and_counted(world, run, now):
    oli = programmes.mentor(world.cohort, "Oli Penn", now=now)

    moved = move(run, world, now, world.femi, oli)

    assert partners(run)["Femi"] == "Oli"
    assert (moved.by_hand, moved.found_mentor) == (True, world.gwen)
    assert PairDecision.objects.standing(at=now).get().mentor == oli
    run.refresh_from_db()
    assert run.total == sum(Proposal.objects.values_list("score", flat=True))
    below = points(run.bound - run.total)
    assert summary(run) == (
        f"3 of 3 placed. 1 match changed by hand: {below} points below the best plan, which had {points(run.bound)}."
    )
    event = AuditEvent.objects.get(verb="proposal-moved")
    assert (event.actor_id, event.about_person_id) == (world.lead.pk, world.femi.person_id)


def test_move_back_is_as_it_was_found(world, run, now):
    found, total = partners(run), run.total
    oli = programmes.mentor(world.cohort, "Oli Penn", now=now)
    move(run, world, now, world.femi, oli)
    move(run, world, now, world.femi, world.gwen)

    run.refresh_from_db()
    assert (partners(run), run.total) == (found, total)
    assert not run.proposals.filter(by_hand=True).exists()
    assert "No better plan exists" in summary(run)
    assert PairDecision.objects.standing(at=now).get().mentor == world.gwen  # the first agreement went with the move


def test_move_that_takes_a_place_asks_whose(world, run, now):
    with pytest.raises(Refused, match="Ben Okoro has no free place in these matches"):
        move(run, world, now, world.femi, world.ben)


def test_move_swaps_the_two(world, run, now):
    loser = holder(run, world.ben)

    move(run, world, now, world.femi, world.ben, from_mentee=loser, swap=True)

    assert partners(run)["Femi"] == "Ben"
    assert partners(run)[loser.person.given_name] == "Gwen"
    assert summary(run).startswith("3 of 3 placed. 2 matches changed by hand: ")


def test_move_leaves_the_other_without_and_says_so(world, run, now):
    loser = holder(run, world.ben)

    move(run, world, now, world.femi, world.ben, from_mentee=loser)

    left = run.left_out.get()
    assert (left.mentee, left.by_hand, left.found_mentor) == (loser, True, world.ben)
    assert left.reasons == ["By hand: the place with Ben Okoro went to Femi Ade."]
    run.refresh_from_db()
    assert (run.matched, run.found) == (2, 3)
    assert "and placed 1 more." in summary(run)


def test_move_of_somebody_left_out_gives_them_a_place(world, now):
    programmes.mentee(world.cohort, "Hana Ito", now=now)
    run = matching.finished(world.cohort, world.lead, now=now)
    left = run.left_out.get().mentee
    oli = programmes.mentor(world.cohort, "Oli Penn", now=now)

    move(run, world, now, left, oli)

    assert not run.left_out.exists()
    assert "and placed 1 fewer." in summary(run)


def test_move_that_breaks_a_rule_is_refused_with_its_sentence(world, run, now):
    people.tie(Tie.Kind.DS, world.femi.person, world.ben.person, now=now)

    with pytest.raises(Refused, match="Ben is Femi's designated supervisor"):
        move(run, world, now, world.femi, world.ben, from_mentee=holder(run, world.ben), reason="Please")


def test_move_swaps_nobody_into_a_broken_rule(world, run, now):
    loser = holder(run, world.ben)
    people.tie(Tie.Kind.DS, loser.person, world.gwen.person, now=now)
    before = partners(run)

    with pytest.raises(Refused, match="designated supervisor"):
        move(run, world, now, world.femi, world.ben, from_mentee=loser, swap=True)

    assert partners(run) == before
    assert not PairDecision.objects.exists()


def test_move_overrides_a_should_with_its_reason(world, run, now):
    boss = programmes.mentor(world.cohort, "Oli Penn", now=now)
    hana = programmes.mentee(world.cohort, "Hana Ito", now=now, managers=[boss.person])
    run = matching.finished(world.cohort, world.lead, now=now)
    for one in (boss, hana):
        one.refresh_from_db()
    taken = run.proposals.filter(mentor=boss).first()
    with pytest.raises(Refused, match="manage"):
        move(run, world, now, hana, boss, from_mentee=taken.mentee if taken else None)

    move(run, world, now, hana, boss, from_mentee=taken.mentee if taken else None, reason="Both wish it")

    assert partners(run)["Hana"] == "Oli"
    assert RuleOverride.objects.get().reason == "Both wish it"
    assert publications.publish(run=run, by=world.lead, now=now)


def test_move_leaves_an_agreed_pair_alone(world, run, now):
    loser = holder(run, world.ben)
    decisions.agree(mentee=loser, mentor=world.ben, by=world.lead, now=now)

    with pytest.raises(Refused, match=r"and Ben Okoro are agreed\. Take that back first"):
        move(run, world, now, world.femi, world.ben, from_mentee=loser, swap=True)


def test_move_of_what_another_lead_has_changed_is_refused(world, run, now):
    oli, pat = (programmes.mentor(world.cohort, name, now=now) for name in ("Oli Penn", "Pat Quill"))
    seen = run.proposals.get(mentee=world.femi).mentor
    move(run, world, now, world.femi, oli)

    with pytest.raises(Refused, match="have changed since you opened the page"):
        move(run, world, now, world.femi, pat, instead_of=seen)
    with pytest.raises(Refused, match="have changed since you opened the page"):
        move(run, world, now, world.femi, pat, instead_of=None)


def test_move_in_a_published_run_is_refused(world, run, now):
    oli = programmes.mentor(world.cohort, "Oli Penn", now=now)
    stale = type(run).objects.get(pk=run.pk)
    publications.publish(run=run, by=world.lead, now=now)

    with pytest.raises(Refused, match="have been published, so they cannot be changed"):
        move(stale, world, now, world.femi, oli)


def test_move_by_somebody_else_is_refused(world, run, now):
    stranger = people.lead(people.organisation(now=now), now=now)

    with pytest.raises(Refused, match="Only a lead"):
        move(run, world, now, world.femi, world.ben, by=stranger)


def test_move_then_publish_starts_what_was_chosen(world, run, now):
    loser = holder(run, world.ben)
    move(run, world, now, world.femi, world.ben, from_mentee=loser, swap=True)

    started = publications.publish(run=run, by=world.lead, now=now)

    pairs = {frozenset(one.members.values_list("person", flat=True)) for one in started}
    assert frozenset({world.femi.person_id, world.ben.person_id}) in pairs


def test_agree_and_find_again_keeps_the_pair(world, run, now):
    again = moves.agree_and_find_again(
        run=run, mentee=world.femi, mentor=world.ben, instead_of=world.gwen, by=world.lead, now=now
    )

    matching.work(run_id=again.pk, clock=lambda: now)
    assert partners(again)["Femi"] == "Ben"
    assert partners(run)["Femi"] == "Gwen"  # the first run stays as it was
