"""How long what people said is kept after a closing: the day before it stays, on the day it goes, and no other."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from people import retention
from people.actions import styles
from people.models import Style
from people.style import TRAIT_KEYS
from programmes.actions import flags, introductions, joining, programmes
from programmes.models import Cohort, Flag, Hope, Introduction, Listing, MentorRequest, Relationship
from tests.builders import people as make
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db
HALF_A_YEAR, TWO_YEARS = date(2027, 10, 14), date(2029, 4, 14)  # after 14 April 2027, on which tests happen
WORDS = "canary-7c41aa-why"
# What each rule is about, as it is found before and no more after.
KEPT = {
    "hopes": (HALF_A_YEAR, Hope.objects.all(), "enrolment__cohort"),
    "requests": (HALF_A_YEAR, MentorRequest.objects.all(), "enrolment__cohort"),
    "listings": (HALF_A_YEAR, Listing.objects.all(), "enrolment__cohort"),
    "decline-reasons": (HALF_A_YEAR, Introduction.objects.filter(reason__isnull=False), "cohort"),
    "flags": (TWO_YEARS, Flag.objects.filter(reason__isnull=False), "relationship__cohort"),
    "style": (HALF_A_YEAR, Style.objects.all(), "person__enrolments__cohort"),
}


def everything(cohort: Cohort, *, now: datetime) -> None:
    """Somebody asked in ``cohort``, met, told the leads and said no; both said what they hope for."""
    made = builders.introduction(cohort, now=now)
    lead = make.lead(cohort.programme.organisation, now=now)
    for enrolment in (made.one, made.other):
        joining.write_hope(enrolment=enrolment, text=WORDS, by=enrolment.person, now=now)
    styles.record(person=made.one.person, source=Style.Source.LEAD, traits={TRAIT_KEYS[0]: 4}, by=None, now=now)
    pair = Relationship.objects.get(introduction=made)
    other = builders.pair(cohort, builders.asker(cohort, now=now), builders.listed(cohort, now=now), now=now)
    for relationship in (pair, other):
        by = relationship.members.get(role="mentor").person
        flag = flags.raise_flag(relationship=relationship, reason=WORDS, by=by, now=now)
    flags.close(flag=flag, outcome=Flag.Outcome.CARRIES_ON, by=lead, now=now)
    introductions.decline(relationship=pair, reason=WORDS, by=made.other.person, now=now)


@pytest.fixture
def cohorts(now):
    """One that is closed today, and its neighbour tomorrow, both with everything in it."""
    two = [builders.asking_cohort(now=now), builders.asking_cohort(now=now)]
    for cohort in two:
        everything(cohort, now=now)
    return two


def close(cohorts, what, *, now):
    for days, cohort in enumerate(cohorts):
        at = now + timedelta(days=days)
        if what == "cohort":
            programmes.close_cohort(cohort=cohort, by=None, now=at)
        else:
            programmes.close(programme=cohort.programme, by=None, now=at)


def at(day: date, hour: time = time(12)) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


def left(name, cohorts):
    _, rows, path = KEPT[name]
    return [rows.filter(**{path: cohort}).count() for cohort in cohorts]


@pytest.mark.parametrize("closed", ["cohort", "programme"])
@pytest.mark.parametrize("name", KEPT)
def test_it_stays_the_day_before_and_goes_on_the_day_while_the_neighbour_s_stays(name, closed, cohorts, now):
    day, before = KEPT[name][0], left(name, cohorts)
    assert all(before)
    close(cohorts, closed, now=now)
    eve, morning = at(day - timedelta(days=1), time(23, 59)), at(day, time(0, 1))
    assert retention.counts(eve)[name] == 0
    assert retention.apply(now=eve, only=[name]) == {name: 0}
    assert left(name, cohorts) == before

    others = {other: left(other, cohorts) for other in KEPT if other != name}
    goes = before[0] - (name == "flags")  # the one that is open stays, however old
    assert retention.counts(morning)[name] == goes
    assert retention.apply(now=morning, only=[name]) == {name: goes}
    assert left(name, cohorts) == [before[0] - goes, before[1]]
    assert retention.apply(now=morning, only=[name]) == {name: 0}  # twice is as once
    assert {other: left(other, cohorts) for other in others} == others
    assert Introduction.objects.count() == 2  # that it was said stays, only the words are gone
    assert Flag.objects.count() == 4


@pytest.mark.parametrize("name", KEPT)
def test_nothing_goes_from_a_cohort_that_is_open_however_old(name, cohorts):
    before = left(name, cohorts)
    assert retention.apply(now=at(date(2047, 1, 1)), only=[name]) == {name: 0}
    assert left(name, cohorts) == before


def test_a_cohort_opened_again_keeps_what_it_has(cohorts, now):
    close(cohorts, "cohort", now=now)
    programmes.reopen_cohort(cohort=cohorts[0], by=None, now=now + timedelta(days=1))
    assert retention.apply(now=at(HALF_A_YEAR), only=["hopes"]) == {"hopes": 0}


def test_the_day_is_london_s(cohorts):
    """Closed at half past midnight in London, which is the day before in Greenwich."""
    programmes.close_cohort(cohort=cohorts[0], by=None, now=datetime(2027, 4, 14, 23, 30, tzinfo=UTC))
    assert retention.counts(at(HALF_A_YEAR, time(23)))["hopes"] == 0
    assert retention.counts(at(HALF_A_YEAR + timedelta(days=1), time(1)))["hopes"] == 2


def test_a_style_stays_with_whoever_takes_part_elsewhere_or_never_did(cohorts, now):
    for cohort in cohorts:
        programmes.close_cohort(cohort=cohort, by=None, now=now)
    own = Style.objects.get(person__enrolments__cohort=cohorts[0])
    builders.mentor(builders.cohort(organisation=cohorts[0].programme.organisation, now=now), own.person, now=now)
    never = make.person(now=now)
    styles.record(person=never, source=Style.Source.LEAD, traits={TRAIT_KEYS[0]: 4}, by=None, now=now)
    assert retention.apply(now=at(HALF_A_YEAR), only=["style"]) == {"style": 1}
    assert set(Style.objects.values_list("person", flat=True)) == {own.person_id, never.pk}


def test_what_somebody_wanted_all_the_same_goes_too_where_nobody_gave_a_reason(cohorts, now):
    Introduction.objects.update(reason=None)
    Introduction.objects.filter(cohort=cohorts[0]).update(consent="They manage my manager, and I want it all the same.")
    close(cohorts, "cohort", now=now)
    assert retention.apply(now=at(HALF_A_YEAR), only=["decline-reasons"]) == {"decline-reasons": 1}
    assert not Introduction.objects.exclude(consent="").exists()
