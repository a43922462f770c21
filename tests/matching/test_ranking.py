"""Choosing for one mentee by hand: the same rules, scores and reasons as a match run."""

import pytest

from matching.gather import gather
from matching.ranking import rank
from people.models import Tie
from tests.builders import people, programmes


def names(candidates):
    return [one.enrolment.person.name for one in candidates]


def test_rank_gives_the_scores_reasons_and_refusals_of_a_match_run(world, now):
    people.tie(Tie.Kind.DS, world.asha.person, world.dev.person, now=now)
    problem = gather(world.cohort, now=now)

    for mentee in (world.asha, world.cara, world.femi):
        key = str(mentee.person_id)
        for one in rank(world.cohort, mentee, now=now):
            mentor = str(one.enrolment.person_id)
            assert one.refusals == problem.refusals(key, mentor)
            assert one.components == problem.components(key, mentor)
            assert one.allowed == (problem.points(key, mentor) is not None)
            assert one.score == sum(part.points for part in one.components)
            if one.allowed:
                assert one.score == problem.points(key, mentor)


def test_rank_puts_the_best_first_then_the_full_the_overridable_and_the_refused(world, now):
    seventh = programmes.mentor(world.cohort, "Sena Band", now=now, band="7")
    people.tie(Tie.Kind.DS, world.femi.person, world.ben.person, now=now)
    programmes.pair(world.cohort, world.cara, world.dev, now=now)

    found = rank(world.cohort, world.femi, now=now)

    assert names(found) == ["Gwen Hale", "Dev Shah", "Sena Band", "Ben Okoro"]
    gwen, dev, sena, ben = found
    assert gwen.can_be_chosen
    assert gwen.reasons[1] == "Both work at South site."
    assert (dev.allowed, dev.is_full, dev.can_be_chosen) == (True, True, False)
    assert sena.enrolment == seventh
    assert sena.can_be_overridden
    assert [one.sentence for one in sena.refusals] == ["Mentors on this programme are band 6. Sena is band 7."]
    assert not ben.can_be_overridden
    assert ben.refusals[0].sentence == "Ben is Femi's designated supervisor, so cannot also be Femi's mentor."


def test_rank_says_who_has_not_volunteered(world, now):
    programmes.mentor(world.cohort, "Ian Frost", now=now, volunteered=False)
    ian = rank(world.cohort, world.asha, now=now)[-1]
    assert [one.sentence for one in ian.refusals] == ["Ian has not volunteered to mentor on this programme."]


def test_rank_says_who_was_matched_before(world, now):
    programmes.pair(world.cohort, world.asha, world.ben, now=now)
    ben = next(one for one in rank(world.cohort, world.asha, now=now) if one.enrolment == world.ben)
    assert [one.sentence for one in ben.refusals] == ["Asha Rao and Ben Okoro are matched already."]


@pytest.mark.parametrize("more", [0, 5])
def test_rank_asks_a_fixed_number_of_questions(world, now, django_assert_num_queries, more):
    for _ in range(more):
        programmes.mentor(world.cohort, now=now)
    with django_assert_num_queries(9):
        assert len(rank(world.cohort, world.asha, now=now)) == 3 + more
