"""The pages around the board: deciding, choosing by hand, figures, runs side by side, and the board as a file."""

import csv
import io
import re

import pytest
from django.urls import reverse

from matching.actions import decisions, publications
from matching.board import board
from matching.models import MatchRun, PairDecision
from matching.outdated import outdated
from people.actions import facts
from programmes.actions import enrolments, waiting
from programmes.following import waiting_in
from programmes.models import Enrolment
from tests.builders import matching, people, programmes
from tests.matching.conftest import make_department


@pytest.fixture(autouse=True)
def _clock(clock_stands):
    pass


@pytest.fixture
def as_lead(client, world):
    client.force_login(world.lead)
    return client


@pytest.fixture
def run(world, now):
    return matching.finished(world.cohort, world.lead, now=now)


def url(name, *numbers):
    return reverse(f"matching:{name}", args=numbers)


def text(answer):
    return answer.content.decode()


def decide(client, run, what, mentee, **more):
    pair = run.proposals.get(mentee=mentee)
    return client.post(url("pair-decide", run.pk), {"do": what, "pair": pair.pk, **more}, follow=True)


# --- deciding ------------------------------------------------------------------------


def test_pair_decide_agrees_and_takes_back(as_lead, world, run):
    assert "Femi Ade and Gwen Hale are agreed" in text(decide(as_lead, run, "agree", world.femi))
    page = text(as_lead.get(url("run-detail", run.pk)))
    assert "Agreed</strong>" in page
    assert "<strong>1 of 3</strong> agreed" in page

    assert "taken back" in text(decide(as_lead, run, "lift", world.femi))
    assert not PairDecision.objects.filter(lifted_at=None).exists()


def test_pair_decide_keeps_apart_with_a_reason_and_a_way_back(as_lead, world, run):
    page = text(decide(as_lead, run, "apart", world.femi, reason="They fell out"))

    assert "are kept apart. Choose another mentor for Femi, or find matches again" in page
    assert "1 kept apart since they were found" in page
    assert "No longer keep apart" in page
    assert PairDecision.objects.get().reason == "They fell out"


def test_pair_decide_asked_by_htmx_is_the_row_alone(as_lead, world, run):
    pair = run.proposals.get(mentee=world.femi)

    answer = text(
        as_lead.post(url("pair-decide", run.pk), {"do": "agree", "pair": pair.pk}, headers={"HX-Request": "true"})
    )

    assert answer.strip().startswith(f'<li id="pair-{pair.pk}"')
    assert "<html" not in answer
    assert "<strong>1 of 3</strong> agreed" in answer
    assert "csrfmiddlewaretoken" in answer


def test_pair_decide_all_agrees_those_that_are_shown(as_lead, world, run):
    as_lead.post(url("pair-decide", run.pk), {"do": "agree-all", "q": "femi"})
    assert PairDecision.objects.count() == 1

    page = text(as_lead.post(url("pair-decide", run.pk), {"do": "agree-all"}, follow=True))

    assert "2 matches agreed" in page
    assert PairDecision.objects.count() == 3


def test_run_detail_of_one_match_speaks_of_one_and_leads_back_to_all(as_lead, run):
    page = text(as_lead.get(url("run-detail", run.pk), {"q": "femi"}))
    assert "Agree this one</button>" in page
    assert "Download this one as a spreadsheet" in page
    assert f'1 of 3 shown. <a class="nhsuk-link" href="{url("run-detail", run.pk)}">Show all matches</a>' in page

    everything = text(as_lead.get(url("run-detail", run.pk)))
    assert "Show all matches" not in everything
    assert "Agree all 3</button>" in everything
    assert "Download everything as a spreadsheet" in everything


def test_pair_decide_after_publication_is_refused(as_lead, world, run, now):
    publications.publish(run=run, by=world.lead, now=now)

    assert "are published, so nothing can be decided" in text(decide(as_lead, run, "agree", world.femi))
    as_lead.post(url("pair-decide", run.pk), {"do": "agree-all"})
    assert not PairDecision.objects.exists()


def test_pair_decide_of_another_runs_pair_or_nonsense_changes_nothing(as_lead, world, run, now):
    other = matching.finished(world.cohort, world.lead, now=now)
    foreign = other.proposals.first().pk
    for pair in (foreign, "x"):
        answer = as_lead.post(url("pair-decide", run.pk), {"do": "agree", "pair": pair}, follow=True)
        assert "This match is not here any more" in text(answer)
    assert not PairDecision.objects.exists()
    assert "Choose what to do" in text(decide(as_lead, run, "explode", world.femi))


def test_decision_list_has_each_decision_with_its_way_back(as_lead, world, now):
    assert "Nothing has been decided yet" in text(as_lead.get(url("decision-list", world.cohort.pk)))
    apart = decisions.keep_apart(mentee=world.femi, mentor=world.ben, reason="Kin", by=world.lead, now=now)

    page = text(as_lead.get(url("decision-list", world.cohort.pk)))

    assert "Femi Ade with Ben Okoro" in page
    assert "Kin" in page
    assert url("decision-lift", apart.pk) in page


@pytest.mark.parametrize("count", [1, 3])
def test_decision_list_asks_a_fixed_number_of_questions(as_lead, world, now, django_assert_num_queries, count):
    for mentee in (world.asha, world.cara, world.femi)[:count]:
        decisions.keep_apart(mentee=mentee, mentor=world.ben, by=world.lead, now=now)
    as_lead.get(url("decision-list", world.cohort.pk))
    with django_assert_num_queries(8):
        as_lead.get(url("decision-list", world.cohort.pk))


def test_decision_lift_takes_it_back_once(as_lead, world, now):
    apart = decisions.keep_apart(mentee=world.femi, mentor=world.ben, by=world.lead, now=now)

    assert "taken back" in text(as_lead.post(url("decision-lift", apart.pk), follow=True))
    assert "taken back already" in text(as_lead.post(url("decision-lift", apart.pk), follow=True))


# --- looking: filter, order, pages ----------------------------------------------------


def shown(run, now, **query):
    return [row.mentee.name for row in board(run, query, now=now).rows]


def test_board_filters_by_name_without_accents_site_score_and_what_was_decided(world, run, now):
    assert shown(run, now, q="FÉMI") == ["Femi Ade"]
    assert shown(run, now, q="hale") == ["Femi Ade"]  # the mentor's name finds too
    assert shown(run, now, site="South site") == ["Femi Ade"]
    assert shown(run, now, band="9") == []
    assert len(shown(run, now, show="open")) == 3
    decisions.agree(mentee=world.femi, mentor=world.gwen, by=world.lead, now=now)
    assert shown(run, now, show="agreed") == ["Femi Ade"]
    assert "Femi Ade" not in shown(run, now, show="open")
    assert shown(run, now, below="40") == []
    assert shown(run, now, show="by-hand") == []


def test_board_sorts_by_name_and_forgives_nonsense(world, run, now):
    assert shown(run, now, sort="mentee") == ["Femi Ade", "Cara Lund", "Asha Rao"]
    assert len(shown(run, now, sort="; drop", show="x", below="x", page="x")) == 3


def test_board_of_many_is_paged_and_says_how_many(as_lead, now):
    department = make_department(now, mentees=60, mentors=58)
    run = matching.finished(department.cohort, department.lead, now=now)
    as_lead.force_login(department.lead)

    first = text(as_lead.get(url("run-detail", run.pk)))
    second = text(as_lead.get(url("run-detail", run.pk), {"page": 2}))

    assert first.count("data-row>") == 50
    assert second.count("data-row>") == 8
    assert "Proposed (58)" in first
    assert "Without a mentor (2)" in first
    assert "Agree all 58" in first


@pytest.mark.parametrize("size", [8, 60])
def test_run_detail_stays_within_fifteen_questions_in_its_fullest_form(
    client, now, db, django_assert_max_num_queries, size
):
    department = make_department(now, mentees=size + 2, mentors=size)
    run = matching.finished(department.cohort, department.lead, now=now)
    MatchRun.objects.update(changed_at=now)
    client.force_login(department.lead)
    client.get(url("run-detail", run.pk))
    with django_assert_max_num_queries(15):
        client.get(url("run-detail", run.pk))
    with django_assert_max_num_queries(15):
        client.get(url("run-detail", run.pk), {"q": "a", "show": "open", "sort": "mentor"})
    with django_assert_max_num_queries(15):
        client.get(url("run-detail", run.pk), {"view": "without"})


def test_run_detail_offers_what_would_mend_a_left_out(as_lead, world, now):
    programmes.mentee(world.cohort, "Hana Ito", now=now)
    programmes.mentee(world.cohort, "Vic Wren", now=now, band="7", job_title="Pharmacist")
    run = matching.finished(world.cohort, world.lead, now=now)

    page = text(as_lead.get(url("run-detail", run.pk)))

    assert "one more place" in page
    assert "Choose a mentor for Vic by hand" in page


def test_place_add_gives_a_mentor_one_more(as_lead, world, run):
    page = text(as_lead.post(url("place-add", run.pk), {"mentor": world.ben.pk}, follow=True))

    assert "Ben Okoro has 2 places now. Find matches again to fill them" in page
    assert Enrolment.objects.get(pk=world.ben.pk).capacity == 2
    stranger = programmes.mentor(programmes.cohort(now=run.requested_at), now=run.requested_at)
    foreign = text(as_lead.post(url("place-add", run.pk), {"mentor": stranger.pk}, follow=True))
    assert "Choose a mentor who takes part" in foreign
    assert Enrolment.objects.get(pk=stranger.pk).capacity == 1


def test_run_detail_after_one_more_place_is_out_of_date_with_one_way_on(as_lead, world, now):
    programmes.mentee(world.cohort, "Hana Ito", now=now)
    run = matching.finished(world.cohort, world.lead, now=now)
    before = text(as_lead.get(url("run-detail", run.pk)))
    assert ("out of date" in before, "Go on to publish" in before) == (False, True)
    offered = re.search(r'name="mentor" value="(\d+)"', before)[1]

    page = text(as_lead.post(url("place-add", run.pk), {"mentor": offered}, follow=True))

    assert "These matches are out of date" in page
    assert "Places have changed since this run." in page
    assert page.count("Find matches again</button>") == 1
    assert "Go on to publish" not in page
    assert "Publish them as they are" in page
    name = Enrolment.objects.get(pk=offered).person.name
    assert f"{name} has 2 places now: find matches again." in page
    assert f"Give {name} one more place" not in page
    assert "Places have changed since this run." in text(as_lead.get(url("run-publish", run.pk)))
    again = matching.finished(world.cohort, world.lead, now=now)
    assert "out of date" not in text(as_lead.get(url("run-detail", again.pk)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda world, now: programmes.mentee(world.cohort, now=now), "Somebody has joined or withdrawn"),
        (lambda world, now: enrolments.withdraw(enrolment=world.asha, by=None, now=now), "Somebody has joined or"),
        (
            lambda world, now: waiting.put_first(
                enrolment=waiting_in(world.cohort).get(pk=world.asha.pk), reason="Since June.", by=world.lead, now=now
            ),
            "Who comes first on the waiting list has changed",
        ),
        (
            lambda world, now: facts.record(
                person=world.ben.person, kind="mentor_trained_on", value=now.date(), by=None, now=now
            ),
            "What is known of people has changed",
        ),
        (lambda world, now: programmes.mentee(programmes.cohort(now=now), now=now), ""),
        (lambda world, now: people.person(now=now), ""),
    ],
)
def test_outdated_hears_of_its_own_cohort_alone(world, run, now, django_assert_num_queries, change, said):
    change(world, now)
    assert run.cohort.programme  # the page has them
    with django_assert_num_queries(1):
        found = outdated(run)
    assert bool(found) == bool(said)
    assert " ".join(found.sentences).startswith(said)


def test_run_detail_says_where_most_matches_have_the_same_points_and_what_is_not_known(as_lead, world, now):
    for _ in range(4):
        programmes.mentee(world.cohort, now=now)
        programmes.mentor(world.cohort, now=now)
    run = matching.finished(world.cohort, world.lead, now=now)

    page = text(as_lead.get(url("run-detail", run.pk)))

    assert re.search(r"[4-7] of the 7 matches have the same points, \d+ of 100|All 7 matches", page)
    assert "known of 0 of 7 trainee pharmacists" in page
    assert "known of 0 of 7 mentors" in page
    address = reverse("programmes:gap-list", args=[world.cohort.pk])
    assert f"{address}?side=mentee&amp;fact=style" in page
    assert as_lead.get(f"{address}?side=mentee&fact=style").status_code == 200
    assert "have the same points" not in text(as_lead.get(url("run-detail", run.pk), {"q": "asha"}))


# --- by hand -------------------------------------------------------------------------


def test_proposal_move_shows_every_mentor_and_who_holds_the_place(as_lead, world, run):
    page = text(as_lead.get(url("proposal-move", run.pk, world.femi.pk)))

    assert "Proposed now" in page
    assert "Gwen Hale" in page
    assert "Choose Ben Okoro all the same" in page


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["a page", "a fragment"])
def test_proposal_move_says_who_could_swap_or_give_up_the_place(as_lead, world, run, headers):
    holder = run.proposals.get(mentor=world.ben).mentee.person.name
    address = url("proposal-move", run.pk, world.femi.pk)

    page = text(as_lead.get(address, {"taken": world.ben.pk}, headers=headers))

    assert f"Swap: {holder} gets Gwen Hale, " in page
    assert f"Leave {holder} without a mentor" in page
    assert "Agree this match and find everybody else’s again" in page
    assert ("<html" in page) is (not headers)
    assert as_lead.get(address, {"taken": world.femi.pk}).status_code == 404


def test_proposal_move_swaps_and_the_board_says_so(as_lead, world, run):
    loser = run.proposals.get(mentor=world.ben).mentee_id
    posted = {"mentor": world.ben.pk, "instead_of": world.gwen.pk, "how": f"swap-{loser}"}

    page = text(as_lead.post(url("proposal-move", run.pk, world.femi.pk), posted, follow=True))

    assert "Femi Ade and Ben Okoro are matched by hand and agreed" in page
    assert "2 matches changed by hand" in page
    assert "Chosen by hand. The portal had found Gwen Hale." in page


def test_proposal_move_refused_says_why_and_stays(as_lead, world, run):
    posted = {"mentor": world.ben.pk, "instead_of": world.gwen.pk}

    page = text(as_lead.post(url("proposal-move", run.pk, world.femi.pk), posted, follow=True))

    assert "Ben Okoro has no free place in these matches" in page
    assert "Choose a mentor by hand" in page


def test_proposal_move_allows_against_a_should_with_a_reason(as_lead, world, now):
    boss = programmes.mentor(world.cohort, "Oli Penn", now=now)
    managed = programmes.mentee(world.cohort, "Hana Ito", now=now, managers=[boss.person])
    decisions.keep_apart(mentee=world.femi, mentor=boss, by=world.lead, now=now)
    for one in (world.asha, world.cara):
        decisions.keep_apart(mentee=one, mentor=boss, by=world.lead, now=now)
    run = matching.finished(world.cohort, world.lead, now=now)
    address = url("proposal-move", run.pk, managed.pk)
    assert "Allow it all the same" in text(as_lead.get(address))
    held = run.proposals.filter(mentee=managed).first()
    posted = {"mentor": boss.pk, "instead_of": held.mentor_id if held else "", "reason": "They asked"}

    page = text(as_lead.post(address, posted, follow=True))

    assert "Hana Ito and Oli Penn are matched by hand" in page
    assert "Against a rule</strong>" in page


def test_proposal_move_finds_everybody_elses_again(as_lead, world, run):
    posted = {"mentor": world.ben.pk, "instead_of": world.gwen.pk, "how": "again"}

    page = text(as_lead.post(url("proposal-move", run.pk, world.femi.pk), posted, follow=True))

    assert "Finding matches" in page
    assert MatchRun.objects.count() == 2


def test_proposal_move_searches_by_name_and_is_absent_for_a_stranger(as_lead, world, run, now):
    address = url("proposal-move", run.pk, world.femi.pk)
    assert "Dev Shah" not in text(as_lead.get(address, {"q": "okoro"}))
    assert "Nobody is called that" in text(as_lead.get(address, {"q": "zzz"}))
    assert as_lead.get(url("proposal-move", run.pk, world.ben.pk)).status_code == 404  # a mentor is no mentee


@pytest.mark.parametrize("more", [0, 5])
def test_proposal_move_asks_a_fixed_number_of_questions(as_lead, world, now, django_assert_num_queries, more):
    for _ in range(more):
        programmes.mentee(world.cohort, now=now)
        programmes.mentor(world.cohort, now=now)
    run = matching.finished(world.cohort, world.lead, now=now)
    as_lead.get(url("proposal-move", run.pk, world.femi.pk))
    with django_assert_num_queries(15):
        as_lead.get(url("proposal-move", run.pk, world.femi.pk))


# --- figures and runs side by side -----------------------------------------------------


def test_run_figures_draws_each_with_its_table(as_lead, now):
    department = make_department(now, mentees=12, mentors=10)
    run = matching.finished(department.cohort, department.lead, now=now)
    as_lead.force_login(department.lead)

    page = text(as_lead.get(url("run-figures", run.pk)))

    assert page.count('<svg class="portal-chart__drawing"') == 2
    assert "10 of 10 free places are filled; 0 stay free." in page
    for label in ("Raise the floor", "Even it out", "Help the weakest", "By site of the mentee", "Southgate"):
        assert label in page
    assert "style=" not in page


def test_run_figures_says_which_ways_come_to_the_same_matches(as_lead, world, run):
    """Three pairs, each the best for both: no way to be fair comes to any other."""
    page = text(as_lead.get(url("run-figures", run.pk)))
    assert page.count("The same matches as this run.") == 3
    assert "Find matches this way" not in page
    policies = [one | {"same_as": ""} for one in run.policies]
    MatchRun.objects.update(policies=policies)
    page = text(as_lead.get(url("run-figures", run.pk)))
    assert "The same matches" not in page
    assert page.count("In every figure as this run.") == 3


def test_run_figures_of_a_run_under_way_lead_to_the_run(as_lead, world, now):
    run = matching.requested(world.cohort, world.lead, now=now)

    assert as_lead.get(url("run-figures", run.pk)).url == url("run-detail", run.pk)
    assert as_lead.get(url("run-export", run.pk)).url == url("run-detail", run.pk)


def test_run_start_in_another_way_to_be_fair_keeps_it(as_lead, world):
    as_lead.post(url("run-start", world.cohort.pk), {"policy": "even"})
    assert MatchRun.objects.get().policy == "even"


def test_run_list_has_every_run_with_what_it_came_to(as_lead, world, run, now):
    later = matching.finished(world.cohort, world.lead, now=now)

    page = text(as_lead.get(url("run-list", world.cohort.pk)))

    assert page.count("Lena Marsh") >= 2
    assert "3 of 3" in page
    assert f"{url('run-compare', later.pk)}?with={run.pk}" in page


def test_run_list_without_a_run_says_what_comes_first(as_lead, world):
    assert "No matches have been found yet" in text(as_lead.get(url("run-list", world.cohort.pk)))


@pytest.mark.parametrize("count", [1, 3])
def test_run_list_asks_a_fixed_number_of_questions(as_lead, world, now, django_assert_num_queries, count):
    for _ in range(count):
        matching.finished(world.cohort, world.lead, now=now)
    as_lead.get(url("run-list", world.cohort.pk))
    with django_assert_num_queries(7):
        as_lead.get(url("run-list", world.cohort.pk))


def test_run_compare_says_who_changes_and_what_was_in_force(as_lead, world, run, now):
    decisions.agree(mentee=world.femi, mentor=world.ben, by=world.lead, now=now)
    programmes.mentee(world.cohort, "Hana Ito", now=now)
    programmes.mentor(world.cohort, "Oli Penn", now=now)
    later = matching.finished(world.cohort, world.lead, now=now)

    page = text(as_lead.get(url("run-compare", later.pk), {"with": run.pk}))

    assert "1 newly placed, 0 newly left out" in page
    assert "Hana Ito" in page
    assert "Agreed pairs kept" in page
    assert "1 more" in page


def test_run_compare_of_the_same_says_that_nobody_changes(as_lead, world, run, now):
    later = matching.finished(world.cohort, world.lead, now=now)

    page = text(as_lead.get(url("run-compare", later.pk)))

    assert "Nobody: all 3 have the same mentor in both." in page
    assert "were the same in both" in page


def test_run_compare_without_another_run_says_so_and_with_a_strangers_is_absent(as_lead, world, run, now):
    assert "There is no other finished run" in text(as_lead.get(url("run-compare", run.pk)))
    other = programmes.cohort(now=now)
    programmes.mentee(other, now=now)
    programmes.mentor(other, now=now)
    foreign = matching.finished(other, people.lead(other.programme.organisation, now=now), now=now)
    assert as_lead.get(url("run-compare", run.pk), {"with": foreign.pk}).status_code == 404


# --- as a file -----------------------------------------------------------------------


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_run_export_holds_what_is_shown_and_no_formula(as_lead, world, now):
    world.femi.person.given_name = "=HYPERLINK(1)"
    world.femi.person.save()
    run = matching.finished(world.cohort, world.lead, now=now)

    answer = as_lead.get(url("run-export", run.pk), {"sort": "mentee"})

    rows = rows_of(answer)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="matches-{run.pk}-2027-04-14.csv"'
    assert [row["Trainee pharmacist"] for row in rows] == ["'=HYPERLINK(1) Ade", "Cara Lund", "Asha Rao"]
    assert rows[1]["Reasons"]
    assert len(rows_of(as_lead.get(url("run-export", run.pk), {"q": "lund"}))) == 1


def test_run_detail_leads_from_a_missing_fact_to_where_it_is_filled_in(as_lead, now):
    cohort = programmes.cohort(now=now, model_key="nqp-senior")
    lead = people.lead(cohort.programme.organisation, now=now)
    programmes.mentee(cohort, "Hana Ito", now=now)
    programmes.mentor(cohort, "Oli Penn", now=now, band="8a")
    run = matching.finished(cohort, lead, now=now)
    as_lead.force_login(lead)

    page = text(as_lead.get(url("run-detail", run.pk)))

    assert "not yet known" in page
    assert f'href="{reverse("programmes:gap-list", args=[cohort.pk])}">Fill in what is missing' in page
