"""Facts as read from the database, in bulk."""

from datetime import UTC, date, datetime

import pytest

from people.actions import facts as fact_actions
from people.models import Tie
from programmes.facts import facts_for, facts_of
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db
START = date(2027, 7, 26)


@pytest.mark.parametrize("rows", [1, 3])
def test_facts_cost_the_same_queries_for_three_as_for_one(rows, now, django_assert_num_queries):
    trust = people_builders.organisation(now=now)
    boss = people_builders.person(now=now, organisation=trust)
    ids = [people_builders.person(now=now, organisation=trust, managers=[boss]).pk for _ in range(rows)]
    with django_assert_num_queries(6):
        facts_of(ids, on=START)
    with django_assert_num_queries(5):
        facts_of(ids, on=START, chains=False)


def test_facts_hold_job_managers_ties_and_what_is_on_record(now):
    parent = people_builders.organisation(now=now)
    trust = people_builders.organisation(now=now)
    trust.parent = parent
    trust.save()
    site = people_builders.site(trust, now=now, name="Riverside")
    top = people_builders.person(now=now)
    boss = people_builders.person(now=now, managers=[top])
    ds = people_builders.person(now=now)
    asha = people_builders.person(
        "Asha Patel",
        now=now,
        organisation=trust,
        site=site,
        band="5",
        job_title="Trainee pharmacist",
        managers=[boss],
        registered_on=date(2024, 8, 1),
        style="quiet, patient",
        volunteers_to_mentor="yes",
    )
    fact_actions.record(person=asha, kind="diploma_on", value=None, applies=False, by=None, now=now)
    people_builders.tie(Tie.Kind.DS, asha, ds, now=now, start_date=date(2027, 9, 1))
    people_builders.tie(Tie.Kind.BLOCK, asha, top, now=now)
    known = facts_of([asha.pk, top.pk, ds.pk], on=START)
    facts = known[asha.pk]
    assert (facts.given_name, facts.name, facts.band, facts.site) == ("Asha", "Asha Patel", "5", "Riverside")
    assert facts.organisation_ids == {trust.pk, parent.pk}
    assert facts.managers == {boss.pk: 1, top.pk: 2}
    assert facts.ties == {ds.pk: {"ds"}, top.pk: {"block"}}
    assert known[top.pk].ties == {asha.pk: {"block"}}  # a block holds both ways,
    assert known[ds.pk].ties == {}  # supervision one
    assert facts.days == {"registered_on": date(2024, 8, 1)}
    assert facts.texts["style"] == "quiet, patient"
    assert facts.not_applicable == {"diploma_on"}
    assert facts.volunteered == {"mentor"}


def test_the_job_with_the_programme_s_organisation_speaks_first(now):
    home, other = (people_builders.organisation(now=now) for _ in range(2))
    person = people_builders.person(now=now, organisation=home, band="6", start_date=date(2020, 1, 1))
    people_builders.job(person, other, now=now, band="8a", start_date=date(2026, 1, 1))
    assert facts_of([person.pk], on=START, organisation=home)[person.pk].band == "6"
    assert facts_of([person.pk], on=START)[person.pk].band == "8a"


def test_a_job_to_come_counts_and_one_that_is_over_does_not(now):
    trust = people_builders.organisation(now=now)
    to_come = people_builders.person(now=now, organisation=trust, band="5", start_date=date(2027, 9, 1))
    assert facts_of([to_come.pk], on=START)[to_come.pk].band == "5"
    job = to_come.employments.get()
    job.start_date, job.end_date = date(2020, 1, 1), START
    job.save()
    assert facts_of([to_come.pk], on=START)[to_come.pk].band == ""


def test_a_cohort_reads_facts_on_its_start_and_later_on_the_day(now):
    cohort = builders.cohort(now=now)
    assert cohort.facts_day(now) == START
    assert cohort.facts_day(datetime(2027, 12, 29, 9, tzinfo=UTC)) == date(2027, 12, 29)


def test_an_enrolment_says_yes_for_its_own_side(now):
    cohort = builders.cohort(now=now)
    willing, unasked = builders.mentor(cohort, now=now), builders.mentor(cohort, now=now, volunteered=False)
    facts = facts_for(cohort, [willing, unasked], now=now)
    assert facts[willing.person_id].volunteered == {"mentor"}
    assert facts[unasked.person_id].volunteered == frozenset()
