"""The sentences of the models' stories, by hand-made pairs, exactly."""

from datetime import UTC, date, datetime

import pytest

from audit.refusal import Refused
from people.models import Tie
from programmes.actions import relationships
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db


def refusal(cohort, mentee, mentor, now):
    with pytest.raises(Refused) as caught:
        relationships.start(cohort=cohort, mentee=mentee, mentor=mentor, by=None, now=now)
    return str(caught.value)


@pytest.fixture
def cohort(now):
    return builders.cohort(now=now)


@pytest.fixture
def asha(cohort, now):
    """Story 1: a trainee without an account at the trust."""
    return builders.mentee(cohort, "Asha", now=now, organisation=None)


def test_a_designated_supervisor_is_refused_as_mentor(cohort, asha, now):
    carol = builders.mentor(cohort, "Carol", now=now)
    people_builders.tie(Tie.Kind.DS, asha.person, carol.person, now=now, start_date=date(2027, 7, 26))
    expected = "Carol is Asha's designated supervisor, so cannot also be Asha's mentor."
    assert refusal(cohort, asha, carol, now) == expected


def test_a_mentor_of_another_band_is_refused(cohort, asha, now):
    dev = builders.mentor(cohort, "Dev", now=now, band="7")
    assert refusal(cohort, asha, dev, now) == "Mentors on this programme are band 6. Dev is band 7."


def test_an_untrained_mentor_is_allowed_after_the_start(cohort, asha):
    december = datetime(2027, 12, 29, 9, tzinfo=UTC)
    ela = builders.mentor(cohort, "Ela", now=december, start_date=date(2027, 10, 4))
    assert relationships.start(cohort=cohort, mentee=asha, mentor=ela, by=None, now=december).state == "live"


def test_somebody_who_did_not_volunteer_is_refused(cohort, asha, now):
    ian = builders.mentor(cohort, "Ian", now=now, volunteered=False)
    assert refusal(cohort, asha, ian, now) == "Ian has not volunteered to mentor on this programme."


def test_a_line_manager_is_refused_at_any_depth_and_either_way(cohort, now):
    trust = cohort.programme.organisation
    liv = people_builders.person("Liv", now=now, organisation=trust, band="6")
    max_ = people_builders.person("Max", now=now, organisation=trust, band="6", managers=[liv])
    jo = builders.mentee(cohort, "Jo", now=now, managers=[max_])
    manager, above = (builders.mentor(cohort, person, now=now) for person in (max_, liv))
    assert refusal(cohort, jo, manager, now) == "Max is Jo's line manager, so cannot be Jo's mentor."
    assert refusal(cohort, jo, above, now) == "Liv is in Jo's line management, so cannot be Jo's mentor."
    kim = builders.mentor(cohort, "Kim", now=now, managers=[jo.person])
    assert refusal(cohort, jo, kim, now) == "Jo is Kim's line manager, so cannot be Kim's mentee."


def test_what_is_not_yet_known_is_not_guessed(cohort, asha, now):
    noor = builders.mentor(cohort, "Noor", now=now, band="", organisation=None)
    assert refusal(cohort, asha, noor, now) == "Noor's band is not yet known."
