from datetime import date, timedelta

import pytest

from audit.refusal import Refused
from people.actions import facts, ties
from people.models import Fact, Tie
from tests.builders import people as make
from tests.people import audited

pytestmark = pytest.mark.django_db


def test_record_replaces_a_fact_and_notes_only_a_difference(now):
    person = make.person(now=now)
    since = audited.last()
    for day in (date(2023, 8, 1), date(2023, 8, 1), date(2023, 8, 2)):
        facts.record(person=person, kind="registered_on", value=day, by=None, now=now)
    assert Fact.objects.get().day == date(2023, 8, 2)
    facts.record(person=person, kind="registered_on", applies=False, by=None, now=now)
    fact = Fact.objects.get()
    assert (fact.applies, fact.day, fact.text) == (False, None, "")
    assert audited.events(since=since) == [("fact-recorded", None, "people.fact", person.pk, None)] * 3


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("shoe_size", "44", "does not know the fact"),
        ("registered_on", "2023", "needs a date"),
        ("style", " ", "needs a text"),
        ("volunteers_to_mentor", "perhaps", "is one of: Yes, No"),
    ],
)
def test_record_refuses_what_is_no_value_of_the_kind(now, kind, value, sentence):
    with pytest.raises(Refused, match=sentence):
        facts.record(person=make.person(now=now), kind=kind, value=value, by=None, now=now)


def test_a_tie_is_recorded_once_and_a_declared_one_holds_both_ways(now):
    one, other = make.person(now=now), make.person(now=now)
    make.tie(Tie.Kind.DS, one, other, now=now)
    make.tie(Tie.Kind.DS, other, one, now=now)  # odd, yet possible: two people supervise each other
    make.tie(Tie.Kind.DECLARED, one, other, now=now)
    for kind, person in ((Tie.Kind.DS, one), (Tie.Kind.DECLARED, other)):
        with pytest.raises(Refused, match="already recorded"):
            make.tie(kind, person, other if person == one else one, now=now)
    with pytest.raises(Refused, match="two different people"):
        make.tie(Tie.Kind.BLOCK, one, one, now=now)


def test_a_tie_ends_once_and_may_then_be_recorded_again(now):
    one, other = make.person(now=now), make.person(now=now)
    tie = make.tie(Tie.Kind.DS, one, other, now=now)
    later = now + timedelta(days=3)
    since = audited.last()
    ties.end(tie=tie, by=None, now=later)
    with pytest.raises(Refused, match="already ended"):
        ties.end(tie=tie, by=None, now=later)
    assert Tie.objects.live(on=later.date()).count() == 0
    assert audited.events(since=since) == [("tie-ended", None, "people.tie", one.pk, None)]
    make.tie(Tie.Kind.DS, one, other, now=later)
