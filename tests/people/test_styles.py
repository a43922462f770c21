"""Style: the scale, the questionnaire, what is recorded and by whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.models import AuditEvent
from audit.refusal import Refused
from people.actions import styles
from people.models import Style
from people.style import MOST, TRAIT_KEYS, TRAITS, in_words, traits_from
from people.style_questionnaire import STATEMENTS, scores
from tests.builders import people


def test_in_words_never_says_a_figure():
    quiet = TRAITS[0]
    assert in_words(quiet, 0) == "quiet"
    assert in_words(quiet, 3) == "more quiet than outgoing"
    assert in_words(quiet, 4) == "between quiet and outgoing"
    assert in_words(quiet, 8) == "outgoing"


def test_traits_from_refuses_what_is_off_the_scale():
    assert traits_from({"warm": 3}) == (None, 3, None, None, None)
    with pytest.raises(ValueError, match="between 0 and 8"):
        traits_from({"warm": 9})
    with pytest.raises(ValueError, match="no trait 'tall'"):
        traits_from({"tall": 1})


def test_questionnaire_has_four_statements_a_trait_and_both_directions():
    for key in TRAIT_KEYS:
        own = [statement for statement in STATEMENTS if statement.trait == key]
        assert len(own) == 4
        assert {statement.reverse for statement in own} == {True, False}


def test_questionnaire_ends_at_both_ends_of_the_scale():
    most = [1 if statement.reverse else 5 for statement in STATEMENTS]
    assert set(scores(most).values()) == {MOST}
    assert set(scores([6 - answer for answer in most]).values()) == {0}
    assert set(scores([3] * 20).values()) == {MOST // 2}
    with pytest.raises(ValueError, match="twenty"):
        scores([3] * 19)


@given(st.lists(st.integers(1, 5), min_size=20, max_size=20))
def test_questionnaire_always_lands_on_the_scale(answers):
    assert all(0 <= value <= MOST for value in scores(answers).values())


@pytest.mark.django_db
def test_record_keeps_one_row_a_source_and_says_nothing_in_the_audit_record(now):
    lead, asha = people.person(now=now), people.person(now=now)
    styles.record(person=asha, source="lead", traits={"outgoing": 2}, by=lead, now=now)
    styles.record(person=asha, source="lead", traits={"outgoing": 2}, by=lead, now=now)
    styles.record(person=asha, source="lead", traits={"outgoing": 7, "calm": 1}, by=lead, now=now)
    assert Style.objects.get().traits == (7, None, None, 1, None)
    events = AuditEvent.objects.filter(verb="style-recorded")
    assert events.count() == 2
    assert not any("7" in str(event.outcome) for event in events)


@pytest.mark.django_db
def test_record_of_nothing_takes_the_row_away(now):
    asha = people.person(now=now)
    styles.record(person=asha, source="own", traits={"warm": 2}, by=asha, now=now)
    assert styles.record(person=asha, source="own", traits={}, by=asha, now=now) is None
    assert not Style.objects.exists()
    assert AuditEvent.objects.filter(verb="style-forgotten").count() == 1


@pytest.mark.django_db
def test_nobody_answers_for_another(now):
    lead, asha = people.person(now=now), people.person(now=now)
    with pytest.raises(Refused, match="Only the person can answer"):
        styles.record(person=asha, source="own", traits={"warm": 2}, by=lead, now=now)
    styles.record(person=asha, source="own", traits={"warm": 2}, by=asha, now=now)
    with pytest.raises(Refused, match="Only the person can take back"):
        styles.forget(person=asha, source="own", by=lead, now=now)
