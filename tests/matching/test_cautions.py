"""What a rule could not look at is said beside the pair: a mentee of whom nobody knows the manager."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from matching.actions import moves
from matching.outdated import outdated
from people.actions import employments, ties
from people.models import Tie
from programmes import mentoring_models
from programmes.facts import facts_for
from programmes.rules import evaluate, unchecked
from programmes.rules.bars import Span, leaving
from programmes.rules.facts import Facts
from programmes.spans import span_of
from tests.builders import matching, people, programmes

pytestmark = pytest.mark.django_db
ASHA = Facts(person_id=1, given_name="Asha", name="Asha Rao")
BEN = Facts(person_id=2, given_name="Ben", name="Ben Okoro")
OF_ASHA = "We do not know who manages Asha, so we could not check whether Ben does."
DS_OF_ASHA = "We do not know who Asha's designated supervisor is, so we could not check whether Ben is."
OF_BEN = "We do not know who manages Ben, so we could not check whether Asha does."


@pytest.fixture
def run(world, now):
    """Of Cara and Femi it is known who manages them, of Asha not."""
    boss = people.person("Bea Boss", organisation=world.home, now=now)
    for one in (world.asha, world.cara, world.femi):
        ties.record(kind=Tie.Kind.DS, person=one.person, other=boss, by=None, now=now)
    for one in (world.cara, world.femi):
        employments.set_managers(person=one.person, managers=[boss], by=None, now=now)
    return matching.finished(world.cohort, world.lead, now=now)


def said(mentor) -> str:
    name = mentor.person.given_name
    return f"We do not know who manages Asha, so we could not check whether {name} does."


def test_run_detail_says_of_whom_the_manager_is_not_known(client, clock_stands, world, run):
    client.force_login(world.lead)
    board = reverse("matching:run-detail", args=[run.pk])
    page = client.get(board).content.decode()
    pair = run.proposals.get(mentee=world.asha)
    assert page.count("We do not know who manages") == 1
    assert f"<strong>Worth knowing:</strong> {said(pair.mentor)}" in page
    shown = client.get(board, {"show": "caution"}).content.decode()
    assert f'id="pair-{pair.pk}"' in shown
    assert f'id="pair-{run.proposals.get(mentee=world.femi).pk}"' not in shown
    exported = b"".join(client.get(reverse("matching:run-export", args=[run.pk])))
    assert said(pair.mentor) in exported.decode()


def test_a_pair_chosen_by_hand_has_the_cautions_of_its_own_mentor(world, run, now):
    oli = programmes.mentor(world.cohort, "Oli Penn", now=now)
    held = run.proposals.get(mentee=world.asha)
    moves.move(run=run, mentee=world.asha, mentor=oli, instead_of=held.mentor, by=world.lead, now=now)
    assert run.proposals.get(mentee=world.asha).cautions == [said(oli)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("trainee-band6", [DS_OF_ASHA, OF_ASHA]),
        ("ds-experienced-ds", [OF_ASHA]),  # two rules, said once
        ("reverse", [OF_BEN]),  # there the mentor is the junior
    ],
)
def test_what_could_not_be_checked_is_said_of_the_junior_and_bars_nothing(key, expected):
    model = mentoring_models.get(key)
    found = unchecked(model.rules, ASHA, BEN, juniors=model.juniors)
    assert [one.sentence for one in found] == expected
    assert {one.strength for one in found} == {"prefer"}
    lines = [rule for rule in model.rules if rule.kind == "line-management"]
    assert not evaluate(lines, ASHA, BEN, on=date(2027, 7, 26))


def test_a_designated_supervisor_on_record_was_looked_at():
    model = mentoring_models.get("trainee-band6")
    known = Facts(person_id=1, given_name="Asha", name="Asha Rao", ties={3: frozenset({"ds"})}, managers={4: 1})
    assert not unchecked(model.rules, known, BEN, juniors=model.juniors)
    of_another_kind = Facts(
        person_id=1, given_name="Asha", name="Asha Rao", ties={3: frozenset({"dpp"})}, managers={4: 1}
    )
    assert [one.sentence for one in unchecked(model.rules, of_another_kind, BEN, juniors=model.juniors)] == [DS_OF_ASHA]


# --- Who leaves before it is over -----------------------------------------------------------


def leaves(enrolment, day, now):
    employments.announce_end(employment=enrolment.person.employments.get(), last_working_day=day, by=None, now=now)


def test_run_detail_says_who_leaves_before_the_cohort_ends(client, clock_stands, world, now):
    world.cohort.end_date = ends = date(2028, 7, 24)
    world.cohort.save()
    leaves(world.ben, date(2028, 1, 4), now)
    leaves(world.dev, ends, now)
    leaves(world.cara, date(2027, 5, 4), now)
    run = matching.finished(world.cohort, world.lead, now=now)
    said = {sentence for pair in run.proposals.all() for sentence in pair.cautions}
    assert "Ben's last working day is 4 January 2028, before this cohort ends." in said
    assert "Cara's last working day is 4 May 2027, before this cohort begins." in said
    assert not any("Dev's last" in sentence for sentence in said), "He is here to the end."
    assert run.proposals.count() == 3, "It bars nobody."
    client.force_login(world.lead)
    page = client.get(reverse("matching:run-detail", args=[run.pk])).content.decode()
    assert "<strong>Worth knowing:</strong> Ben&#x27;s last working day is 4 January 2028" in page


def test_without_a_day_on_which_the_cohort_ends_its_weeks_count(world, now):
    world.cohort.end_date = None
    model = mentoring_models.of(world.cohort.programme)
    assert span_of(world.cohort, model, now=now).end == world.cohort.start_date + timedelta(weeks=52)
    late = now + timedelta(weeks=40)
    span = span_of(world.cohort, model, now=late)
    assert span.end == late.date() + timedelta(weeks=52)
    ben = replace(BEN, last_working_day=date(2028, 1, 4))
    [said] = leaving(ASHA, ben, span=span)
    assert said.sentence == "Ben's last working day is 4 January 2028, before the 52 weeks of a match are over."
    assert not leaving(ASHA, replace(BEN, last_working_day=span.end), span=span)


def test_a_cohort_without_an_end_says_of_everybody_that_they_leave():
    ben = replace(BEN, last_working_day=date(2029, 1, 4))
    [said] = leaving(ASHA, ben, span=Span(date(2027, 7, 26)))
    assert said.sentence == "Ben's last working day is 4 January 2029."
    assert said.strength == "prefer"


def test_when_somebody_leaves_another_employer_is_not_said(world, now):
    guest = people.person("Oli Penn", organisation=people.organisation(now=now), now=now)
    oli = programmes.mentor(world.cohort, guest, now=now)
    leaves(oli, date(2027, 9, 4), now)
    leaves(world.ben, date(2027, 9, 4), now)
    facts = facts_for(world.cohort, [oli, world.ben], now=now)
    assert facts[guest.pk].last_working_day is None
    assert facts[world.ben.person_id].last_working_day == date(2027, 9, 4)


def test_a_run_is_out_of_date_once_somebody_is_known_to_leave(world, run, now):
    leaves(world.ben, date(2028, 1, 4), now + timedelta(minutes=1))
    assert outdated(run).sentences == ("What is known of people has changed since this run.",)


# --- Who supervises a trainee ---------------------------------------------------------------

TEND = "Designated supervisors tend to be band 7 or 8a, three years registered."


def supervised(enrolment, world, now, **known):
    carol = people.person("Carol Finch", organisation=world.home, now=now, **known)
    people.tie(Tie.Kind.DS, enrolment.person, carol, now=now)
    return carol


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"band": "7", "registered_on": date(2020, 8, 1)}, []),
        ({"band": "8a", "registered_on": date(2024, 7, 26)}, []),  # three years on the very day
        ({"band": "6"}, [f"Asha's designated supervisor is band 6. {TEND}"]),
        ({"band": "8b"}, [f"Asha's designated supervisor is band 8b. {TEND}"]),
        (
            {"band": "7", "registered_on": date(2024, 7, 27)},
            [f"Asha's designated supervisor has been registered for 3 years only from 27 July 2027. {TEND}"],
        ),
        (
            {"band": "6", "registered_on": date(2026, 8, 1)},
            [
                "Asha's designated supervisor is band 6 and has been registered for 3 years only from 1 August 2029. "
                f"{TEND}"
            ],
        ),
        ({"band": ""}, []),  # what is not known is not guessed
    ],
)
def test_a_designated_supervisor_of_another_band_is_pointed_out_and_bars_nobody(world, now, known, said):
    supervised(world.asha, world, now, **known)
    run = matching.finished(world.cohort, world.lead, now=now)
    pair = run.proposals.get(mentee=world.asha)
    assert [one for one in pair.cautions if "supervisor" in one] == said
    others = run.proposals.exclude(mentee=world.asha)
    assert not any(TEND in one for pair in others for one in pair.cautions)


def test_of_a_supervisor_elsewhere_the_band_is_not_told(world, now):
    carol = people.person("Carol Finch", organisation=people.organisation(now=now), band="6", now=now)
    people.tie(Tie.Kind.DS, world.asha.person, carol, now=now)
    assert facts_for(world.cohort, [world.asha], now=now)[world.asha.person_id].supervisors == ()


def test_a_rule_that_only_points_out_can_be_no_bar():
    rule = next(one for one in mentoring_models.get("trainee-band6").rules if one.kind == "supervised-by")
    with pytest.raises(ValueError, match='its strength is "prefer"'):
        replace(rule, strength="should")
