"""The board's pages: start, watch, look, ask, publish."""

import re

import pytest
from django.urls import reverse

from matching.actions import attempts, runs
from matching.alike import hardly_known
from matching.models import MatchRun
from matching.queries import exact_points, in_points, points
from notices.models import Notice
from people.models import Tie
from programmes.actions import enrolments
from programmes.mentoring_models import files
from programmes.models import Relationship
from programmes.rules.facts import Facts
from tests.builders import matching, people, programmes

State = MatchRun.State


@pytest.fixture(autouse=True)
def _clock(clock_stands):
    pass


@pytest.fixture
def as_lead(client, world):
    client.force_login(world.lead)
    return client


def url(name, thing):
    return reverse(f"matching:{name}", args=[thing.pk])


def get(client, run, name="run-detail", **how):
    return client.get(url(name, run), **how).content.decode()


# --- start ---------------------------------------------------------------------------


def test_run_start_leads_to_the_run(as_lead, world):
    answer = as_lead.post(url("run-start", world.cohort))

    run = MatchRun.objects.get()
    assert answer.url == url("run-detail", run)
    assert run.requested_by == world.lead


def test_run_start_while_one_is_under_way_leads_to_that_one(as_lead, world, now):
    run = matching.requested(world.cohort, world.lead, now=now)

    answer = as_lead.post(url("run-start", world.cohort))

    assert answer.url == url("run-detail", run)
    assert MatchRun.objects.count() == 1


def test_run_start_with_nobody_to_match_says_so_on_the_cohorts_page(client, now, db):
    cohort = programmes.cohort(now=now)
    client.force_login(people.lead(cohort.programme.organisation, now=now))

    page = client.post(url("run-start", cohort), follow=True).content.decode()

    assert "Nobody in 2027 intake is waiting for a mentor" in page


def test_run_start_does_not_act_on_a_link(as_lead, world):
    assert as_lead.get(url("run-start", world.cohort)).status_code == 405
    assert not MatchRun.objects.exists()


# --- watch ---------------------------------------------------------------------------


def test_run_detail_under_way_shows_the_stage_and_can_be_left(as_lead, world, now):
    run = matching.requested(world.cohort, world.lead, now=now)
    assert "Waiting to start" in get(as_lead, run)
    taken = attempts.begin(run_id=run.pk, by=None, now=now)
    attempts.tell(run=taken, stage="Checking each pair against the rules", done=2, of=3, by=None, now=now)

    page = get(as_lead, run)

    assert "Checking each pair against the rules" in page
    assert 'value="2" max="3"' in page
    assert "2 of 3" in page
    assert "You can leave this page" in page
    assert f'href="{url("run-detail", run)}">Refresh' in page


def test_run_detail_asked_by_htmx_is_the_progress_alone_until_it_is_done(as_lead, world, now):
    run = matching.requested(world.cohort, world.lead, now=now)
    htmx = {"headers": {"HX-Request": "true"}}

    under_way = as_lead.get(url("run-detail", run), **htmx)
    runs.cancel(run=run, by=world.lead, now=now)
    done = as_lead.get(url("run-detail", run), **htmx)

    assert "<html" not in under_way.content.decode()
    assert 'hx-trigger="every 1s"' in under_way.content.decode()
    assert "HX-Refresh" not in under_way.headers
    assert "hx-trigger" not in done.content.decode()
    assert done.headers["HX-Refresh"] == "true"


def test_run_cancel_stops_it(as_lead, world, now):
    run = matching.requested(world.cohort, world.lead, now=now)

    page = as_lead.post(url("run-cancel", run), follow=True).content.decode()

    assert "Finding matches was cancelled" in page
    assert "Nothing was kept" in page
    assert "nothing to cancel" in as_lead.post(url("run-cancel", run), follow=True).content.decode()


def test_run_detail_of_a_fault_says_it_plainly_and_offers_another_go(as_lead, world, now):
    run = matching.requested(world.cohort, world.lead, now=now)
    taken = attempts.begin(run_id=run.pk, by=None, now=now)
    attempts.fail(run=taken, fault="The portal ran out of breath.", by=None, now=now)

    page = get(as_lead, run)

    assert "The portal ran out of breath." in page
    assert f'action="{url("run-start", world.cohort)}"' in page


# --- look ----------------------------------------------------------------------------


def test_run_detail_finished_shows_the_proof_and_each_pair_with_its_reasons(as_lead, world, now):
    run = matching.finished(world.cohort, world.lead, now=now)

    page = get(as_lead, run)

    assert (
        f"3 of 3 placed. No better plan exists: its total of {points(run.total)} points is the highest there can be."
        in page
    )
    for name in ("Asha Rao", "Femi Ade", "Gwen Hale", "Trainee pharmacist, South site"):
        assert name in page
    for one in run.proposals.all():
        for part in one.components:
            assert part["reason"].replace("'", "&#x27;") in page
    assert "Nobody has been told yet" in page


def test_run_detail_shows_who_is_left_out_and_why(as_lead, world, now):
    for mentor in (world.ben, world.dev, world.gwen):
        people.tie(Tie.Kind.DS, world.asha.person, mentor.person, now=now)
    run = matching.finished(world.cohort, world.lead, now=now)

    page = get(as_lead, run)

    assert "2 of 3 placed" in page
    assert "Without a mentor (1)" in page
    assert "Ben is Asha&#x27;s designated supervisor" in page


def test_run_detail_published_says_when(as_lead, world, now):
    run = matching.published(world.cohort, world.lead, now=now)

    page = get(as_lead, run)

    assert "Published on 14 April 2027 at 10:00" in page
    assert url("run-publish", run) not in page
    assert url("why-not", run) not in page


@pytest.mark.parametrize("pairs", [1, 3])
def test_run_detail_asks_a_fixed_number_of_questions(client, now, db, django_assert_num_queries, pairs):
    cohort = programmes.cohort(now=now)
    for _ in range(pairs):
        programmes.mentee(cohort, now=now)
        programmes.mentor(cohort, now=now)
        programmes.mentee(cohort, now=now, band="7", job_title="Pharmacist")  # left out
    lead = people.lead(cohort.programme.organisation, now=now)
    run = matching.finished(cohort, lead, now=now)
    client.force_login(lead)
    client.get(url("run-detail", run))
    with django_assert_num_queries(13):
        client.get(url("run-detail", run))


# --- ask -----------------------------------------------------------------------------


def ask(client, run, mentee, mentor, **how):
    query = {"mentee": mentee.person_id, "mentor": mentor.person_id}
    return client.get(url("why-not", run), query, **how).content.decode()


def test_why_not_gives_the_rules_sentence(as_lead, world, now):
    people.tie(Tie.Kind.DS, world.asha.person, world.ben.person, now=now)
    run = matching.finished(world.cohort, world.lead, now=now)

    assert "Ben is Asha&#x27;s designated supervisor, so cannot also be Asha&#x27;s mentor." in ask(
        as_lead, run, world.asha, world.ben
    )


def test_why_not_gives_the_exact_loss_and_who_would_move(as_lead, world, now):
    run = matching.finished(world.cohort, world.lead, now=now)
    same_site = next(
        part["of"] for part in run.proposals.get(mentee=world.femi).components if part["name"] == "same-site"
    )

    page = ask(as_lead, run, world.femi, world.ben)

    # Femi and whoever then goes to Gwen both lose their common site.
    assert f"The total of all matches would fall by {points(2 * same_site)} points." in page
    assert "Femi Ade would move from Gwen Hale to Ben Okoro." in page
    assert re.search(r"(Asha Rao|Cara Lund) would move from (Ben Okoro|Dev Shah) to Gwen Hale\.", page)


def test_why_not_of_the_proposed_pair_says_so(as_lead, world, now):
    run = matching.finished(world.cohort, world.lead, now=now)

    assert "Gwen Hale is the mentor proposed for Femi Ade." in ask(as_lead, run, world.femi, world.gwen)


def test_why_not_says_who_would_lose_their_place(as_lead, world, now):
    hana = programmes.mentee(world.cohort, "Hana Ito", now=now)
    run = matching.finished(world.cohort, world.lead, now=now)
    left_out = run.left_out.get().mentee
    placed = run.proposals.get(mentor=world.gwen).mentee

    page = ask(as_lead, run, left_out, world.gwen)

    assert "would have no mentor instead of" in page
    assert left_out.person.name in page
    assert placed.person.name in page
    assert hana.person.name in page


def test_why_not_does_not_answer_about_another_plan(as_lead, world, now):
    run = matching.finished(world.cohort, world.lead, now=now)
    programmes.mentor(world.cohort, "Oli Penn", now=now)

    assert "have changed since these matches were found" in ask(as_lead, run, world.femi, world.ben)


def test_why_not_asked_by_htmx_is_the_answer_alone(as_lead, world, now):
    run = matching.finished(world.cohort, world.lead, now=now)

    answer = ask(as_lead, run, world.femi, world.ben, headers={"HX-Request": "true"})

    assert "<html" not in answer
    assert "Femi Ade would move" in answer


def test_why_not_without_a_choice_asks_for_one(as_lead, world, now):
    run = matching.finished(world.cohort, world.lead, now=now)

    page = as_lead.get(url("why-not", run), {"mentee": "", "mentor": world.ben.person_id}).content.decode()

    assert "Choose a mentee" in page


def test_why_not_about_somebody_outside_the_cohort_says_nothing_of_them(as_lead, world, now):
    run = matching.finished(world.cohort, world.lead, now=now)
    stranger = people.person("Zed Quill", now=now)

    answer = as_lead.get(url("why-not", run), {"mentee": stranger.pk, "mentor": world.ben.person_id})

    assert answer.status_code == 200
    assert "Zed Quill" not in answer.content.decode()


def test_why_not_among_very_many_is_asked_by_part_of_the_name(as_lead, world, now, monkeypatch):
    monkeypatch.setattr("matching.web.forms.NAMES_IN_A_LIST", 1)
    monkeypatch.setattr("matching.web.forms.MOST_ALIKE", 2)
    run = matching.finished(world.cohort, world.lead, now=now)
    programmes.mentee(world.cohort, "Femi Adeyemi", now=now)

    def asked(mentee="", mentor=""):
        return as_lead.get(url("why-not", run), {"mentee": mentee, "mentor": mentor}).content.decode()

    board = as_lead.get(url("run-detail", run)).content.decode()
    assert 'name="mentee" type="search"' in board
    assert "Dev Shah</option>" not in board
    assert "Write part of the name of the mentee" in asked(mentor="gwen")
    assert "No mentor with a free place has “quill” in their name." in asked("femi ade", "quill")
    assert "More than 2 mentees have “a” in their name. Write more of it." in asked("a", "gwen")

    page = asked("FEMI", "gwen")
    assert "2 mentees have “FEMI” in their name. Choose one." in page
    assert f'<option value="{world.femi.person_id}">Femi Ade</option>' in page
    assert "Gwen Hale is the mentor proposed" not in page
    page = asked("cara", "gwe")
    assert "have changed since these matches were found" in page  # the question was understood
    page = asked(world.femi.person_id, world.gwen.person_id)  # as a link from somebody's own page asks
    assert "Femi Ade</option>" in page
    assert "have changed since these matches were found" in page
    for endless in ("9" * 5_000, "q " * 1_500):
        assert "No mentee with a free place has" in asked(endless, "gwen")


def test_why_not_after_publication_says_that_it_is_too_late(as_lead, world, now):
    run = matching.published(world.cohort, world.lead, now=now)

    assert "not yet published" in ask(as_lead, run, world.femi, world.ben)


# --- publish -------------------------------------------------------------------------


def test_run_publish_shows_what_will_happen_and_changes_nothing(as_lead, world, now):
    run = matching.finished(world.cohort, world.lead, now=now)

    page = get(as_lead, run, "run-publish")

    assert "3 matches are made, all together, and their places are taken at once." in page
    assert "6 people are told at the time that you choose, each once." in page
    assert "You have been matched: Trainee mentoring" in page
    assert "Your mentor is a band 6 pharmacist who was in your place not long ago." in page
    assert not Relationship.objects.exists()


def test_run_publish_names_whom_no_mail_can_reach(as_lead, world, now):
    nia = people.person("Nia Bell", now=now, email=None, organisation=world.home, job_title="Trainee pharmacist")
    programmes.mentee(world.cohort, nia, now=now)
    programmes.mentor(world.cohort, now=now)
    run = matching.finished(world.cohort, world.lead, now=now)

    page = get(as_lead, run, "run-publish")

    assert "The portal has no e-mail address for Nia Bell: tell them yourself." in page
    assert "7 people are told at the time that you choose, each once." in page


def test_run_publish_counts_a_mail_for_each_match_of_somebody(as_lead, world, now):
    enrolments.withdraw(enrolment=world.dev, by=None, now=now)
    enrolments.change_capacity(enrolment=world.ben, capacity=2, by=None, now=now)
    run = matching.finished(world.cohort, world.lead, now=now)
    said = "5 people are told at the time that you choose: with one mail for each match, 6 mails in all"
    assert said in get(as_lead, run, "run-publish")
    as_lead.post(url("run-publish", run))
    assert Notice.objects.filter(kind="match-published").count() == 6


def test_run_publish_publishes_once(as_lead, world, now):
    run = matching.finished(world.cohort, world.lead, now=now)

    page = as_lead.post(url("run-publish", run), follow=True).content.decode()
    again = as_lead.post(url("run-publish", run), follow=True).content.decode()

    assert "3 matches published" in page
    assert "Everybody has been told already" in again
    assert Relationship.objects.count() == 3


def test_run_publish_says_which_pair_stands_in_the_way(as_lead, world, now):
    run = matching.finished(world.cohort, world.lead, now=now)
    people.tie(Tie.Kind.DS, world.femi.person, world.gwen.person, now=now)

    page = as_lead.post(url("run-publish", run), follow=True).content.decode()

    assert "Nothing was published. Femi Ade with Gwen Hale can no longer be matched" in page
    assert not Relationship.objects.exists()


def test_run_publish_of_what_is_not_ready_leads_back(as_lead, world, now):
    run = matching.requested(world.cohort, world.lead, now=now)

    assert as_lead.get(url("run-publish", run)).url == url("run-detail", run)


# --- everybody else ------------------------------------------------------------------


def test_run_pages_are_absent_for_everybody_else(client, world, now):
    run = matching.finished(world.cohort, world.lead, now=now)
    others = [
        world.asha.person,
        world.gwen.person,
        people.lead(people.organisation(now=now), now=now),
        people.administrator(now=now),
        people.host_officer(world.home, now=now),
        people.commissioner(world.home, now=now),
    ]
    for somebody in others:
        client.force_login(somebody)
        for name in ("run-detail", "run-publish", "why-not"):
            assert client.get(url(name, run)).status_code == 404, (somebody, name)
        for name in ("run-cancel", "run-publish"):
            assert client.post(url(name, run)).status_code == 404, (somebody, name)
        assert client.post(url("run-start", world.cohort)).status_code == 404
    assert MatchRun.objects.get().state == State.FINISHED


@pytest.mark.parametrize(
    ("hundredths", "text", "exact"),
    [
        (214_000, "2,140 points", "2,140"),
        (168_944, "1,689 points", "1,689.44"),
        (30, "less than 1 point", "0.3"),
        (50, "1 point", "0.5"),
        (0, "0 points", "0"),
        (-160, "−2 points", "−1.6"),
    ],
)
def test_points_are_whole_for_people_and_exact_for_files(hundredths, text, exact):
    assert (in_points(hundredths), exact_points(hundredths)) == (text, exact)


def test_what_is_hardly_known_counts_for_a_match_and_is_missing_of_more_than_half():
    """A fact that only bars somebody, or who stands above them, tells no two matches apart."""
    model = files.get("ip-past-dpp")

    def person(**known):
        return Facts(person_id=1, given_name="Ada", name="Ada Lind", **known)

    mentees = [
        person(texts={"topics": "asthma", "style": "quiet"}),
        person(texts={"style": "calm"}),
        person(not_applicable=frozenset({"topics"})),
        *(person(), person()),
    ]
    mentors = [person(texts={"topics": "asthma"}), person()]
    assert hardly_known(model, {"mentee": mentees, "mentor": mentors}) == [
        {"side": "mentee", "kind": "topics", "known": 2, "of": 5},
        {"side": "mentee", "kind": "style", "known": 2, "of": 5},
        {"side": "mentor", "kind": "style", "known": 0, "of": 2},
    ]
