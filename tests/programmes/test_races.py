"""Two leads at one moment. Each test of a guard has a twin with the guard off, which must show the race."""

from threading import Event

import pytest

from audit.refusal import Refused
from programmes.actions import enrolments, relationships
from programmes.models import Enrolment, Relationship
from tests.builders import programmes as builders
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def starting(cohort, mentee_id, mentor_id, now):
    """An attempt to pair these two, by somebody who has the page open already."""

    def read():
        mentee, mentor = (
            Enrolment.objects.select_related("person").get(pk=enrolment_id) for enrolment_id in (mentee_id, mentor_id)
        )
        return lambda: relationships.start(cohort=cohort, mentee=mentee, mentor=mentor, by=None, now=now)

    return read


@pytest.fixture
def contested(now):
    """One mentor with one place, and two who want it."""
    cohort = builders.cohort(now=now)
    ben = builders.mentor(cohort, "Ben", now=now)
    return cohort, ben, [builders.mentee(cohort, name, now=now) for name in ("Asha", "Fay")]


def reach_for_one_place(contested, now):
    cohort, ben, mentees = contested
    return at_once(*[starting(cohort, mentee.pk, ben.pk, now) for mentee in mentees])


def test_two_reach_for_one_place_and_one_has_it(contested, now):
    refusals = reach_for_one_place(contested, now)
    assert refusals == ["Ben already has 1 trainee pharmacist, the most for one mentor."]
    assert Relationship.objects.live().count() == 1
    assert sorted(Enrolment.objects.filter(side="mentee").values_list("places_taken", flat=True)) == [0, 1]


def test_without_the_guard_both_would_have_the_place(contested, now, monkeypatch):
    def look_then_leap(cohort, pairs):
        for enrolment in (one for pair in pairs for one in pair):
            if enrolment.places_taken >= enrolment.capacity:
                raise Refused("No place is left.")
            Enrolment.objects.filter(pk=enrolment.pk).update(places_taken=enrolment.places_taken + 1)

    monkeypatch.setattr(relationships, "take_places", look_then_leap)
    assert reach_for_one_place(contested, now) == []
    assert Relationship.objects.live().count() == 2


def test_two_end_one_relationship_and_its_place_is_freed_once(now):
    cohort = builders.cohort(now=now)
    yan = builders.mentor(cohort, "Yan", now=now, capacity=2)
    pair = builders.pair(cohort, None, yan, now=now)
    builders.pair(cohort, None, yan, now=now)

    def ending():
        relationship = Relationship.objects.get(pk=pair.pk)
        return lambda: relationships.end(relationship=relationship, by=None, now=now)

    assert at_once(ending, ending) == ["This has ended already."]
    yan.refresh_from_db()
    assert yan.places_taken == 1


def withdraw_while_paired(contested, now, monkeypatch, patience=1):
    """Ben withdraws, and is paired with Asha after his own pairs were ended and before he is out.

    ``patience``: seconds until he goes on, where the other waits for him.
    """
    cohort, ben, (asha, _) = contested
    ended, paired = Event(), Event()
    let_go = enrolments.group_requests.let_go

    def pause(**given):
        ended.set()
        paired.wait(timeout=patience)
        let_go(**given)

    monkeypatch.setattr(enrolments.group_requests, "let_go", pause)

    def withdrawing():
        enrolment = Enrolment.objects.select_related("person").get(pk=ben.pk)
        return lambda: enrolments.withdraw(enrolment=enrolment, by=None, now=now)

    def pairing():
        pair = starting(cohort, asha.pk, ben.pk, now)()

        def run():
            ended.wait(timeout=60)
            pair()
            paired.set()

        return run

    refusals = at_once(pairing, withdrawing)
    ben.refresh_from_db()
    return ben, refusals


def test_a_mentor_withdraws_while_a_pair_is_made(contested, now, monkeypatch):
    """Whoever comes first: nobody ends up paired with somebody who does not take part."""
    ben, refusals = withdraw_while_paired(contested, now, monkeypatch)
    assert refusals == ["Ben is not taking part any more."]
    assert (ben.state, ben.places_taken) == ("withdrawn", 0)
    assert not Relationship.objects.live().exists()


@pytest.mark.postgres  # SQLite writes for one at a time
def test_without_the_guard_somebody_who_withdrew_would_be_in_a_pair(contested, now, monkeypatch):
    monkeypatch.setattr(enrolments, "_hold_with_all_they_have", lambda enrolment: None)
    ben, refusals = withdraw_while_paired(contested, now, monkeypatch, patience=60)
    assert (ben.state, refusals) == ("withdrawn", [])
    assert Relationship.objects.live().exists()


def test_who_withdraws_and_who_ends_the_same_pair_do_not_wait_for_each_other(contested, now):
    cohort, ben, (asha, _) = contested
    pair = builders.pair(cohort, asha, ben, now=now)

    def withdrawing():
        enrolment = Enrolment.objects.select_related("person").get(pk=ben.pk)
        return lambda: enrolments.withdraw(enrolment=enrolment, by=None, now=now)

    def ending():
        relationship = Relationship.objects.get(pk=pair.pk)
        return lambda: relationships.end(relationship=relationship, by=None, now=now)

    assert at_once(withdrawing, ending) in ([], ["This has ended already."])
    ben.refresh_from_db()
    assert (ben.state, ben.places_taken) == ("withdrawn", 0)
