"""Who sees whom: every test holds somebody who must not be seen."""

from datetime import date, timedelta

import pytest
from django.db.models import Q

from people import current, sights, staff_sights
from people.access import Access, Role
from people.actions import guests
from people.actions import people as people_actions
from people.models import Grant, Person
from tests.builders import people as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now):
    trust, chain = make.organisation(now=now, name="Trust"), make.organisation(now=now, name="Chain")
    north, south, shop = make.site(trust, now=now), make.site(trust, now=now), make.site(chain, now=now)
    people = {
        "north": make.person("North Nurse", now=now, organisation=trust, site=north),
        "south": make.person("South Star", now=now, organisation=trust, site=south),
        "coming": make.person(now=now, organisation=trust, site=north, start_date=date(2027, 7, 26)),
        "elsewhere": make.person(now=now, organisation=chain, site=shop),
        "unemployed": make.person(now=now),
        "gone": make.person(now=now, organisation=trust, site=north),
        "officer": make.person(now=now),
        "shop lead": make.site_lead(shop, now=now),
        "lead": make.lead(trust, now=now),
        "north lead": make.site_lead(north, now=now),
        "admin": make.administrator(now=now),
    }
    make.grant(people["officer"], Role.HOST_OFFICER, trust, now=now)
    people["gone"].employments.get().end_on(now.date())
    return people


def seen(world, viewer, rows, now):
    names = {person.pk: name for name, person in world.items()}
    return {names[pk] for pk in getattr(Person.objects, rows)(world[viewer], now=now).values_list("pk", flat=True)}


def test_lead_sees_the_staff_and_those_with_a_role_here(world, now):
    assert seen(world, "lead", "visible_to", now) == {"lead", "north", "south", "coming", "officer", "north lead"}
    assert seen(world, "lead", "on_record_for", now) == {"lead", "north", "south", "coming"}


def test_site_lead_sees_the_people_of_the_site(world, now):
    assert seen(world, "north lead", "visible_to", now) == {"north lead", "north", "coming"}
    assert seen(world, "shop lead", "visible_to", now) == {"shop lead", "elsewhere"}


def test_administrator_sees_every_name_and_nobodys_record(world, now):
    assert seen(world, "admin", "visible_to", now) == set(world)
    assert seen(world, "admin", "on_record_for", now) == {"admin"}


def test_others_see_themselves_alone(world, now):
    for viewer in ("north", "unemployed", "officer"):
        assert seen(world, viewer, "visible_to", now) == {viewer}


def test_sight_ends_with_the_role_and_begins_not_before_it(world, now):
    before = now - timedelta(days=1)
    assert seen(world, "lead", "visible_to", before) == {"lead"}
    world["lead"].grants.get().end_on(now.date() + timedelta(days=1))
    assert seen(world, "lead", "visible_to", now + timedelta(days=1)) == {"lead"}


def test_somebody_with_two_jobs_and_two_reasons_appears_once(world, now):
    make.job(world["north"], make.organisation(now=now), now=now)
    make.grant(world["north"], Role.HOST_OFFICER, world["north"].employments.earliest("pk").organisation, now=now)
    everyone = list(Person.objects.visible_to(world["lead"], now=now))
    assert len(everyone) == len(set(everyone))


def test_sight_costs_one_query(world, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(Person.objects.visible_to(world["lead"], now=now))


@pytest.mark.parametrize("rows", ["visible_to", "on_record_for", "kept_by"])
def test_what_a_request_remembers_changes_nothing_of_what_is_seen(world, now, rows):
    """The ids that people/current.py hands out stand for the very same grants as the nested query."""
    for viewer, person in world.items():
        asked = seen(world, viewer, rows, now)
        token = current.remember(Access(person, now=now))
        try:
            assert seen(world, viewer, rows, now) == asked, viewer
            others = {name: seen(world, name, rows, now) for name in ("lead", "officer") if name != viewer}
        finally:
            current.forget(token)
        for name, found in others.items():  # what is remembered of one person is never another's
            assert found == seen(world, name, rows, now)


def test_what_a_request_remembers_is_of_its_own_moment(world, now):
    lead, later = world["lead"], now + timedelta(days=1)
    token = current.remember(Access(lead, now=now))
    try:
        lead.grants.get().end_on(later.date())
        assert seen(world, "lead", "kept_by", later) == set()
    finally:
        current.forget(token)


def test_a_lead_goes_on_seeing_whoever_left_them_staff_and_guests_alike_and_nobody_else_s(world, now):
    trust, chain = (world[name].employments.get().organisation for name in ("north", "elsewhere"))
    for name, own in (("guest gone", trust), ("guest", trust), ("their guest gone", chain), ("their guest", chain)):
        world[name] = make.person(now=now)
        guests.add(person=world[name], organisation=own, by=None, now=now)
    stays = {"lead", "north", "coming", "officer", "north lead", "guest"}
    for name in ("south", "guest gone", "elsewhere", "their guest gone"):
        people_actions.leave(person=world[name], by=None, now=now)
    later = now + timedelta(days=2)  # their last day is over
    assert seen(world, "lead", "visible_to", later) == stays | {"south", "guest gone"}
    assert "south" not in seen(world, "north lead", "visible_to", later)


@pytest.mark.parametrize("viewer", ["north", "gone"])
def test_a_reason_that_cannot_hold_for_somebody_without_a_role_is_asked_of_nobody(viewer, world, now):
    token = current.remember(Access(world[viewer], now=now))
    try:
        for name in dir(staff_sights):
            if name.endswith(("_organisations", "_sites", "_administrators")):
                assert getattr(staff_sights, name)(world[viewer], now) is sights.NOBODY, name
    finally:
        current.forget(token)


@pytest.mark.parametrize("scope", ["organisation", "site"])
def test_a_role_over_something_else_of_the_same_number_is_none_over_one_s_own(scope, world, now):
    job = world["north"].employments.get()
    number = {"organisation": job.organisation_id, "site": job.site_id}[scope]
    Grant.objects.filter(person=world["officer"]).update(scope_kind="programme", scope_id=number)
    assert "officer" not in seen(world, "lead", "visible_to", now)
    Grant.objects.filter(person=world["officer"]).update(scope_kind=scope, scope_id=number)
    assert "officer" in seen(world, "lead", "visible_to", now)


def test_who_leads_a_programme_of_the_organisation_s_number_does_not_lead_the_organisation(world, now):
    number = world["north"].employments.get().organisation_id
    grants = Grant.objects.filter(person=world["officer"])
    grants.update(role=Role.PROGRAMME_LEAD, scope_kind="programme", scope_id=number)
    assert seen(world, "officer", "visible_to", now) == {"officer"}
    grants.update(scope_kind="organisation")
    assert "north" in seen(world, "officer", "visible_to", now)


@pytest.mark.parametrize(
    ("given", "shows_record", "may_change"),
    [({}, False, False), ({"record": True}, True, False), ({"keep": True}, True, True)],
)
def test_who_may_change_a_record_sees_it_and_who_sees_a_card_does_not(
    world, now, monkeypatch, given, shows_record, may_change
):
    monkeypatch.setattr(sights, "_SIGHTS", {})
    sights.register("a-reason", lambda viewer, now: Q(pk=world["elsewhere"].pk), **given)
    shown = {
        rows: "elsewhere" in seen(world, "north", rows, now) for rows in ("visible_to", "on_record_for", "kept_by")
    }
    assert shown == {"visible_to": True, "on_record_for": shows_record, "kept_by": may_change}
