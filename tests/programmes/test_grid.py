"""Many pairs at once are judged and scored as one pair is: every kind of rule and of preference, on random people.

A new kind needs a line in ``RULES`` or ``WISHES_OF`` here; without its form for many it cannot be made at all.
"""

from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from people.fact_kinds import FACT_KINDS
from people.models.employment import BANDS
from programmes import mentoring_models
from programmes.rules import BARS, WISHES, Preference, Rule, evaluate, score
from programmes.rules.columns import MET, UNKNOWN
from programmes.rules.facts import Facts, Supervisor
from programmes.rules.grid import Grid
from programmes.rules.of_pair import DifferentOrganisation, DifferentTeam, HasTie, LineManagement, SamePerson
from programmes.rules.of_person import DAYS, Band, Dated, Milestone, SupervisedBy, TrainedHere, Volunteered
from programmes.rules.preferences import (
    TEXTS,
    WORDS,
    Alike,
    Distance,
    DomainStrength,
    Experience,
    FewSupervisors,
    HasFact,
    OtherTeam,
    SameFact,
    SameSite,
    Style,
    Where,
)
from programmes.rules.standing import Junior, SimilarPractice

TIES = ("ds", "dpp", "es", "assessor", "declared", "block")
LEVELS = ("foundation", "early", "advanced", "consultant")
SIDES = st.sampled_from(["mentee", "mentor"])
DAY = st.dates(date(2024, 1, 1), date(2029, 12, 31))
IDS = range(1, 9)


def few(of, most=3):
    return st.lists(of, max_size=most, unique=True)


TAGS = ["quiet", "Patient", "patient ", "frank", "ß", "SS"]


def drawn(dice, values, most):
    return dice.sample(values, dice.randint(0, most))


def day(dice):
    return date(2024, 1, 1) + timedelta(dice.randint(0, 6 * 365))


DOMAINS = ["leadership", "research", "education"]


def traits(dice):
    return tuple(dice.choice([None, *range(9)]) for _ in range(5))


def person(dice, number):
    texts = [", ".join(drawn(dice, TAGS, 3)), dice.choice(["community", "split", "SS"])]
    return Facts(
        person_id=number,
        given_name=dice.choice(["Ada", "Ben"]),
        name=f"Person {number}",
        band=dice.choice(["", *BANDS]),
        level=dice.choice(["", *LEVELS]),
        organisation_ids=frozenset(drawn(dice, range(1, 5), 3)),
        site_id=dice.choice([None, 1, 2, 3]),
        team_id=dice.choice([None, 1, 2, 3]),
        managers={one: dice.randint(1, 4) for one in drawn(dice, IDS, 4)},
        ties={one: frozenset(drawn(dice, TIES, 2)) for one in drawn(dice, IDS, 3)},
        supervisors=tuple(Supervisor(band, registered_on=day(dice)) for band in drawn(dice, BANDS, 2)),
        days={fact: day(dice) for fact in drawn(dice, DAYS, 4)},
        texts={fact: dice.choice(texts) for fact in drawn(dice, WORDS, len(WORDS))},
        not_applicable=frozenset(drawn(dice, DAYS, 2)),
        volunteered=frozenset(drawn(dice, ["mentee", "mentor"], 2)),
        styles={view: traits(dice) for view in drawn(dice, ["lead", "own"], 2)},
        completed_matches=dice.randint(0, 7),
        trained_here=dice.choice([None, True, False]),
        team_supervisors=dice.choice([None, *range(7)]),
        lacks=frozenset(drawn(dice, DOMAINS, 3)),
        offers={domain: dice.randint(1, 3) for domain in drawn(dice, DOMAINS, 3)},
        judged_on=dice.choice([None, day(dice)]),
    )


def some_people(seed):
    """A few people: their facts come from dice, since drawing each by itself would take minutes."""
    dice = Random(seed)
    return [person(dice, number) for number in drawn(dice, IDS, 5)]


def people():
    return st.integers(0, 2**32).map(some_people)


MILESTONES = st.builds(
    Milestone,
    fact=st.sampled_from(DAYS),
    label=st.just("day"),
    years=st.integers(0, 2),
    months=st.integers(0, 12),
    absent=st.sampled_from(["", "{name} has none."]),
)
BAND = st.sampled_from(BANDS)
IN_BANDS = st.fixed_dictionaries({"bands": st.lists(BAND, min_size=1, max_size=3).map(tuple)})
FROM_BAND = st.fixed_dictionaries({"at_least": BAND, "at_most": st.none() | BAND})
PASSES = st.sampled_from(["not-eligible", "passes"])
RULES = {
    "band": st.tuples(IN_BANDS | FROM_BAND, SIDES, few(st.sampled_from(LEVELS)), PASSES).map(
        lambda some: Band(side=some[1], levels=tuple(some[2]), unknown=some[3], **some[0])
    ),
    "volunteered": st.builds(Volunteered, side=SIDES),
    "dated": st.builds(
        Dated,
        side=SIDES,
        bound=st.sampled_from(["from", "until", "before"]),
        counted=st.sampled_from(["to-the-day", "calendar-year"]),
        milestones=st.lists(MILESTONES, min_size=1, max_size=3).map(tuple),
    ),
    "trained-here": st.builds(TrainedHere, side=SIDES),
    "supervised-by": st.builds(
        SupervisedBy, bands=st.lists(BAND, max_size=3).map(tuple), registered_years=st.integers(0, 3)
    ),
    "same-person": st.builds(SamePerson),
    "tie": st.builds(HasTie, kinds=st.lists(st.sampled_from(TIES), min_size=1, max_size=3).map(tuple)),
    "line-management": st.integers(1, 3).flatmap(
        lambda nearest: st.builds(
            LineManagement, nearest=st.just(nearest), depth=st.just("all") | st.integers(nearest, 5)
        )
    ),
    "different-team": st.builds(DifferentTeam, unknown=PASSES),
    "different-organisation": st.builds(DifferentOrganisation),
    "junior": st.builds(Junior, side=SIDES),
    "similar-practice": st.builds(SimilarPractice, fact=st.sampled_from(WORDS), levels=st.integers(0, 2)),
}
SOME_ENOUGH = st.integers(1, 9)
WISHES_OF = {
    "same-site": st.builds(SameSite),
    "other-team": st.builds(OtherTeam),
    "has-fact": st.builds(HasFact, fact=st.sampled_from(tuple(FACT_KINDS)), side=SIDES),
    "alike": st.builds(Alike, fact=st.sampled_from(TEXTS)),
    "style": st.builds(Style, whose=st.sampled_from(["lead", "own"])),
    "same-fact": st.builds(SameFact, fact=st.sampled_from(WORDS)),
    "experience": st.builds(
        Experience,
        enough=SOME_ENOUGH,
        mentees=st.none() | st.just(Where(fact="foundation_sector", values=("community", "split"))),
    ),
    "few-supervisors": st.builds(FewSupervisors, enough=SOME_ENOUGH),
    "distance": st.builds(Distance, enough=SOME_ENOUGH),
    "domain-strength": st.builds(DomainStrength),
}


def rule(kind, test, strength, number):
    label = f"Rule {number}"
    strength = "prefer" if test.only_points_out else strength
    return Rule(name=f"r{number}", kind=kind, strength=strength, label=label, sentence="No.", test=test)


def preference(kind, test, weight, number):
    reasons = dict.fromkeys(test.answers, "")
    return Preference(name=f"p{number}", kind=kind, label="A wish", weight=weight, reasons=reasons, test=test)


STRENGTHS = st.sampled_from(["must", "should", "prefer"])
ANY_RULE = st.sampled_from(sorted(RULES)).flatmap(
    lambda kind: st.builds(rule, st.just(kind), RULES[kind], STRENGTHS, st.integers(1, 9))
)
ANY_PREFERENCE = st.sampled_from(sorted(WISHES_OF)).flatmap(
    lambda kind: st.builds(preference, st.just(kind), WISHES_OF[kind], st.integers(1, 9), st.integers(1, 9))
)
ON = DAY


def assert_equal(rules, preferences, mentees, mentors, on):
    grid = Grid(rules, preferences, mentees, mentors, on=on)
    rows, cols = np.arange(len(mentees)), np.arange(len(mentors))
    barred, points = grid.barred(rows, cols), grid.points(rows, cols)
    by_rule = [(one, np.broadcast_to(verdict, barred.shape)) for one, verdict in grid.verdicts(rows, cols)]
    for i, mentee in enumerate(mentees):
        for j, mentor in enumerate(mentors):
            refusals = evaluate(rules, mentee, mentor, on=on)
            assert bool(refusals) == barred[i, j]
            said = {(one.name, bool(v[i, j] == UNKNOWN)) for one, v in by_rule if v[i, j] != MET}
            assert {(one.rule, one.missing) for one in refusals} == said
            assert sum(part.points for part in score(preferences, mentee, mentor)) == points[i, j]
    some, others = rows[::-2], cols[1:]
    assert np.array_equal(grid.barred(some, others), barred[np.ix_(some, others)])
    assert np.array_equal(grid.points(some, others), points[np.ix_(some, others)])


def test_every_kind_is_here():
    assert set(RULES) == set(BARS)
    assert set(WISHES_OF) == set(WISHES)


@pytest.mark.parametrize("kind", sorted(BARS))
@settings(max_examples=60)
@given(data=st.data())
def test_a_rule_bars_many_pairs_as_it_bars_one(kind, data):
    test, strength = data.draw(RULES.get(kind, st.nothing())), data.draw(STRENGTHS)
    assert_equal([rule(kind, test, strength, 1)], [], data.draw(people()), data.draw(people()), data.draw(ON))


@pytest.mark.parametrize("kind", sorted(WISHES))
@settings(max_examples=60)
@given(data=st.data())
def test_a_preference_scores_many_pairs_as_it_scores_one(kind, data):
    test = data.draw(WISHES_OF.get(kind, st.nothing()))
    assert_equal([], [preference(kind, test, 1, 1)], data.draw(people()), data.draw(people()), data.draw(ON))


@settings(max_examples=60)
@given(
    st.lists(ANY_RULE, max_size=4, unique_by=lambda one: one.name),
    st.lists(ANY_PREFERENCE, max_size=4, unique_by=lambda one: one.name),
    people(),
    people(),
    ON,
)
def test_rules_and_preferences_together_are_those_of_each_pair(rules, preferences, mentees, mentors, on):
    assert_equal(rules, preferences, mentees, mentors, on)


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
@settings(max_examples=15)
@given(people(), people(), ON)
def test_each_model_judges_many_pairs_as_it_judges_one(model, mentees, mentors, on):
    assert_equal(model.rules, model.preferences, mentees, mentors, on)
