"""What the cohort's page offers a lead next."""

from datetime import timedelta

import pytest
from django.urls import reverse

from matching.actions import attempts
from matching.steps import next_steps
from programmes.models import Enrolment
from programmes.queries import cohort_lines
from programmes.readiness import readiness_of
from tests.builders import matching, people, programmes, sessions_log


def step(world, now):
    return next_steps([world.cohort], readiness_of([world.cohort]), now=now).get(world.cohort.pk)


def test_step_finds_matches_then_shows_them_and_ends_with_publication(world, now):
    first = step(world, now)
    assert (first.text, first.acts) == ("Find matches", True)
    assert first.url == reverse("matching:run-start", args=[world.cohort.pk])
    assert first.hint == "3 waiting, 3 places with mentors."

    run = matching.requested(world.cohort, world.lead, now=now)
    assert step(world, now).hint == "Matches are being found."
    taken = attempts.begin(run_id=run.pk, by=None, now=now)
    attempts.fail(run=taken, fault="", by=None, now=now)
    assert step(world, now).hint.startswith("Finding matches was stopped by a fault.")

    run = matching.finished(world.cohort, world.lead, now=now + timedelta(minutes=1))
    ready = step(world, now)
    assert (ready.text, ready.acts, ready.url) == (
        "Look at the matches",
        False,
        reverse("matching:run-detail", args=[run.pk]),
    )
    matching.publications.publish(run=run, by=world.lead, now=now)
    assert step(world, now) is None


def test_step_says_how_many_places_lack(world, now):
    programmes.mentee(world.cohort, now=now)

    assert step(world, now).hint == "4 waiting, 3 places with mentors. That is 1 too few: some will have to wait."


def test_step_leads_to_what_is_missing_where_nobody_who_waits_can_be_matched(world, now):
    waiting = Enrolment.objects.filter(side="mentee")
    waiting.filter(pk=waiting.first().pk).update(bar=Enrolment.Bar.MISSING)
    some = step(world, now)
    assert some.text == "Find matches"
    assert some.hint == "3 waiting, 3 places with mentors. 1 of those who wait cannot be matched yet."

    waiting.update(bar=Enrolment.Bar.MISSING)
    nobody = step(world, now)
    assert (nobody.text, nobody.acts) == ("See who cannot be matched", False)
    assert nobody.url == reverse("programmes:readiness-detail", args=[world.cohort.pk])

    waiting.update(bar=Enrolment.Bar.SHOULD)  # a lead can allow a pair against it
    assert step(world, now).text == "Find matches"


def test_step_enrols_more_mentors_where_people_wait_and_no_place_is_left(world, now):
    Enrolment.objects.filter(side="mentor").exclude(pk=world.ben.pk).update(state=Enrolment.State.WITHDRAWN)
    programmes.pair(world.cohort, world.asha, world.ben, now=now)

    found = step(world, now)

    assert (found.text, found.acts) == ("Enrol more mentors", False)
    assert found.hint == "2 wait for a mentor and no place is left."
    assert found.url == reverse("programmes:enrolment-add", args=[world.cohort.pk, "mentor"])
    assert found.also.url == reverse("programmes:cohort-detail", args=[world.cohort.pk]) + "?side=mentor#people"

    Enrolment.objects.filter(side="mentee").update(bar=Enrolment.Bar.MISSING)  # a new place would be nobody's
    assert step(world, now).text == "See who cannot be matched"


def test_step_offers_no_places_that_the_programme_does_not_give(world, now):
    world.cohort.programme.settings = {"capacity": {"mentor": {"default": 1, "least": 1, "most": 1}}}
    world.cohort.programme.save()
    for mentee, mentor in ((world.asha, world.ben), (world.cara, world.dev), (world.femi, world.gwen)):
        programmes.pair(world.cohort, mentee, mentor, now=now)
    assert step(world, now) is None
    programmes.mentee(world.cohort, now=now)
    found = step(world, now)
    assert found.hint == "1 waits for a mentor and no place is left."
    assert found.also is None


def test_step_of_groups_enrols_more_mentors_where_no_place_is_left(now, db):
    cohort = sessions_log.group_cohort(now=now, model_key="group-one-mentor")
    mentor = programmes.mentor(cohort, capacity=2, now=now)
    programmes.mentee(cohort, now=now)
    assert next_steps([cohort], readiness_of([cohort]), now=now)[cohort.pk].text == "See the groups"

    Enrolment.objects.filter(pk=mentor.pk).update(places_taken=2)
    found = next_steps([cohort], readiness_of([cohort]), now=now)[cohort.pk]
    assert found.text == "Enrol more group mentors"
    assert found.hint == "1 waits for a group mentor and no place is left."
    assert found.also.url == reverse("programmes:cohort-detail", args=[cohort.pk]) + "?side=mentor#people"


def test_cohort_detail_keeps_its_next_step_where_no_place_is_left(client, world, now, clock_stands):
    for mentee, mentor in ((world.asha, world.ben), (world.cara, world.dev), (world.femi, world.gwen)):
        programmes.pair(world.cohort, mentee, mentor, now=now)
    programmes.mentee(world.cohort, now=now)
    client.force_login(world.lead)
    page = client.get(reverse("programmes:cohort-detail", args=[world.cohort.pk])).content.decode()
    box = page[page.index('id="next-step"') : page.index("</section>", page.index('id="next-step"'))]
    assert "What to do next" in box
    assert "Enrol more mentors</a>" in box
    assert "?side=mentor#people" in box


@pytest.mark.parametrize("count", [1, 3])
def test_step_asks_one_question_for_any_number_of_cohorts(now, db, django_assert_num_queries, count):
    cohorts = [programmes.cohort(now=now) for _ in range(count)]
    ready = readiness_of(cohorts)
    with django_assert_num_queries(1):
        assert next_steps(cohorts, ready, now=now) == {}


def test_step_of_people_who_ask_themselves_is_who_waits_and_matches_can_be_looked_for(client, db, now, time_machine):
    time_machine.move_to(now, tick=False)
    cohort = programmes.asking_cohort(now=now)
    programmes.asker(cohort, now=now)
    programmes.listed(cohort, now=now)
    found = next_steps([cohort], readiness_of([cohort]), now=now)[cohort.pk]
    assert found.text == "See who waits"
    assert found.hint == "Prospective consultants ask the mentors themselves. 1 waiting."
    client.force_login(people.lead(cohort.programme.organisation, now=now))
    page = client.get(reverse("matching:run-list", args=[cohort.pk])).content.decode()
    assert "Prospective consultants ask the mentors themselves." in page
    assert reverse("matching:run-start", args=[cohort.pk]) in page


def test_step_of_a_pair_that_brings_itself_needs_no_mentor_enrolled(db, now):
    cohort = programmes.bringing_cohort(now=now)
    [line] = cohort_lines([cohort], now=now)
    assert (line.step.text, line.step.hint) == (
        "Enrol independent prescribers",
        "Each of them then names their past supervising practitioner, who says yes or no.",
    )
    programmes.mentee(cohort, now=now)
    [line] = cohort_lines([cohort], now=now)
    assert line.step.text == "See who waits"
    assert line.step.hint == "Independent prescribers bring their past supervising practitioners themselves. 1 waiting."


def test_step_leads_to_what_is_missing_where_no_mentor_can_be_matched(world, now):
    mentors = Enrolment.objects.filter(side="mentor")
    mentors.filter(pk=mentors.first().pk).update(bar=Enrolment.Bar.MISSING)
    assert step(world, now).text == "Find matches"

    mentors.update(bar=Enrolment.Bar.MISSING)
    none = step(world, now)
    assert (none.text, none.acts) == ("See who cannot be matched", False)
    assert none.hint == "3 waiting, 3 places with mentors. None of the mentors can be matched yet."
