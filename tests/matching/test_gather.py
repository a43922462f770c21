"""From a cohort to the engine's problem."""

from datetime import timedelta

import pytest

from matching.gather import gather
from matching.work import work
from people.actions import facts
from people.models import Tie
from programmes.rules import evaluate
from tests.builders import matching, people, programmes


@pytest.mark.parametrize("pairs", [1, 3])
def test_gather_asks_a_fixed_number_of_questions(now, db, django_assert_num_queries, pairs):
    cohort = programmes.cohort(now=now)
    for _ in range(pairs):
        programmes.mentee(cohort, now=now)
        programmes.mentor(cohort, now=now)
    with django_assert_num_queries(10):
        gather(cohort, now=now)


def test_gather_allows_exactly_the_pairs_that_the_rules_allow(world, now):
    programmes.mentee(world.cohort, now=now, band="7", job_title="Pharmacist")
    programmes.mentor(world.cohort, now=now, band="7")
    programmes.mentor(world.cohort, now=now, volunteered=False, band="8a")
    people.tie(Tie.Kind.DS, world.asha.person, world.ben.person, now=now)
    programmes.mentor(world.cohort, now=now, managers=[world.cara.person])

    problem = gather(world.cohort, now=now)

    for mentee in problem.mentees:
        for mentor in problem.mentors:
            refusals = evaluate(
                problem.model.rules, problem.facts[int(mentee)], problem.facts[int(mentor)], on=problem.on
            )
            points = sum(part.points for part in problem.components(mentee, mentor))
            assert problem.points(mentee, mentor) == (None if refusals else points)
            assert problem.refusals(mentee, mentor) == refusals


def test_gather_gives_places_left_and_days_waited(world, now):
    programmes.mentor(world.cohort, "Oli Penn", now=now, capacity=3)
    programmes.pair(world.cohort, world.asha, world.ben, now=now)

    problem = gather(world.cohort, now=now + timedelta(days=12))

    assert problem.days_waited == {
        str(world.cara.person_id): 12,
        str(world.femi.person_id): 12,
    }
    assert sorted(problem.capacity.values()) == [1, 1, 3]


def test_fingerprint_changes_with_what_the_engine_sees_and_with_nothing_else(world, now):
    before = gather(world.cohort, now=now).fingerprint()

    people.person(now=now, organisation=world.home)  # not enrolled
    assert gather(world.cohort, now=now).fingerprint() == before
    facts.record(person=world.ben.person, kind="mentor_trained_on", value=now.date(), by=None, now=now)
    assert gather(world.cohort, now=now).fingerprint() != before


def test_work_is_stored_with_the_fingerprint_of_its_problem(world, now):
    run = matching.requested(world.cohort, world.lead, now=now)
    work(run_id=run.pk, clock=lambda: now)
    run.refresh_from_db()
    assert run.fingerprint == gather(world.cohort, now=now).fingerprint()
