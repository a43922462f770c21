"""Paid and protected hours beside those planned, of a whole programme: counted, nobody named."""

from datetime import timedelta

import pytest
from django.urls import reverse

from programmes.actions import commissioning, groups
from reports.spent import paid, protected
from reports.worth import worth_of
from sessions_log.actions import sessions
from sessions_log.models import Target
from tests.builders import people, programmes
from tests.builders import sessions_log as builders

pytestmark = pytest.mark.django_db


def days_ago(now, days):
    return (now - timedelta(days=days)).date()


def plan(group, now, **minutes_by_day):
    for number, (days, minutes) in enumerate(minutes_by_day.items(), start=1):
        day = days_ago(now, int(days[1:]))
        Target.objects.create(relationship=group, number=number, asked_on=day, due_on=day, minutes=minutes)


def held(group, now, days, minutes, *, own=None):
    by = group.members.get(role="mentor").person
    day = days_ago(now, days)
    sessions.log_unplanned(relationship=group, day=day, minutes=minutes, in_own_time=own, by=by, now=now)


@pytest.fixture
def in_groups(now):
    """A cohort in groups that began a month ago, in which a mentor from outside leads two of its people."""
    begun = now - timedelta(days=30)

    def made(**settings):
        group = {"size": {"default": 4, "least": 2, "most": 8}} | settings.pop("group", {})
        cohort = builders.group_cohort(now=begun, **settings)
        cohort.programme.settings = cohort.programme.settings | {"group": cohort.programme.settings["group"] | group}
        cohort.programme.save()
        return cohort

    return made


def form(cohort, now):
    begun = now - timedelta(days=30)
    outside = people.organisation(now=begun, name="Hospital elsewhere")
    mentors = [programmes.mentor(cohort, "Di Marsh", capacity=8, organisation=outside, now=begun)]
    mentees = [programmes.mentee(cohort, now=begun) for _ in range(2)]
    return groups.form(cohort=cohort, mentors=mentors, mentees=mentees, by=None, now=begun)


def test_paid_hours_used_stand_beside_those_planned(in_groups, now):
    cohort = in_groups(hours="paid-external")
    group = form(cohort, now)
    plan(group, now, d40=60, d20=120, d10=90)  # the first before there was a mentor to be paid
    held(group, now, 20, 105)
    inside = builders.group(cohort, now=now - timedelta(days=30))  # with a mentor of the organisation itself
    plan(inside, now, d20=60)
    held(inside, now, 20, 60)
    assert paid(cohort.programme, now=now) == [
        ("Paid hours planned up to today", "3.5"),
        ("Paid hours used", "1.75"),
    ]
    assert ("Paid hours used", "1.75") in worth_of(cohort.programme, now=now).rows


def test_protected_hours_count_everybody_from_the_day_on_which_the_time_was_confirmed(in_groups, now):
    cohort = in_groups()
    group = form(cohort, now)
    cohort.programme.settings["group"]["time_is_confirmed"] = True
    cohort.programme.save()
    lead = people.lead(cohort.programme.organisation, now=now - timedelta(days=30))
    plan(group, now, d20=60, d10=60)
    held(group, now, 20, 60, own=False)
    for days, minutes, own in ((10, 90, False), (6, 30, True), (4, 60, None)):
        held(group, now, days, minutes, own=own)
    assert [hours for _, hours in protected(cohort.programme, now=now)] == ["0", "0", "0", "0"]
    commissioning.confirm_time(cohort=cohort, by=lead, now=now - timedelta(days=12))
    assert [hours for _, hours in protected(cohort.programme, now=now)] == [
        "3",  # three people, one date
        "4.5",
        "1.5",
        "3",
    ]


def test_other_programmes_have_neither(now):
    programme = programmes.cohort(now=now).programme
    assert worth_of(programme, now=now).against_plan == []


def test_board_detail_shows_paid_hours_and_no_name(in_groups, now, client, time_machine):
    cohort = in_groups(hours="paid-external")
    held(form(cohort, now), now, 20, 60)
    time_machine.move_to(now, tick=False)
    client.force_login(people.lead(cohort.programme.organisation, now=now))
    page = client.get(reverse("reports:board-detail", args=[cohort.programme_id])).content.decode()
    assert "Paid hours used" in page
    assert "Di Marsh" not in page


@pytest.mark.parametrize("many", [1, 3])
def test_spent_asks_as_many_queries_for_three_groups_as_for_one(in_groups, now, many, django_assert_num_queries):
    cohort = in_groups(hours="paid-external", group={"time_is_confirmed": False})
    for _ in range(many):
        builders.group(cohort, now=now)
    with django_assert_num_queries(6):
        paid(cohort.programme, now=now)
