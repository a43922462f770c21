"""Phases: from which day a prospective supervisor is eligible, and from which independent."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.refusal import Refused
from people.actions import ties
from people.models import Tie
from programmes import mentoring_models
from programmes.actions import enrolments, relationships
from programmes.composition import Balance, balance_of
from programmes.dates import anniversary
from programmes.phases import Spell, standing_of, standings
from programmes.rules.facts import Facts
from tests.builders import people as people_builders
from tests.builders import programmes as builders

START = date(2027, 7, 26)
MODEL = mentoring_models.get("ds-experienced-ds")
JO = Facts(
    person_id=1,
    given_name="Jo",
    name="Jo Reid",
    days={"band7_on": date(2025, 2, 1), "diploma_on": date(2026, 9, 30), "registered_on": date(2023, 8, 1)},
)
IN_MAY = [Spell(date(2027, 5, 17))]


def standing(facts=JO, spells=IN_MAY, **settings):
    model = mentoring_models.in_force(MODEL.key, {"phases": settings}) if settings else MODEL
    return standing_of(model, facts, start=START, spells=spells)


def test_independent_on_the_later_of_a_year_eligible_and_a_year_paired():
    """Story 3: E = 30 September 2026, so the paired year decides."""
    jo = standing()
    assert (jo.eligible_on, jo.independent_on) == (date(2026, 9, 30), date(2028, 7, 24))
    days = [date(2026, 9, 29), date(2026, 9, 30), date(2028, 7, 23), date(2028, 7, 24)]
    assert [jo.on(day) for day in days] == ["not eligible", "trainee DS", "trainee DS", "independent, in touch"]
    assert [jo.sentence(day) for day in days] == [
        "not eligible, eligible from 30 September 2026",
        "trainee DS, independent from 24 July 2028",
        "trainee DS, independent from 24 July 2028",
        "independent, in touch",
    ]


def test_somebody_who_was_not_eligible_long_waits_a_year_from_then():
    late = replace(JO, days=JO.days | {"registered_on": date(2024, 9, 20)})
    assert standing(late).independent_on == date(2028, 9, 20)


@pytest.mark.parametrize(
    ("independent", "day"), [("after-eligibility", date(2027, 9, 30)), ("after-paired-year", date(2028, 7, 24))]
)
def test_either_alone_is_a_setting(independent, day):
    assert standing(independent=independent).independent_on == day


def test_a_change_of_mentor_does_not_begin_the_year_again_but_an_end_does_not_complete_it():
    first = Spell(date(2027, 5, 17), until=date(2028, 1, 10))
    assert standing(spells=[first]).independent_on is None
    assert standing(spells=[first, Spell(date(2028, 2, 1))]).independent_on == date(2028, 7, 24)
    assert standing(spells=[Spell(date(2027, 5, 17), until=date(2028, 7, 24))]).independent_on == date(2028, 7, 24)
    assert standing(spells=[Spell(date(2027, 5, 17), until=date(2028, 7, 23))]).independent_on is None
    assert standing(spells=[Spell(date(2027, 10, 1))]).independent_on == date(2028, 9, 29)
    assert standing(spells=[]).independent_on is None


def test_what_is_not_known_makes_nobody_independent():
    unknown = replace(JO, days={"band7_on": date(2025, 2, 1)})
    assert (standing(unknown).eligible_on, standing(unknown).independent_on) == (None, None)
    assert standing(unknown).sentence(START) == "not eligible"
    assert standing(unknown, independent="after-paired-year").independent_on == date(2028, 7, 24)


known = st.dates(date(2015, 1, 1), date(2035, 1, 1))


@given(known, known, known, st.dates(date(2027, 1, 1), date(2029, 1, 1)), known)
def test_nobody_is_independent_before_both_years_are_over(band7, diploma, registered, since, day):
    facts = replace(JO, days={"band7_on": band7, "diploma_on": diploma, "registered_on": registered})
    found = standing(facts, [Spell(since)])
    both = max(anniversary(found.eligible_on, 1), max(START, since) + timedelta(weeks=52))
    assert found.independent_on == both
    assert found.is_independent(day) is (day >= both)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_standings_cost_the_same_queries_for_three_as_for_one(rows, now, django_assert_num_queries):
    cohort, jo, nia = builders.supervisors(now=now)
    builders.pair(cohort, jo, nia, now=now)
    mentees = [jo, *(builders.mentee(cohort, now=now) for _ in range(rows - 1))]
    with django_assert_num_queries(5):
        found = standings(cohort, [*mentees, nia], now=now)
    assert found[jo.pk].independent_on == date(2028, 7, 24)
    assert set(found) == {mentee.pk for mentee in mentees}


@pytest.mark.django_db
def test_a_model_without_phases_has_none(now):
    cohort = builders.cohort(now=now)
    assert standings(cohort, [builders.mentee(cohort, now=now)], now=now) == {}


# --- Who may be a supervisor of record --------------------------------------------------------


@pytest.mark.django_db
def test_somebody_who_still_learns_is_nobody_s_supervisor_of_record(now):
    cohort, jo, nia = builders.supervisors(now=now)
    omar = people_builders.person("Omar", now=now)

    def make(start, **more):
        return ties.record(
            kind=Tie.Kind.DS, person=omar, other=jo.person, start_date=start, by=None, **{"now": now} | more
        )

    with pytest.raises(Refused, match=r"^Jo may supervise alone after a year beside an experienced supervisor\.$"):
        make(date(2030, 1, 1))
    builders.pair(cohort, jo, nia, now=now)
    october = datetime(2027, 10, 1, 9, tzinfo=UTC)
    for start in (None, date(2028, 7, 23)):
        with pytest.raises(Refused, match=r"^Jo may supervise alone from 24 July 2028\.$"):
            make(start, now=october)
    assert not Tie.objects.exists()
    assert make(date(2028, 7, 24), now=october).other == jo.person


@pytest.mark.django_db
def test_other_ties_and_other_people_are_not_guarded(now):
    cohort, jo, nia = builders.supervisors(now=now)
    builders.pair(cohort, jo, nia, now=now)
    omar = people_builders.person("Omar", now=now)
    people_builders.tie(Tie.Kind.ASSESSOR, omar, jo.person, now=now)
    people_builders.tie(Tie.Kind.DS, omar, nia.person, now=now)
    enrolments.withdraw(enrolment=jo, by=None, now=now)  # whoever leaves the programme is left alone
    people_builders.tie(Tie.Kind.DS, omar, jo.person, now=now)


@pytest.mark.django_db
def test_independent_goes_on_when_the_pair_ends_afterwards(now):
    cohort, jo, nia = builders.supervisors(now=now)
    pair = builders.pair(cohort, jo, nia, now=now)
    relationships.end(relationship=pair, by=None, now=datetime(2028, 7, 24, 9, tzinfo=UTC))
    assert standings(cohort, [jo], now=now)[jo.pk].independent_on == date(2028, 7, 24)


# --- Experts and novices ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("experts", "novices", "sentence"),
    [
        (6, 7, "46% expert, target 50%"),
        (1, 1, "50% expert, target 50%"),
        (1, 2, "33% expert, target 50%"),
        (2, 1, "67% expert, target 50%"),
        (1, 7, "13% expert, target 50%"),
        (0, 3, "0% expert, target 50%"),
        (0, 0, "Nobody supervises yet"),
    ],
)
def test_a_balance_reads_as_a_percentage(experts, novices, sentence):
    assert Balance("Group", experts, novices, 50).sentence == sentence


@pytest.mark.django_db
def test_the_balance_counts_who_supervises_here_and_who_learns_to(now, django_assert_num_queries):
    """Story 3: 6 experts, 7 novices, 2 trainee representatives."""
    cohort, _, _ = builders.supervisors(now=now)
    trust = cohort.programme.organisation
    employed = {"organisation": trust, "now": now}
    for _ in range(5):  # with Nia six
        people_builders.person(first_ds_on=date(2024, 4, 14), **employed)
    for _ in range(6):  # with Jo seven
        people_builders.person(first_ds_on=date(2024, 4, 15), **employed)
    people_builders.person(first_ds_on=date(2027, 4, 15), **employed)  # not yet
    people_builders.person(first_ds_on=date(2020, 1, 1), now=now)  # elsewhere
    for _ in range(2):
        people_builders.person(level="foundation", **employed)
    with django_assert_num_queries(3):
        balance = balance_of(cohort, now=now)
    assert (balance.experts, balance.novices) == (6, 7)
    assert balance.sentence == "46% expert, target 50%"
    assert balance_of(builders.cohort(now=now), now=now) is None
