"""Which facts a model asks for, and of whom they are missing: judged one by one and by the database alike."""

from datetime import date

import pytest

from people.actions import facts as fact_actions
from people.actions import styles
from people.fact_kinds import FACT_KINDS
from people.models import Style
from people.style import TRAIT_KEYS
from programmes import mentoring_models
from programmes.models import Enrolment
from programmes.needs import Standing, needs_of, standings, with_missing
from programmes.rules import BARS, WISHES
from programmes.rules.facts import OF_THE_JOB, TEAM
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db


def _kinds(key: str, side: str) -> dict[str, list[str]]:
    return {need.kind: [use.name for use in need.uses] for need in needs_of(mentoring_models.get(key), side)}


def test_what_bars_somebody_comes_before_what_only_counts():
    needs = needs_of(mentoring_models.get("trainee-band6"), "mentor")
    assert [(need.kind, need.bars) for need in needs] == [
        ("volunteers_to_mentor", True),
        ("band", True),
        ("style", False),
        ("site", False),
        ("mentor_trained_on", False),
    ]
    assert [use.label for use in needs[1].uses] == ["Mentors are band 6 on the start date"]


def test_a_model_asks_each_side_its_own():
    assert _kinds("trainee-band6", "mentee") == {
        "ds": ["supervisor", "supervisor-standing"],
        "manager": ["line-management"],
        "style": ["style"],
        "site": ["same-site"],
    }
    asked = _kinds("ds-experienced-ds", "mentee")
    assert {"band7_on", "diploma_on", "registered_on", "team"} <= asked.keys()
    assert "first_ds_on" in _kinds("ds-experienced-ds", "mentor")
    assert "first_ds_on" not in asked
    assert len(asked["manager"]) == 2  # of two rules, one need
    assert "ds" not in _kinds("consultant-credentialing", "mentee")  # a rule looks for one, and hardly anybody has one
    assert ["manager" in _kinds("reverse", side) for side in ("mentee", "mentor")] == [False, True]  # there inverted


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
def test_every_fact_asked_for_can_be_filled_in(model):
    for side in ("mentee", "mentor"):
        for need in needs_of(model, side):
            assert need.label
            assert need.uses


def test_every_kind_names_facts_that_exist():
    tests = [rule.test for model in mentoring_models.every() for rule in model.rules]
    tests += [preference.test for model in mentoring_models.every() for preference in model.preferences]
    for test in tests:
        for side, kinds in test.fact_kinds.items():
            assert side in ("mentee", "mentor")
            assert all(kind in FACT_KINDS or kind in OF_THE_JOB for kind in kinds)
    assert all(hasattr(kind, "fact_kinds") for kind in (*BARS.values(), *WISHES.values()))


def _supervisors(now):
    """Mentees of ``ds-experienced-ds`` of whom now this, now that is known; and mentors likewise."""
    trust = people_builders.organisation(now=now)
    elsewhere = people_builders.organisation(now=now)
    cohort = builders.cohort(model_key="ds-experienced-ds", organisation=trust, now=now)
    site, team = people_builders.site(trust, now=now), people_builders.team(trust, now=now)
    nothing = {"organisation": None, "band": "", "job_title": ""}
    builders.mentee(cohort, now=now, **nothing)
    builders.mentee(cohort, now=now, band="", job_title="Pharmacist", site=site, registered_on=date(2023, 8, 1))
    builders.mentee(cohort, now=now, band="7", team=team, would_like_mentor="no", style="quiet")
    community = builders.mentee(cohort, now=now, band="", level="advanced", job_title="Pharmacist")
    for kind in ("diploma_on", "style"):
        fact_actions.record(person=community.person, kind=kind, applies=False, by=None, now=now)
    twice = builders.mentee(cohort, now=now, band="", job_title="Pharmacist")
    people_builders.job(twice.person, elsewhere, band="8a", now=now)
    seen = builders.mentor(cohort, now=now, first_ds_on=date(2020, 8, 1), volunteered=False)
    styles.record(person=seen.person, source=Style.Source.LEAD, traits={TRAIT_KEYS[0]: 4}, by=None, now=now)
    builders.mentor(cohort, now=now, **nothing)
    return cohort


def test_the_database_finds_missing_what_is_missing(now):
    cohort = _supervisors(now)
    found = standings(cohort, cohort.enrolments.live(), now=now)
    missing = {(pk, kind) for pk, known in found.items() for kind, how in known.items() if how == Standing.MISSING}
    assert missing
    assert {how for known in found.values() for how in known.values()} == set(Standing)
    model = mentoring_models.of(cohort.programme)
    counted = set()
    for side in ("mentee", "mentor"):
        needs = [*needs_of(model, side)]
        rows = with_missing(cohort.enrolments.live().on_side(side), cohort, needs, now=now)
        counted |= {(row.pk, need.kind) for need in needs for row in rows.filter(**{need.flag: True})}
    assert counted == missing


def test_a_job_of_another_organisation_does_not_speak_for_the_person(now):
    cohort = _supervisors(now)
    twice = Enrolment.objects.filter(cohort=cohort, person__employments__band="8a").get()
    # Their job with the programme's own organisation has no band, and that one speaks.
    model = mentoring_models.get("nqp-senior")
    [band] = [need for need in needs_of(model, "mentor") if need.kind == "band"]
    lacks_it = with_missing(Enrolment.objects.all(), cohort, [band], now=now).filter(**{band.flag: True})
    assert twice in lacks_it


@pytest.mark.parametrize("rows", [1, 3])
def test_standings_cost_the_same_queries_for_three_as_for_one(rows, now, django_assert_num_queries):
    cohort = builders.cohort(now=now)
    for _ in range(rows):
        builders.mentor(cohort, now=now)
    with django_assert_num_queries(7):
        assert len(standings(cohort, cohort.enrolments.live(), now=now)) == rows


def test_site_and_team_are_known_with_the_job(now):
    trust = people_builders.organisation(now=now)
    cohort = builders.cohort(model_key="ds-experienced-ds", organisation=trust, now=now)
    one = builders.mentee(cohort, now=now, team=people_builders.team(trust, now=now))
    two = builders.mentee(cohort, now=now)
    known = standings(cohort, [one, two], now=now)
    assert (known[one.pk][TEAM], known[two.pk][TEAM]) == (Standing.KNOWN, Standing.MISSING)
