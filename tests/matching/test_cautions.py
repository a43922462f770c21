"""What a rule could not look at is said beside the pair: a mentee of whom nobody knows the manager."""

from datetime import date

import pytest
from django.urls import reverse

from matching.actions import moves
from people.actions import employments
from programmes import mentoring_models
from programmes.rules import evaluate, unchecked
from programmes.rules.facts import Facts
from tests.builders import matching, people, programmes

pytestmark = pytest.mark.django_db
ASHA = Facts(person_id=1, given_name="Asha", name="Asha Rao")
BEN = Facts(person_id=2, given_name="Ben", name="Ben Okoro")
OF_ASHA = "We do not know who manages Asha, so we could not check whether Ben does."
OF_BEN = "We do not know who manages Ben, so we could not check whether Asha does."


@pytest.fixture
def run(world, now):
    """Of Cara and Femi it is known who manages them, of Asha not."""
    boss = people.person("Bea Boss", organisation=world.home, now=now)
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
        ("trainee-band6", [OF_ASHA]),
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
