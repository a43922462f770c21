"""What somebody may do at a moment: the grants that hold then, whether they manage anybody, each asked once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from people.access import Access, Role
from people.models import Grant, Person
from people.roles import may_change
from people.scopes import Scope
from tests.builders import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation(now):
    return people.organisation(now=now)


@pytest.fixture
def lead(organisation, now):
    return people.lead(organisation, now=now)


def test_nobody_holds_anything(lead, now, django_assert_num_queries):
    with django_assert_num_queries(0):
        for nobody in (None, AnonymousUser()):
            access = Access(nobody, now=now)
            assert access.grants == frozenset()
            assert not access.is_lead
            assert not access.manages_people
            assert not access.is_known_to_manage_nobody


def test_somebody_who_has_left_holds_nothing_whatever_grants_are_there(lead, now):
    Person.objects.filter(pk=lead.pk).update(is_active=False)
    lead.refresh_from_db()
    assert lead.grants.exists()
    assert Access(lead, now=now).grants == frozenset()


def test_grants_are_one_s_own_and_of_the_day(lead, organisation, now):
    other = people.lead(people.organisation(now=now), now=now)
    held = (Role.PROGRAMME_LEAD, "organisation", organisation.pk)
    assert Access(lead, now=now).grants == {held}
    assert held not in Access(other, now=now).grants
    assert Access(lead, now=now - timedelta(days=1)).grants == frozenset()
    lead.grants.get().end_on((now + timedelta(days=2)).date())
    assert Access(lead, now=now + timedelta(days=1)).grants == {held}
    assert Access(lead, now=now + timedelta(days=2)).grants == frozenset()


def test_whoever_manages_somebody_is_known_by_their_own_lines_alone(lead, organisation, now):
    people.person(managers=[people.person(now=now)], now=now)  # somebody else's
    access = Access(lead, now=now)
    assert (access.manages_people, access.is_known_to_manage_nobody) == (False, True)
    people.person(managers=[lead], now=now)
    access = Access(lead, now=now)
    assert (access.manages_people, access.is_known_to_manage_nobody) == (True, False)


def test_of_whoever_holds_no_role_it_is_not_known_whether_they_manage(now):
    manager = people.person(now=now)
    people.person(managers=[manager], now=now)
    access = Access(manager, now=now)
    assert (access.manages_people, access.is_known_to_manage_nobody) == (False, False)


def test_one_of_two_roles_is_enough_to_know(lead, organisation, now):
    people.grant(lead, Role.HOST_OFFICER, organisation, now=now)
    people.person(managers=[lead], now=now)
    assert Access(lead, now=now).manages_people


def test_a_role_is_held_over_its_own_scope_alone(lead, organisation, now):
    access = Access(lead, now=now)
    assert access.holds(Role.PROGRAMME_LEAD, "organisation", organisation.pk)
    assert not access.holds(Role.PROGRAMME_LEAD, "organisation", organisation.pk + 1)
    assert not access.holds(Role.HOST_OFFICER, "organisation", organisation.pk)
    assert not access.holds(Role.PROGRAMME_LEAD, "programme", organisation.pk)
    assert access.scope_ids(Role.PROGRAMME_LEAD, "organisation") == {organisation.pk}
    assert access.scope_ids(Role.PROGRAMME_LEAD, "programme") == set()
    assert access.scope_ids(Role.HOST_OFFICER, "organisation") == set()
    assert access.organisations_led == {organisation.pk}
    assert (access.is_lead, access.is_host_officer, access.is_site_lead, access.is_administrator) == (
        True,
        False,
        False,
        False,
    )


def test_a_question_is_asked_once(lead, now, django_assert_num_queries):
    access = Access(lead, now=now)
    asked = []
    for question in ("one", "one", "other"):
        access.once(question, lambda question=question: asked.append(question))
    assert asked == ["one", "other"]
    assert access.once("three", lambda: 3) == 3
    assert access.once("three", lambda: 4) == 3
    with django_assert_num_queries(1):
        assert access.is_lead
        assert not access.manages_people


@pytest.mark.parametrize(
    ("held", "over", "gives", "where", "may"),
    [
        ("programme-lead", ("organisation", 7), "programme-lead", ("programme", 3, 7), True),
        ("programme-lead", ("organisation", 8), "programme-lead", ("programme", 3, 7), False),
        ("programme-lead", ("programme", 3), "host-officer", ("programme", 3, 7), True),
        ("programme-lead", ("programme", 4), "host-officer", ("programme", 3, 7), False),
        ("programme-lead", ("programme", 3), "host-officer", ("organisation", 7, 7), False),
        ("programme-lead", ("organisation", 7), "commissioner", ("programme", 3, 7), False),
        ("programme-lead", ("organisation", 7), "administrator", ("portal", 0, None), False),
        ("programme-lead", ("programme", 3), "programme-lead", ("programme", 3, 7), True),
        ("programme-lead", ("programme", 7), "host-officer", ("organisation", 7, 7), False),
        ("host-officer", ("organisation", 7), "host-officer", ("organisation", 7, 7), True),
        ("host-officer", ("organisation", 7), "host-officer", ("programme", 7, 8), False),
        ("site-lead", ("site", 5), "site-lead", ("site", 5, 7), True),
        ("site-lead", ("site", 5), "site-lead", ("site", 6, 7), False),
        ("site-lead", ("site", 5), "programme-lead", ("programme", 3, 7), False),
        ("host-officer", ("programme", 3), "host-officer", ("programme", 3, 7), True),
        ("host-officer", ("programme", 3), "host-officer", ("programme", 4, 7), False),
        ("host-officer", ("programme", 3), "programme-lead", ("programme", 3, 7), False),
        ("administrator", ("portal", 0), "commissioner", ("programme", 3, 7), True),
    ],
)
def test_who_gives_which_role_over_what(now, held, over, gives, where, may):
    giver = people.person(now=now)
    Grant.objects.create(person=giver, role=held, scope_kind=over[0], scope_id=over[1], start_date=now.date())
    kind, id, organisation = where
    scope = Scope(kind, id, "Something", organisation)
    assert may_change(Access(giver, now=now), role=gives, scope=scope) is may
