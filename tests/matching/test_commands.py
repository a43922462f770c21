"""What other programs call: propose_matches and publish_matches."""

import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from matching.models import MatchRun
from people.models import Tie
from programmes.models import Relationship
from tests.builders import matching, people


@pytest.fixture(autouse=True)
def _clock(clock_stands):
    pass


def propose(world, *arguments, capsys, cohort=None, by=None):
    call_command("propose_matches", cohort or str(world.cohort.pk), *arguments, by=by or world.lead.email)
    return capsys.readouterr().out


def test_propose_matches_prints_the_contract(world, now, capsys):
    for mentor in (world.ben, world.dev, world.gwen):
        people.tie(Tie.Kind.DS, world.asha.person, mentor.person, now=now)

    printed = json.loads(propose(world, "--json", capsys=capsys))

    run = MatchRun.objects.get()
    assert set(printed) == {"run", "pairs", "left_out", "matched", "total", "bound", "optimal"}
    assert printed["run"] == run.pk
    assert (printed["matched"], printed["optimal"]) == (2, True)
    assert printed["total"] == printed["bound"] == sum(pair["score"] for pair in printed["pairs"])
    femi = next(pair for pair in printed["pairs"] if pair["mentee"] == world.femi.person.email)
    assert femi["mentor"] == world.gwen.person.email
    assert femi["score"] == sum(part["points"] for part in femi["components"])
    assert femi["reasons"] == [part["reason"] for part in femi["components"]]
    assert printed["left_out"] == [
        {
            "mentee": world.asha.person.email,
            "reasons": [
                f"{name} is Asha's designated supervisor, so cannot also be Asha's mentor."
                for name in ("Ben", "Dev", "Gwen")
            ],
        }
    ]


def test_propose_matches_prints_a_summary_without_json(world, capsys):
    printed = propose(world, capsys=capsys, cohort="2027 INTAKE")

    assert "3 of 3 placed. No better plan exists" in printed
    assert "Femi Ade with Gwen Hale" in printed


def test_propose_matches_twice_prints_the_same_pairs(world, capsys):
    first, second = (json.loads(propose(world, "--json", capsys=capsys)) for _ in range(2))

    assert first.pop("run") != second.pop("run")
    assert first == second


@pytest.mark.parametrize("by", ["nobody@example.org", "mentor"])
def test_propose_matches_by_somebody_who_may_not_is_refused(world, capsys, by):
    by = world.ben.person.email if by == "mentor" else by

    with pytest.raises(CommandError):
        propose(world, capsys=capsys, by=by)

    assert not MatchRun.objects.exists()


def test_propose_matches_while_a_run_is_under_way_is_refused(world, now, capsys):
    matching.requested(world.cohort, world.lead, now=now)

    with pytest.raises(CommandError, match="already being found"):
        propose(world, capsys=capsys)


def test_propose_matches_of_an_unknown_cohort_is_refused(world, capsys):
    with pytest.raises(CommandError, match="leads no cohort 2031 intake"):
        propose(world, capsys=capsys, cohort="2031 intake")


def test_publish_matches_publishes_once(world, now, capsys):
    run = matching.finished(world.cohort, world.lead, now=now)

    call_command("publish_matches", str(run.pk), by=world.lead.email.upper())

    assert capsys.readouterr().out == "3 matches published.\n"
    assert Relationship.objects.count() == 3
    with pytest.raises(CommandError, match="published already"):
        call_command("publish_matches", str(run.pk), by=world.lead.email)


def test_publish_matches_by_somebody_who_may_not_is_refused(world, now):
    run = matching.finished(world.cohort, world.lead, now=now)
    for email in (world.ben.person.email, people.administrator(now=now).email, "nobody@example.org"):
        with pytest.raises(CommandError):
            call_command("publish_matches", str(run.pk), by=email)
    assert not Relationship.objects.exists()


def test_publish_matches_tells_people_on_the_day_that_is_given(world, now, capsys):
    run = matching.finished(world.cohort, world.lead, now=now)
    call_command("publish_matches", str(run.pk), by=world.lead.email, on=date(2027, 5, 17))
    assert capsys.readouterr().out == "3 matches published. Everyone is told on 17 May 2027 at 09:00.\n"
    told = set(Relationship.objects.values_list("told_at", "opens_at"))
    assert told == {(None, datetime(2027, 5, 17, 8, 0, tzinfo=UTC))}  # nine o'clock in London


def test_publish_matches_refuses_a_day_that_is_over_or_none(world, now, capsys):
    run = matching.finished(world.cohort, world.lead, now=now)
    with pytest.raises(CommandError, match="That moment has passed"):
        call_command("publish_matches", str(run.pk), "--by", world.lead.email, "--on", "2027-04-13")
    with pytest.raises(CommandError, match="is no day: write it as 2027-05-17"):
        call_command("publish_matches", str(run.pk), "--by", world.lead.email, "--on", "17/05/2027")
    assert not Relationship.objects.exists()
