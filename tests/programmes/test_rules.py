"""The rules and preferences themselves, on plain facts: no database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.models.employment import BANDS
from programmes import mentoring_models
from programmes.dates import anniversary, in_words, last_monday
from programmes.facts import Facts
from programmes.rules import BARS, Rule, cautions, eligibility, evaluate, score, shares
from programmes.rules.facts import Supervisor
from programmes.rules.of_pair import HasTie, LineManagement
from programmes.rules.of_person import Band, Dated, Milestone, SupervisedBy

START = date(2027, 7, 26)
MODEL = mentoring_models.get("trainee-band6")
ASHA = Facts(person_id=1, given_name="Asha", name="Asha Patel", band="5", site_id=1, site="Riverside")
BEN = Facts(
    person_id=2,
    given_name="Ben",
    name="Ben Carter",
    band="6",
    site_id=1,
    site="Riverside",
    volunteered=frozenset({"mentor"}),
)


def rule(test, sentence="{name} may not.", strength="must", kind="band"):
    return Rule(name="a-rule", kind=kind, strength=strength, label="A rule", sentence=sentence, test=test)


def sentences(rule_set, mentee, mentor, on=START):
    return [refusal.sentence for refusal in evaluate(rule_set, mentee, mentor, on=on)]


# --- Model 1 --------------------------------------------------------------------------------


def test_a_fitting_pair_is_allowed():
    assert evaluate(MODEL.rules, ASHA, BEN, on=START) == []


@pytest.mark.parametrize(
    ("mentee", "mentor", "expected"),
    [
        (
            replace(ASHA, ties={2: frozenset({"dpp"})}),
            BEN,
            "Ben is Asha's designated prescribing practitioner, so cannot also be Asha's mentor.",
        ),
        (
            ASHA,
            replace(BEN, ties={1: frozenset({"ds"})}),
            "Asha is Ben's designated supervisor, so cannot also be Ben's mentee.",
        ),
        (
            replace(ASHA, ties={2: frozenset({"declared"})}),
            replace(BEN, ties={1: frozenset({"declared"})}),
            "Asha and Ben are not to be paired: a conflict between them is on record.",
        ),
        (ASHA, replace(BEN, band="8a"), "Mentors on this programme are band 6. Ben is band 8a."),
        (ASHA, replace(BEN, band=""), "Ben's band is not yet known."),
        (
            ASHA,
            replace(BEN, band="", level="advanced"),
            "Mentors on this programme are band 6. Ben is at advanced level, without a band.",
        ),
        (
            replace(ASHA, band="6"),
            BEN,
            "Mentees on this programme are trainee pharmacists. Asha is band 6.",
        ),
        (replace(ASHA, managers={2: 1}), BEN, "Ben is Asha's line manager, so cannot be Asha's mentor."),
        (replace(ASHA, managers={2: 7}), BEN, "Ben is in Asha's line management, so cannot be Asha's mentor."),
        (ASHA, replace(BEN, managers={1: 1}), "Asha is Ben's line manager, so cannot be Ben's mentee."),
        (
            replace(ASHA, given_name="Ben", name="Ben Adeyemi", managers={2: 1}),
            BEN,
            "Ben Carter is Ben Adeyemi's line manager, so cannot be Ben Adeyemi's mentor.",
        ),
        (ASHA, replace(BEN, volunteered=frozenset()), "Ben has not volunteered to mentor on this programme."),
    ],
)
def test_each_refusal_has_its_sentence(mentee, mentor, expected):
    assert sentences(MODEL.rules, mentee, mentor) == [expected]


def test_nobody_is_their_own_mentor():
    me = replace(BEN, level="foundation")
    assert sentences(MODEL.rules, me, me) == ["Ben Carter cannot be their own mentor."]


def test_an_educational_supervisor_may_mentor_here():
    """Model 1 bars the DS and the DPP alone."""
    assert evaluate(MODEL.rules, replace(ASHA, ties={2: frozenset({"es"})}), BEN, on=START) == []


def test_somebody_else_s_ties_and_managers_do_not_matter():
    asha = replace(ASHA, ties={9: frozenset({"ds"})}, managers={9: 1})
    assert evaluate(MODEL.rules, asha, replace(BEN, managers={9: 1}), on=START) == []


def test_what_must_not_be_comes_before_what_should_not():
    found = evaluate(MODEL.rules, ASHA, replace(BEN, band="7", volunteered=frozenset()), on=START)
    assert [refusal.strength for refusal in found] == ["must", "should"]


def test_a_preferred_rule_cautions_and_never_bars():
    model = mentoring_models.in_force("trainee-band6", {"rule": {"mentor-band": {"strength": "prefer"}}})
    dev = replace(BEN, given_name="Dev", band="7")
    assert evaluate(model.rules, ASHA, dev, on=START) == []
    assert [caution.sentence for caution in cautions(model.rules, ASHA, dev, on=START)] == [
        "Mentors on this programme are band 6. Dev is band 7."
    ]
    assert eligibility(model.rules, dev, "mentor", on=START) == []


def test_eligibility_judges_one_person_on_one_side():
    noor = replace(BEN, given_name="Noor", band="")
    [unknown] = eligibility(MODEL.rules, noor, "mentor", on=START)
    assert (unknown.sentence, unknown.missing) == ("Noor's band is not yet known.", True)
    assert eligibility(MODEL.rules, noor, "mentee", on=START) == []


# --- Kinds ----------------------------------------------------------------------------------


def prospective_ds(name, **days):
    """Story 3: E is the latest of band 7, diploma, and registration and three years."""
    return Facts(person_id=1, given_name=name, name=name, days=days)


EXPERIENCED = rule(
    Dated(
        side="mentee",
        bound="from",
        milestones=(
            Milestone(fact="band7_on", label="date at band 7"),
            Milestone(fact="diploma_on", label="diploma date"),
            Milestone(fact="registered_on", label="registration date", years=3),
        ),
    ),
    sentence="{name} becomes eligible on {day}, after this programme starts on {start}.",
    kind="dated",
)


def test_eligible_from_the_latest_of_several_dates():
    known = {"band7_on": date(2025, 2, 1), "diploma_on": date(2026, 9, 30)}
    jo = prospective_ds("Jo", registered_on=date(2023, 8, 1), **known)
    kim = prospective_ds("Kim", registered_on=date(2024, 8, 20), **known)
    assert sentences([EXPERIENCED], jo, BEN) == []
    assert sentences([EXPERIENCED], jo, BEN, on=date(2026, 9, 30)) == []
    assert sentences([EXPERIENCED], jo, BEN, on=date(2026, 9, 29)) != []
    assert sentences([EXPERIENCED], kim, BEN) == [
        "Kim becomes eligible on 20 August 2027, after this programme starts on 26 July 2027."
    ]


def test_a_date_that_is_not_known_is_asked_for_and_one_that_does_not_apply_is_not():
    lee = prospective_ds("Lee", registered_on=date(2020, 8, 1), band7_on=date(2025, 2, 1))
    [refusal] = evaluate([EXPERIENCED], lee, BEN, on=START)
    assert (refusal.sentence, refusal.missing) == ("Lee's diploma date is not yet known.", True)
    assert evaluate([EXPERIENCED], replace(lee, not_applicable=frozenset({"diploma_on"})), BEN, on=START) == []


@pytest.mark.parametrize(
    ("name", "registered", "expected"),
    [
        ("Yan", date(2024, 8, 1), []),
        ("Zoe", date(2024, 7, 20), ["Zoe passed three years since registration on 20 July 2027."]),
        ("Abe", date(2026, 8, 3), ["Abe can mentor from 3 August 2027, one year after registering."]),
    ],
)
def test_a_window_after_registration(name, registered, expected):
    """Story 6: from one year to three after registration, both ends included."""
    year = lambda years: (Milestone(fact="registered_on", label="registration date", years=years),)  # noqa: E731
    window = [
        rule(
            Dated(side="mentor", bound="from", milestones=year(1)),
            sentence="{name} can mentor from {day}, one year after registering.",
        ),
        rule(
            Dated(side="mentor", bound="until", milestones=year(3)),
            sentence="{name} passed three years since registration on {day}.",
        ),
    ]
    person = Facts(person_id=3, given_name=name, name=name, days={"registered_on": registered})
    assert sentences(window, ASHA, person) == expected


def test_a_hard_bar_on_the_manager_and_a_softer_one_above():
    """Story 3: two rules of one kind share the line of management out between them."""
    direct = rule(LineManagement(depth=1), sentence="{upper} is {lower}'s line manager, so cannot be {lower}'s {role}.")
    above = replace(direct, strength="should", test=LineManagement(nearest=2, further="{upper} is in {lower}'s line."))
    found = lambda steps: [  # noqa: E731
        (refusal.strength, refusal.sentence)
        for refusal in evaluate([direct, above], replace(ASHA, managers={2: steps}), BEN, on=START)
    ]
    assert found(1) == [("must", "Ben is Asha's line manager, so cannot be Asha's mentor.")]
    assert found(2) == [("should", "Ben is in Asha's line.")]


@given(st.sampled_from(BANDS), st.sampled_from(BANDS), st.sampled_from(BANDS))
def test_a_band_is_in_where_it_lies_between_the_two(lowest, highest, band):
    bar = rule(Band(side="mentor", at_least=lowest, at_most=highest), sentence="{name} is {band}.")
    inside = BANDS.index(lowest) <= BANDS.index(band) <= BANDS.index(highest)
    assert (evaluate([bar], ASHA, replace(BEN, band=band), on=START) == []) is inside


people = st.integers(1, 6)


@given(people, people, st.dictionaries(people, st.integers(1, 4)), st.dictionaries(people, st.integers(1, 4)))
def test_line_management_bars_exactly_those_in_each_others_line(one, other, above_one, above_other):
    mentee = replace(ASHA, person_id=one, managers={k: v for k, v in above_one.items() if k != one})
    mentor = replace(BEN, person_id=other, managers={k: v for k, v in above_other.items() if k != other})
    for depth in ("all", 1, 2):
        reach = 99 if depth == "all" else depth
        barred = (mentee.managers.get(other, 100) <= reach or mentor.managers.get(one, 100) <= reach) and one != other
        bar = rule(LineManagement(depth=depth), sentence="{upper} manages {lower}.")
        found = [refusal for refusal in evaluate([bar], mentee, mentor, on=START) if refusal.rule == "a-rule"]
        assert bool(found) is barred


@given(st.sets(st.sampled_from(["ds", "dpp", "es", "assessor", "declared", "block"])))
def test_a_tie_bars_where_its_kind_is_named_whichever_way_it_runs(kinds):
    bar = rule(HasTie(kinds=("ds", "assessor")), sentence="{upper} is {lower}'s {tie}.")
    barred = bool(kinds & {"ds", "assessor"})
    ties = {2: frozenset(kinds)}
    assert bool(evaluate([bar], replace(ASHA, ties=ties), BEN, on=START)) is barred
    assert bool(evaluate([bar], replace(BEN, person_id=3), replace(ASHA, ties={3: ties[2]}), on=START)) is barred


# --- Dates ----------------------------------------------------------------------------------


def test_the_anniversary_of_29_february_is_1_march_in_other_years():
    assert anniversary(date(2024, 2, 29), 3) == date(2027, 3, 1)
    assert anniversary(date(2024, 2, 29), 4) == date(2028, 2, 29)


@given(st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.integers(0, 40))
def test_an_anniversary_is_that_many_years_on_to_the_day(day, years):
    reached = anniversary(day, years)
    assert reached.year == day.year + years
    assert (reached.month, reached.day) == ((day.month, day.day) if reached.month == day.month else (3, 1))


def test_days_in_words_and_last_mondays():
    assert in_words(date(2027, 8, 3)) == "3 August 2027"
    assert last_monday(2027, 7) == date(2027, 7, 26)


@given(st.integers(1990, 2060), st.integers(1, 12))
def test_the_last_monday_of_a_month_has_none_after_it(year, month):
    monday = last_monday(year, month)
    assert (monday.weekday(), monday.month) == (0, month)
    assert (monday + timedelta(days=7)).month != month


# --- Score ----------------------------------------------------------------------------------


def points(mentee, mentor):
    return {component.name: component.points for component in score(MODEL.preferences, mentee, mentor)}


def test_the_ten_thousand_hundredths_are_parted_by_weight_to_the_last():
    assert shares(MODEL.preferences) == [5000, 3000, 2000]
    thirds = [replace(MODEL.preferences[0], weight=1)] * 3
    assert shares(thirds) == [3334, 3333, 3333]
    assert shares([]) == []


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_shares_always_add_up(weights):
    parted = shares([replace(MODEL.preferences[0], weight=weight) for weight in weights])
    assert sum(parted) == 10_000
    assert min(parted) >= 0


def test_a_pair_is_scored_with_a_reason_for_each_part():
    asha = replace(ASHA, texts={"style": "quiet, Patient"})
    ben = replace(BEN, texts={"style": "patient,quiet"}, days={"mentor_trained_on": date(2026, 3, 2)})
    assert [(c.name, c.points, c.of, c.reason) for c in score(MODEL.preferences, asha, ben)] == [
        ("style", 5000, 5000, "The two are alike in style."),
        ("same-site", 3000, 3000, "Both work at Riverside."),
        ("trained", 2000, 2000, "Ben has done the mentor training."),
    ]


def test_a_pair_that_suits_worse_has_less():
    ben = replace(BEN, styles={"lead": (8, 8, 8, 8, 8)}, site_id=2, site="St Agnes")
    assert points(replace(ASHA, styles={"lead": (0, 0, 0, 0, 0)}), ben) == {"style": 0, "same-site": 0, "trained": 0}


def test_silence_neither_gains_nor_loses():
    assert points(ASHA, BEN)["style"] == 2500
    assert points(replace(ASHA, site_id=None), BEN)["same-site"] == 1500


words = st.lists(st.sampled_from(["quiet", "patient", "lively", "direct"]), max_size=4).map(",".join)


@given(words, words, st.sampled_from([None, 1, 2]), st.sampled_from([None, 1, 2]))
def test_every_score_lies_within_its_share_and_no_reason_carries_a_figure_or_a_tag(ours, theirs, here, there):
    asha = replace(ASHA, texts={"style": ours}, site_id=here)
    ben = replace(BEN, texts={"style": theirs}, site_id=there)
    components = score(MODEL.preferences, asha, ben)
    assert all(0 <= component.points <= component.of for component in components)
    assert sum(component.of for component in components) == 10_000
    for component in components:
        assert not any(character.isdigit() for character in component.reason)
        assert not any(tag in component.reason for tag in ("quiet", "patient", "lively", "direct"))


def test_every_kind_of_rule_is_documented():
    assert all(kind.__doc__ for name, kind in BARS.items() if name != "same-person")


def test_a_preference_of_weight_0_is_not_considered():
    preferences = [replace(MODEL.preferences[0], weight=0), *MODEL.preferences[1:]]
    assert shares(preferences)[0] == 0
    assert sum(shares(preferences)) == 10_000
    names = [part.name for part in score(preferences, ASHA, BEN)]
    assert names == [one.name for one in MODEL.preferences[1:]]
    assert shares([replace(one, weight=0) for one in preferences]) == [0] * len(preferences)
    assert score([replace(one, weight=0) for one in preferences], ASHA, BEN) == []


@pytest.mark.parametrize("counted", ["to-the-day", "calendar-year"])
def test_several_milestones_open_at_the_latest_and_close_at_the_earliest(counted):
    kim = Facts(person_id=1, given_name="Kim", name="Kim", days={"band7_on": START, "diploma_on": date(2029, 3, 5)})
    milestones = (Milestone(fact="band7_on", label="band 7"), Milestone(fact="diploma_on", label="diploma"))
    day = {
        bound: Dated(side="mentee", bound=bound, counted=counted, milestones=milestones).day(kim, "Kim")
        for bound in ("from", "until", "before")
    }
    whole = counted == "calendar-year"
    assert day == {
        "from": date(2029, 1, 1) if whole else date(2029, 3, 5),
        "until": date(2027, 12, 31) if whole else START,
        "before": date(2027, 1, 1) if whole else START,
    }


@pytest.mark.parametrize(
    ("supervisors", "expected"),
    [
        ((), None),
        ((Supervisor(),), None),
        ((Supervisor(band="7", registered_on=date(2024, 7, 26)),), None),
        ((Supervisor(band="6", registered_on=date(2024, 7, 26)),), "is band 6"),
        (
            (Supervisor(band="7"), Supervisor(band="8a", registered_on=date(2024, 7, 27))),
            "has been registered for 3 years only from 27 July 2027",
        ),
        (
            (Supervisor(band="6", registered_on=date(2026, 1, 5)),),
            "is band 6 and has been registered for 3 years only from 5 January 2029",
        ),
    ],
)
def test_what_a_supervisor_does_not_meet_is_said(supervisors, expected):
    found = SupervisedBy(bands=("7", "8a"), registered_years=3).judge(
        replace(ASHA, supervisors=supervisors), "Asha", on=START
    )
    assert (found.words["what"] if found else None) == expected


def test_one_year_of_registration_is_said_as_one():
    fresh = Supervisor(band="7", registered_on=date(2027, 1, 5))
    words = SupervisedBy(bands=("7",), registered_years=1).otherwise(fresh, on=START)
    assert words == "has been registered for 1 year only from 5 January 2028"


def test_what_could_not_be_checked_is_said_of_whoever_is_looked_for():
    names = ("Asha", "Ben")
    no_ds = "We do not know who Asha's designated supervisor is, so we could not check whether Ben is."
    some, other = HasTie(kinds=("ds", "dpp")), HasTie(kinds=("dpp",))
    assert (some.looks_for, other.looks_for) == (("ds",), ())
    for ties, expected in (
        ({}, no_ds),
        ({8: frozenset({"dpp"})}, no_ds),
        ({8: frozenset({"dpp"}), 9: frozenset({"ds"})}, ""),
    ):
        asha = replace(ASHA, ties=ties)
        assert (some.unchecked(asha, names), other.unchecked(asha, names)) == (expected, "")
    line = LineManagement()
    assert line.looks_for == ("manager",)
    assert line.unchecked(ASHA, names) == "We do not know who manages Asha, so we could not check whether Ben does."
    assert line.unchecked(replace(ASHA, managers={9: 1}), names) == ""


def test_the_last_day_of_a_tie_is_said_where_it_is_known():
    bar = rule(HasTie(kinds=("ds",)), sentence="{upper} is {lower}'s {tie}{on_day}.")
    asha = replace(ASHA, ties={2: frozenset({"ds"})})
    assert sentences([bar], asha, BEN) == ["Ben is Asha's designated supervisor."]
    asha = replace(asha, tie_ends={(2, "ds"): date(2027, 11, 30)})
    assert sentences([bar], asha, BEN) == ["Ben is Asha's designated supervisor on 30 November 2027."]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Band(side="mentor"),
        lambda: Band(side="mentor", bands=("6",), at_most="7"),
        lambda: HasTie(kinds=()),
        lambda: LineManagement(nearest=0),
        lambda: LineManagement(nearest=3, depth=2),
        lambda: LineManagement(further="{nobody} is further up."),
        lambda: Dated(side="mentor", bound="from", milestones=()),
    ],
)
def test_a_kind_that_could_judge_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match=r"needs|can stand"):
        wrong()


def test_a_kind_asks_for_the_facts_that_it_needs():
    assert Band(side="mentor", bands=("6",)).fact_kinds == {"mentor": ("band",)}
    assert Band(side="mentor", bands=("6",), unknown="passes").fact_kinds == {}
    assert LineManagement(nearest=2, depth=2).depth == 2
