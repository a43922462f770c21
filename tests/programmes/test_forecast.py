"""With whom somebody trained, as recorded or by their jobs; and the forecast of mentors."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from people.actions import employments, facts
from people.models import Person
from programmes import forecast as forecasting
from programmes import mentoring_models
from programmes.facts import facts_for
from programmes.needs import Standing, needs_of, standings, with_missing
from programmes.rules import Rule, eligibility
from programmes.rules.facts import Facts
from programmes.rules.of_person import Band, Dated, Milestone
from tests.builders import people as people_builders
from tests.builders import programmes as builders


def _trained(cohort, now, *, here=None, start=date(2024, 7, 29), end=date(2025, 7, 28), level="foundation"):
    """A mentor with a job here that is over; ``here`` is what is recorded of with whom they trained."""
    home = cohort.programme.organisation
    known = {"foundation_employer": here} if here else {}
    who = people_builders.person(now=now, organisation=home, level=level, start_date=start, **known)
    employments.end(
        employment=who.employments.get(), by=None, now=datetime(end.year, end.month, end.day, 9, tzinfo=UTC)
    )
    people_builders.job(who, home, level="early", start_date=end, now=now)
    return builders.mentor(cohort, who, now=now)


@pytest.mark.django_db
def test_what_is_recorded_counts_and_else_a_whole_foundation_year_here(now):
    cohort = builders.cohort(model_key="trainee-alumni", now=now)
    name = cohort.programme.organisation.name
    cases = [
        (_trained(cohort, now), True),
        (_trained(cohort, now, end=date(2024, 12, 1)), None),  # left after some months
        (_trained(cohort, now, level="early"), None),
        (_trained(cohort, now, here="Somewhere Else"), False),
        (_trained(cohort, now, here=name.upper(), level="early"), True),
        (_trained(cohort, now, here=cohort.programme.organisation.code, level="early"), True),
    ]
    found = facts_for(cohort, [one for one, _ in cases], now=now)
    assert [found[one.person_id].trained_here for one, _ in cases] == [expected for _, expected in cases]
    model = mentoring_models.of(cohort.programme)
    [need] = [one for one in needs_of(model, "mentor") if one.kind == "foundation_employer"]
    missing = with_missing(cohort.enrolments.all(), cohort, [need], now=now)
    missing = missing.filter(**{need.flag: True})
    assert {one.pk for one in missing} == {one.pk for one, here in cases if here is None}
    by_facts = standings(cohort, [one for one, _ in cases], now=now)
    assert [by_facts[one.pk][need.kind] == Standing.MISSING for one, _ in cases] == [here is None for _, here in cases]
    other = builders.cohort(now=now)  # a model that does not ask
    elsewhere = builders.mentor(other, cases[0][0].person, now=now)
    assert facts_for(other, [elsewhere], now=now)[elsewhere.person_id].trained_here is None


@pytest.mark.parametrize(
    ("bound", "years", "counted", "registered", "allowed"),
    [
        ("until", 3, "to-the-day", date(2024, 7, 20), False),
        ("until", 3, "calendar-year", date(2024, 1, 2), True),
        ("until", 3, "calendar-year", date(2023, 12, 31), False),
        ("before", 4, "to-the-day", date(2023, 7, 27), True),
        ("before", 4, "to-the-day", date(2023, 7, 26), False),
        ("before", 4, "calendar-year", date(2024, 1, 1), True),
        ("before", 4, "calendar-year", date(2023, 12, 31), False),
        ("from", 1, "calendar-year", date(2026, 12, 31), True),
        ("from", 1, "to-the-day", date(2026, 8, 3), False),
    ],
)
def test_the_readings_of_one_to_three_years(bound, years, counted, registered, allowed):
    milestone = Milestone(fact="registered_on", label="registration date", years=years)
    test = Dated(side="mentor", bound=bound, counted=counted, milestones=(milestone,))
    known = Facts(person_id=1, given_name="Zoe", name="Zoe Hill", days={"registered_on": registered})
    assert (test.judge(known, "Zoe", on=date(2027, 7, 26)) is None) is allowed


def test_what_is_said_to_oneself_is_the_sentence_where_the_model_says_nothing_else():
    model = mentoring_models.get("trainee-alumni")
    known = Facts(person_id=1, given_name="Zoe", name="Zoe Hill", days={"registered_on": date(2024, 7, 20)})
    found = {one.rule: one for one in eligibility(model.rules, known, "mentor", on=date(2027, 7, 26))}
    assert found["three-years"].to_self == "You passed three years since registration on 20 July 2027."
    assert found["three-years"].sentence == "Zoe passed three years since registration on 20 July 2027."
    assert found["volunteered"].to_self == found["volunteered"].sentence


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_forecast_detail_costs_the_same_queries_for_three_as_for_one(rows, now, client, django_assert_num_queries):
    cohort = builders.cohort(model_key="trainee-alumni", now=now)
    lead = people_builders.lead(cohort.programme.organisation, now=now)
    for _ in range(rows):
        builders.mentee(cohort, now=now)
        _trained(cohort, now)
    with time_machine.travel(now, tick=False):
        client.force_login(lead)
        client.get(reverse("home"))
        with django_assert_num_queries(11):
            answer = client.get(reverse("programmes:forecast-detail", args=[cohort.pk]))
    assert answer.status_code == 200


def _somebody(dice, number, organisation, elsewhere, now):
    """A person of whom this or that is known."""
    known = {
        kind: now.date() - timedelta(days=dice.randrange(*dice.choice([(-200, 5 * 365), (-200, 14 * 365)])))
        for kind in ("registered_on", "first_ds_on")
    } | {"foundation_employer": dice.choice([organisation.name, "Somewhere Else"])}
    job = {"band": dice.choice(["", "6", "7", "8a"]), "level": dice.choice(["", "foundation", "early"])}
    who = people_builders.person(
        f"Given{number} Family{dice.randrange(9)}",
        organisation=organisation,
        now=now,
        **job,
        **{kind: value for kind, value in known.items() if dice.random() < 0.6},
    )
    for kind in known:
        if dice.random() < 0.1:
            facts.record(person=who, kind=kind, value=None, applies=False, by=None, now=now)
    if dice.random() < 0.3:  # the job with the programme's organisation speaks for somebody
        people_builders.job(who, elsewhere, band="6", start_date=date(2026, 1, 5), now=now)
    return who


def _banded(rules, counted, strength):
    """The rules with one on bands, and the dated ones counted and meant otherwise."""
    band = Rule(
        name="band", kind="band", strength="should", label="Band", sentence="{name} is {band}.",
        test=Band(side="mentor", bands=("6", "7")),
    )  # fmt: skip
    told = [
        replace(rule, strength=strength, test=replace(rule.test, counted=counted)) if rule.kind == "dated" else rule
        for rule in rules
    ]
    return [*told, band]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["trainee-alumni", "ds-experienced-ds"])
@pytest.mark.parametrize(
    ("counted", "strength"),
    [("", ""), ("to-the-day", "should"), ("calendar-year", "should"), ("calendar-year", "prefer")],
)
def test_who_is_left_to_the_database_is_as_if_everybody_were_judged(key, counted, strength, now, monkeypatch):
    """Most of a staff list is not read; the forecast is that of reading and judging each of them."""
    dice = random.Random(f"{key}{counted}{strength}")
    cohort = builders.cohort(model_key=key, now=now)
    model = mentoring_models.of(cohort.programme)
    if counted:
        model = replace(model, rules=_banded(model.rules, counted, strength))
        monkeypatch.setattr(mentoring_models, "of", lambda programme: model)
    elsewhere = people_builders.organisation(now=now)
    for number in range(60):
        who = _somebody(dice, number, cohort.programme.organisation, elsewhere, now)
        if number % 10 == 0:
            builders.mentor(cohort, who, now=now)
    staff, judged = Person.objects.filter(is_active=True), []
    monkeypatch.setattr(forecasting, "eligibility", lambda *args, **kw: judged.append(1) or eligibility(*args, **kw))
    found = forecasting.forecast(cohort, staff, now=now)
    few = len(judged)
    monkeypatch.setattr(forecasting, "_split", lambda staff, rules, *, days: (staff, staff.none()))
    assert found == forecasting.forecast(cohort, staff, now=now)
    assert found.unknown
    assert found.comes_in or found.could_be_asked
    assert few < len(judged) - few or strength == "prefer"  # and fewer were judged


@pytest.mark.django_db
def test_forecast_detail_shows_fifty_of_a_list_and_leads_to_all_of_it(now, client):
    cohort = builders.cohort(model_key="trainee-alumni", now=now)
    home = cohort.programme.organisation
    fit = {"registered_on": cohort.start_date - timedelta(days=500), "foundation_employer": home.name}
    for number in range(52):
        people_builders.person(f"Al Fit{number:02}", organisation=home, now=now, **fit)
    page = reverse("programmes:forecast-detail", args=[cohort.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(people_builders.lead(home, now=now))
        first = client.get(page, {"mentees": "9"}).content.decode()
        rest = client.get(page, {"list": "could-be-asked", "page": "2", "mentees": "9"}).content.decode()
        odd = client.get(page, {"list": "nonsense", "page": "7"}).content.decode()
    assert first.count("Al Fit") == odd.count("Al Fit") == 50
    assert "?mentees=9&amp;list=could-be-asked#could-be-asked" in first
    assert "Show all 52" in first
    assert [name for name in ("Al Fit50", "Al Fit51") if name in rest] == ["Al Fit50", "Al Fit51"]
    assert rest.count("Al Fit") == 2
    assert "Who comes in" not in rest
    assert "9" in rest.split("How many trainees do you expect")[1][:600]


@pytest.mark.django_db
def test_forecast_detail_is_not_there_for_a_model_without_dates_for_mentors(now, client):
    cohort = builders.cohort(now=now)
    with time_machine.travel(now, tick=False):
        client.force_login(people_builders.lead(cohort.programme.organisation, now=now))
        assert client.get(reverse("programmes:forecast-detail", args=[cohort.pk])).status_code == 404
        shown = client.get(reverse("programmes:cohort-detail", args=[cohort.pk])).content.decode()
    assert "Forecast" not in shown
