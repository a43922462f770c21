"""The kinds that models 2 and 3 asked for, on plain facts, and what feeds them from the database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from people.actions import facts as fact_actions
from people.models import Tie
from programmes import mentoring_models
from programmes.actions import relationships
from programmes.dates import anniversary, in_words
from programmes.facts import facts_for
from programmes.queries import candidates
from programmes.rules import Preference, Rule, cautions, eligibility, evaluate, score
from programmes.rules.facts import TEAM, Facts
from programmes.rules.kinds import Broken
from programmes.rules.of_pair import DifferentOrganisation, DifferentTeam
from programmes.rules.of_person import Dated, Milestone, TrainedHere
from programmes.rules.preferences import Experience, FewSupervisors, SameFact, Where
from programmes.training import is_due, is_not_recorded
from tests.builders import people as people_builders
from tests.builders import programmes as builders

START = date(2027, 7, 26)
FAY = Facts(person_id=1, given_name="Fay", name="Fay Lunn")
GITA = Facts(person_id=2, given_name="Gita", name="Gita Rao")


def rule(test, sentence, strength="must"):
    return Rule(name="a-rule", kind="a-kind", strength=strength, label="A rule", sentence=sentence, test=test)


def refusals(bar, mentee=FAY, mentor=GITA, on=START):
    return [(refusal.sentence, refusal.missing) for refusal in evaluate([bar], mentee, mentor, on=on)]


def milestone(**more):
    return Milestone(fact="registered_on", label="registration date", **more)


def test_trained_here_takes_whoever_did_the_foundation_year_with_the_organisation():
    bar = rule(TrainedHere(side="mentor"), "{name} did not train with {organisation}.")
    gita = replace(GITA, home="Northgate Trust")
    assert refusals(bar, mentor=replace(gita, trained_here=True)) == []
    assert refusals(bar, mentor=replace(gita, trained_here=False)) == [
        ("Gita did not train with Northgate Trust.", False)
    ]
    assert refusals(bar, mentor=gita) == [("Gita's foundation year employer is not yet known.", True)]


# --- Dates ----------------------------------------------------------------------------------


def before(**more):
    test = Dated(side="mentee", bound="before", milestones=(milestone(**more),))
    return rule(test, "{name} was registered too long ago on {day}.")


def test_before_a_milestone_leaves_the_day_itself_out():
    fay = replace(FAY, days={"registered_on": date(2025, 7, 26)})
    assert refusals(before(months=24), fay, on=date(2027, 7, 25)) == []
    assert refusals(before(months=24), fay) == [("Fay was registered too long ago on 26 July 2027.", False)]


def test_until_a_milestone_takes_the_day_itself_in():
    test = Dated(side="mentee", bound="until", milestones=(milestone(months=24),))
    bar = rule(test, "{name} was registered too long ago on {day}.")
    fay = replace(FAY, days={"registered_on": date(2025, 7, 26)})
    assert refusals(bar, fay, on=date(2027, 7, 26)) == []
    assert refusals(bar, fay, on=date(2027, 7, 27)) == [("Fay was registered too long ago on 26 July 2027.", False)]


def test_what_a_milestone_says_of_somebody_to_whom_it_does_not_apply_bars_them():
    bar = before(months=24, absent="{name} is not a registered pharmacist.")
    bob = replace(FAY, given_name="Bob", not_applicable=frozenset({"registered_on"}))
    assert refusals(bar, bob) == [("Bob is not a registered pharmacist.", False)]
    assert refusals(before(months=24), bob) == []
    assert refusals(bar) == [("Fay's registration date is not yet known.", True)]
    with pytest.raises(ValueError, match=r"has \{nam\} in a sentence"):
        milestone(absent="{nam} is not.")


days = st.dates(date(1960, 1, 1), date(2060, 12, 31))


@given(days, st.integers(0, 40))
def test_so_many_years_are_twelve_times_as_many_months(day, years):
    assert anniversary(day, years) == anniversary(day, 0, months=12 * years)


@given(days, st.integers(0, 500))
def test_months_ahead_land_on_the_same_day_or_on_the_first_of_the_month_after_a_short_one(day, months):
    reached = anniversary(day, 0, months)
    ahead = (reached.year - day.year) * 12 + reached.month - day.month
    assert (ahead, reached.day) in {(months, day.day), (months + 1, 1)}
    if day.day <= 28:
        assert (ahead, reached.day) == (months, day.day)
    assert reached <= anniversary(day, 0, months + 1)


def test_29_february_counts_as_1_march():
    assert anniversary(date(2024, 2, 29), 0, months=24) == date(2026, 3, 1)
    assert anniversary(date(2024, 1, 31), 0, months=1) == date(2024, 3, 1)
    assert anniversary(date(2023, 12, 31), 0, months=2) == date(2024, 3, 1)


DS = mentoring_models.get("ds-experienced-ds")
KNOWN = ("band7_on", "diploma_on", "registered_on")


@given(st.fixed_dictionaries({kind: days for kind in KNOWN}), days)
def test_the_day_in_the_sentence_is_the_first_on_which_there_is_none(known, on):
    """Eligible exactly from the latest of band 7, diploma, and registration and three years: the sentence names it."""
    [eligible] = [rule for rule in DS.rules if rule.name == "eligible"]
    kim = replace(FAY, given_name="Kim", days=known)
    from_ = max(known["band7_on"], known["diploma_on"], anniversary(known["registered_on"], 3))
    found = refusals(eligible, kim, on=on)
    if on >= from_:
        assert found == []
    else:
        starts = f"this programme starts on {in_words(on)}"
        assert found == [(f"Kim becomes eligible on {in_words(from_)}, after {starts}.", False)]
        assert refusals(eligible, kim, on=from_) == []
        assert refusals(eligible, kim, on=from_ - timedelta(days=1)) != []


@given(st.sets(st.sampled_from(KNOWN)), st.dates(date(1973, 1, 1), date(2060, 12, 31)))
def test_whatever_is_missing_is_named_and_never_guessed(missing, on):
    [eligible] = [rule for rule in DS.rules if rule.name == "eligible"]
    kim = replace(FAY, days={kind: date(1970, 1, 1) for kind in KNOWN if kind not in missing})
    [*found] = eligibility([eligible], kim, "mentee", on=on)
    assert [refusal.missing for refusal in found] == [True] * bool(missing)
    assert isinstance(eligible.test.day(kim, "Kim"), Broken) is bool(missing)


@given(days, days)
def test_somebody_may_be_judged_on_a_day_of_their_own(registered, joined):
    fay = replace(FAY, days={"registered_on": registered}, judged_on=joined, moment="joining")
    assert bool(refusals(before(months=24), fay)) is (joined >= anniversary(registered, 2))


# --- Where people work ----------------------------------------------------------------------

TEAMS = rule(DifferentTeam(), "{mentee} and {mentor} both work in {team}.")
APART = rule(DifferentOrganisation(), "{mentee} and {mentor} work for the same organisation.")


def test_two_of_one_team_are_refused():
    jo = replace(FAY, given_name="Jo", team_id=1, team="Haematology")
    nia = replace(GITA, given_name="Nia", team_id=2, team="Critical care")
    assert refusals(TEAMS, jo, nia) == []
    nia = replace(nia, team_id=1, team="Haematology")
    assert refusals(TEAMS, jo, nia) == [("Jo and Nia both work in Haematology.", False)]


def test_a_team_that_is_not_known_is_asked_for_unless_the_department_keeps_none():
    jo = replace(FAY, given_name="Jo", team_id=1, team="Haematology")
    assert refusals(TEAMS, jo) == [("Gita's team is not yet known.", True)]
    assert DifferentTeam().fact_kinds == {"mentee": (TEAM,), "mentor": (TEAM,)}
    keeps_none = DifferentTeam(unknown="passes")
    assert refusals(rule(keeps_none, "{mentee} {mentor}"), jo) == []
    assert keeps_none.fact_kinds == {}  # nor is anybody asked for it


def test_two_of_one_organisation_are_refused_and_so_are_two_of_one_parent():
    gus = replace(FAY, given_name="Gus", organisation_ids=frozenset({1, 9}))
    jan = replace(GITA, given_name="Jan", organisation_ids=frozenset({2}))
    assert refusals(APART, gus, jan) == []
    for shared in ({1}, {2, 9}):
        same = replace(jan, organisation_ids=frozenset(shared))
        assert refusals(APART, gus, same) == [("Gus and Jan work for the same organisation.", False)]
    assert refusals(APART, FAY, jan) == [("Fay's organisation is not yet known.", True)]


# --- Preferences ----------------------------------------------------------------------------


def part(test, mentee=FAY, mentor=GITA):
    reasons = dict.fromkeys(test.answers, "")
    wish = Preference(name="a", kind="a", label="A", weight=1, test=test, reasons=reasons)
    [component] = score([wish], mentee, mentor)
    return component.points


def answer(test, mentee=FAY, mentor=GITA):
    return test.weigh(mentee, mentor)[2]


AFTER_COMMUNITY = Experience(enough=5, mentees=Where(fact="foundation_sector", values=("community",)))


def test_experience_counts_after_a_foundation_year_in_community():
    fay = replace(FAY, texts={"foundation_sector": "community"})
    some = replace(GITA, completed_matches=2)
    much = replace(GITA, completed_matches=9)
    assert [part(AFTER_COMMUNITY, fay, mentor) for mentor in (GITA, some, much)] == [0, 4000, 10_000]
    assert [answer(AFTER_COMMUNITY, fay, mentor) for mentor in (GITA, some, much)] == ["none", "some", "much"]


@pytest.mark.parametrize("texts", [{}, {"foundation_sector": "hospital"}])
def test_experience_counts_half_for_everybody_else(texts):
    fay = replace(FAY, texts=texts)
    assert {part(AFTER_COMMUNITY, fay, replace(GITA, completed_matches=n)) for n in (0, 9)} == {5000}
    assert answer(AFTER_COMMUNITY, fay) == "not-asked"


def test_experience_counts_for_all_where_nobody_is_singled_out():
    assert part(Experience(enough=2), FAY, replace(GITA, completed_matches=1)) == 5000


@pytest.mark.parametrize(
    ("supervisors", "points", "word"),
    [
        (0, 10_000, "few"),
        (1, 7500, "few"),
        (3, 2500, "some"),
        (4, 0, "enough"),
        (9, 0, "enough"),
        (None, 5000, "unknown"),
    ],
)
def test_teams_with_few_supervisors_come_first(supervisors, points, word):
    jo = replace(FAY, team_supervisors=supervisors)
    assert (part(FewSupervisors(enough=4), jo), answer(FewSupervisors(enough=4), jo)) == (points, word)


def test_the_same_fact_is_the_same_however_it_is_typed():
    camden = replace(FAY, texts={"foundation_site": "Camden "})
    test = SameFact(fact="foundation_site")
    assert part(test, camden, replace(GITA, texts={"foundation_site": "camden"})) == 10_000
    assert part(test, camden, replace(GITA, texts={"foundation_site": "Euston"})) == 0
    assert part(test, camden) == 5000


def test_a_value_that_the_fact_cannot_have_is_a_mistake():
    with pytest.raises(ValueError, match="has no value 'comunity'"):
        Where(fact="foundation_sector", values=("comunity",))


# --- From the database ----------------------------------------------------------------------


@pytest.mark.django_db
def test_facts_count_completed_matches_and_a_team_s_supervisors(now):
    trust = people_builders.organisation(now=now)
    team = people_builders.team(trust, now=now, name="Haematology")
    cohort = builders.cohort(now=now, organisation=trust)
    gita = builders.mentor(cohort, "Gita", now=now, capacity=3, team=team, first_ds_on=date(2020, 1, 1))
    long, short, still = (builders.pair(cohort, None, gita, now=now) for _ in range(3))
    relationships.end(relationship=long, by=None, now=now + timedelta(weeks=20))
    relationships.end(relationship=short, by=None, now=now + timedelta(weeks=20) - timedelta(minutes=1))
    jo = builders.mentee(cohort, "Jo", now=now, team=team)
    noor = builders.mentee(cohort, "Noor", now=now)
    ds, to_come = (people_builders.person(now=now, organisation=trust, team=team) for _ in range(2))
    people_builders.tie(Tie.Kind.DS, noor.person, ds, now=now)
    people_builders.tie(Tie.Kind.DS, jo.person, to_come, now=now, start_date=START + timedelta(days=1))
    cohort.programme.model_key = "nqp-senior"  # which asks for experience
    facts = facts_for(cohort, [gita, jo, noor], now=now)
    assert [facts[one.person_id].completed_matches for one in (gita, jo)] == [1, 0]
    cohort.programme.model_key = "ds-experienced-ds"  # which asks for supervisors
    facts = facts_for(cohort, [gita, jo, noor], now=now)
    assert [facts[one.person_id].team_supervisors for one in (jo, noor)] == [2, None]
    assert still.state == "live"


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("key", "queries"), [("trainee-band6", 5), ("nqp-senior", 6), ("ds-experienced-ds", 6)]
)  # what the model's preferences ask for costs a query each
def test_facts_for_pairs_cost_the_same_queries_for_three_as_for_one(key, queries, rows, now, django_assert_num_queries):
    cohort = builders.cohort(now=now, model_key=key)
    team = people_builders.team(cohort.programme.organisation, now=now)
    enrolled = [builders.mentor(cohort, now=now, team=team) for _ in range(rows)]
    with django_assert_num_queries(queries):
        facts_for(cohort, enrolled, now=now)
    with django_assert_num_queries(4):
        facts_for(cohort, enrolled, now=now, chains=False)


@pytest.mark.django_db
def test_eligibility_is_judged_on_joining_or_on_a_named_day_where_the_programme_says_so(now):
    registered = {"registered_on": date(2025, 5, 1)}
    cohort = builders.cohort(now=now, model_key="nqp-senior", start_date=date(2027, 9, 1))
    early = builders.mentee(cohort, "Fay", now=now, band="6", would_like_mentor="yes", **registered)
    late = builders.mentee(
        cohort, "Ivy", now=datetime(2027, 5, 3, 9, tzinfo=UTC), band="6", would_like_mentor="yes", **registered
    )
    gita = builders.mentor(cohort, "Gita", now=now, band="8a")
    too_late = "Ivy had been registered for two years on 1 May 2027, so is not newly qualified any more."

    def told():
        facts = facts_for(cohort, [early, late, gita], now=now)
        model = mentoring_models.of(cohort.programme)
        pairs = [(facts[one.person_id], facts[gita.person_id]) for one in (early, late)]
        return [[r.sentence for r in evaluate(model.rules, *pair, on=cohort.start_date)] for pair in pairs]

    assert told() == [[], [too_late]]
    [line] = candidates(cohort, [late.person], "mentee", now=now)
    assert line.refusals == []  # whoever is enrolled today joins today

    cohort.programme.settings = {"eligibility_date": "named", "named_day": {"day": 30, "month": 4}}
    assert told() == [[], []]
    cohort.programme.settings = {"eligibility_date": "programme-start"}
    assert [len(some) for some in told()] == [1, 1]


@pytest.mark.django_db
def test_the_sentence_says_which_day_counted(now):
    cohort = builders.cohort(now=now, model_key="ds-experienced-ds")
    known = {"band7_on": date(2025, 2, 1), "diploma_on": date(2026, 9, 30), "registered_on": date(2024, 8, 20)}
    kim = builders.mentee(cohort, "Kim", now=now, would_like_mentor="yes", **known)
    [refusal] = eligibility(DS.rules, facts_for(cohort, [kim], now=now)[kim.person_id], "mentee", on=START)
    assert refusal.sentence == "Kim becomes eligible on 20 August 2027, after this programme starts on 26 July 2027."
    cohort.programme.settings = {"eligibility_date": "named", "named_day": {"day": 1, "month": 8}}
    [refusal] = eligibility(DS.rules, facts_for(cohort, [kim], now=now)[kim.person_id], "mentee", on=START)
    assert refusal.sentence == (
        "Kim becomes eligible on 20 August 2027, after the day on which this programme judges it, 1 August 2027."
    )
    fact_actions.record(person=kim.person, kind="diploma_on", applies=False, by=None, now=now)
    cohort.programme.settings = {}
    [refusal] = eligibility(DS.rules, facts_for(cohort, [kim], now=now)[kim.person_id], "mentee", on=START)
    assert "20 August 2027" in refusal.sentence


def test_a_named_day_of_29_february_is_1_march_in_other_years():
    model = mentoring_models.in_force(
        "ds-experienced-ds", {"eligibility_date": "named", "named_day": {"day": 29, "month": 2}}
    )
    assert [model.named_day.in_year(year) for year in (2027, 2028)] == [date(2027, 3, 1), date(2028, 2, 29)]


def test_cautions_are_never_bars():
    prefer = replace(TEAMS, strength="prefer")
    jo, nia = (replace(one, team_id=1, team="Renal") for one in (FAY, GITA))
    assert evaluate([prefer], jo, nia, on=START) == []
    assert len(cautions([prefer], jo, nia, on=START)) == 1


# --- Training -------------------------------------------------------------------------------


def test_training_is_due_from_the_side_that_the_model_asks_until_a_day_is_on_record():
    band6 = mentoring_models.get("trainee-band6")
    assert is_due(band6, GITA, "mentor")
    assert not is_due(band6, GITA, "mentee")
    assert not is_due(band6, replace(GITA, days={"mentor_trained_on": START}), "mentor")
    assert not is_due(band6, replace(GITA, not_applicable=frozenset({"mentor_trained_on"})), "mentor")
    assert is_due(DS, FAY, "mentee")
    assert not is_due(DS, GITA, "mentor")
    host = mentoring_models.get("trainee-host")  # prefers a trained mentor, and asks nobody for the training
    assert not is_due(host, GITA, "mentor")
    assert is_not_recorded(host, GITA, "mentor")


def test_no_reason_claims_that_training_is_due_where_nothing_is_recorded():
    """A list that is silent about training says nothing about anybody."""
    for model in mentoring_models.every():
        for part in score(model.preferences, FAY, GITA):
            assert "is due" not in part.reason
            if part.name == "trained":
                assert part.reason == "Gita's mentor training is not recorded."


@pytest.mark.django_db
def test_a_lead_sees_whose_training_is_due_and_a_member_does_not(now, client, time_machine):
    time_machine.move_to(now, tick=False)
    cohort = builders.cohort(now=now)
    pair = builders.pair(cohort, None, builders.mentor(cohort, "Ela", now=now), now=now)
    lead = people_builders.lead(cohort.programme.organisation, now=now)
    of_cohort = reverse("programmes:cohort-detail", args=[cohort.pk]) + "?side=mentor"
    pages = [of_cohort, reverse("programmes:relationship-detail", args=[pair.pk])]
    client.force_login(lead)
    assert ["Training due" in client.get(page).content.decode() for page in pages] == [True, True]
    client.force_login(pair.members.get(role="mentee").person)
    assert "Training due" not in client.get(pages[1]).content.decode()
