"""Where each mentee has a mentor for each domain: a run proposes one domain at a time, and never one that is held."""

import pytest

from matching.actions import publications
from matching.gather import gather
from programmes.models import Member
from tests.builders import matching, people, programmes

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(now):
    return programmes.asking_cohort(now=now)


@pytest.fixture
def lead(cohort, now):
    return people.lead(cohort.programme.organisation, now=now)


def proposed(run) -> list[tuple[str, str]]:
    names = run.proposals.values_list("mentee__person__given_name", "mentor__person__given_name")
    return sorted(names)


def published(run, lead, now) -> list[tuple[str, str]]:
    publications.publish(run=run, by=lead, now=now)
    mentees = Member.objects.current().filter(role="mentee", relationship__proposal__run=run)
    return sorted(mentees.values_list("person__given_name", "slot"))


def test_two_mentors_for_one_domain_never_come_to_one_mentee_in_one_run(cohort, lead, now):
    programmes.asker(cohort, "Pia", now=now)
    for who in ("Quinn", "Rae"):
        programmes.listed(cohort, who, slots=["research"], now=now)
    run = matching.finished(cohort, lead, now=now)
    assert run.matched == 1
    assert published(run, lead, now) == [("Pia", "research")]


def test_the_next_run_goes_on_with_the_next_domain_and_leaves_the_first(cohort, lead, now):
    programmes.asker(cohort, "Pia", now=now)
    programmes.listed(cohort, "Quinn", slots=["research"], now=now)
    first = matching.finished(cohort, lead, now=now)
    assert published(first, lead, now) == [("Pia", "research")]
    programmes.listed(cohort, "Una", slots=["research"], now=now)
    programmes.listed(cohort, "Rae", slots=["education"], now=now)
    second = matching.finished(cohort, lead, now=now)
    assert proposed(second) == [("Pia", "Rae")]
    assert published(second, lead, now) == [("Pia", "education")]


def test_whoever_offers_nothing_that_is_lacked_is_named_as_such(cohort, lead, now):
    pia = programmes.asker(cohort, "Pia", slots=["research"], now=now)
    programmes.listed(cohort, "Rae", slots=["clinical"], now=now)
    run = matching.finished(cohort, lead, now=now)
    assert run.matched == 0
    problem = gather(cohort, now=now)
    [mentor] = problem.mentors
    assert [one.sentence for one in problem.refusals(str(pia.person_id), mentor)] == [
        f"{problem.facts[int(mentor)].name} offers no domain that {pia.person.name} still looks for."
    ]


def test_several_mentees_share_the_mentors_by_what_each_lacks(cohort, lead, now):
    programmes.asker(cohort, "Ada", slots=["education"], now=now)
    programmes.asker(cohort, "Bea", slots=["research"], now=now)
    programmes.listed(cohort, "Quinn", slots=["research", "education"], capacity=1, now=now)
    programmes.listed(cohort, "Rae", slots=["education"], capacity=1, now=now)
    assert proposed(matching.finished(cohort, lead, now=now)) == [("Ada", "Rae"), ("Bea", "Quinn")]


def test_whoever_is_strong_in_the_domain_comes_first_and_what_nobody_said_lies_between(cohort, lead, now):
    programmes.asker(cohort, "Pia", slots=["research"], now=now)
    for who, strength in (("Quinn", {"research": 1}), ("Rae", {}), ("Una", {"research": 3, "education": 1})):
        programmes.listed(cohort, who, strengths=strength, now=now)
    problem = gather(cohort, now=now)
    [mentee] = problem.mentees
    points = {problem.facts[int(one)].given_name: problem.points(mentee, one) for one in problem.mentors}
    assert points["Quinn"] < points["Rae"] < points["Una"]
    assert abs(points["Quinn"] + points["Una"] - 2 * points["Rae"]) <= 1  # a hundredth for rounding
    assert proposed(matching.finished(cohort, lead, now=now)) == [("Pia", "Una")]


def test_a_mentor_is_matched_for_the_domain_in_which_they_are_strongest(cohort, lead, now):
    programmes.asker(cohort, "Pia", slots=["research", "education"], now=now)
    programmes.listed(cohort, "Una", strengths={"education": 3}, now=now)
    assert published(matching.finished(cohort, lead, now=now), lead, now) == [("Pia", "education")]


def test_strength_in_a_domain_that_one_has_somebody_for_counts_nothing(cohort, lead, now):
    pia = programmes.asker(cohort, "Pia", slots=["research", "education"], now=now)
    programmes.introduction(cohort, one=pia, other=programmes.listed(cohort, "Quinn", now=now), now=now)
    programmes.listed(cohort, "Rae", strengths={"research": 3, "education": 1}, now=now)
    programmes.listed(cohort, "Una", now=now)
    assert proposed(matching.finished(cohort, lead, now=now)) == [("Pia", "Una")]
