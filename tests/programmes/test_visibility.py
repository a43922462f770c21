"""Who sees what, on data that could leak: a second trust with a lead, a cohort and a pair of its own."""

from datetime import timedelta

import pytest

from people import current
from people.access import Access, Role
from people.models import Person
from people.sights import NOBODY
from programmes import sights
from programmes.actions import relationships
from programmes.models import Cohort, Enrolment, Member, Programme, Relationship
from programmes.sights import load_programmes
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db
OF = {  # whose it is
    Cohort: "programme__organisation",
    Enrolment: "cohort__programme__organisation",
    Relationship: "cohort__programme__organisation",
}


@pytest.fixture
def leak(world, now):
    """What nobody of the first trust may see."""
    other = world.elsewhere.grants.get().scope_id
    organisation = people_builders.Organisation.objects.get(pk=other)
    cohort = builders.cohort(now=now, organisation=organisation, name="Elsewhere")
    return builders.pair(cohort, now=now)


def names(viewer, now):
    return {person.given_name for person in Person.objects.visible_to(viewer, now=now)}


def test_a_lead_sees_the_programmes_of_their_trust_and_no_other(world, leak, now):
    assert [programme.name for programme in Programme.objects.led_by(world.lead, now=now)] == ["Trainee mentoring"]
    assert [programme.name for programme in Programme.objects.led_by(world.elsewhere, now=now)] == ["Elsewhere"]
    for model in (Cohort, Enrolment, Relationship):
        mine, theirs = (
            set(model.objects.led_by(viewer, now=now).values_list("pk", flat=True))
            for viewer in (world.lead, world.elsewhere)
        )
        assert mine == set(model.objects.filter(**{OF[model]: world.trust}).values_list("pk", flat=True))
        assert mine
        assert theirs
        assert not mine & theirs
        assert mine | theirs == set(model.objects.values_list("pk", flat=True))


def test_a_lead_of_one_programme_leads_it_alone(world, now):
    second = builders.cohort(now=now, organisation=world.trust, name="Second")
    deputy = people_builders.person("Dee Deputy", now=now)
    people_builders.grant(deputy, Role.PROGRAMME_LEAD, ("programme", second.programme_id), now=now)
    assert list(Cohort.objects.led_by(deputy, now=now)) == [second]
    assert names(deputy, now) == {"Dee"}
    builders.mentee(second, "Sue", now=now)
    assert names(deputy, now) == {"Dee", "Sue"}
    token = current.remember(Access(deputy, now=now))  # as in a request, which knows that they lead no organisation
    try:
        assert names(deputy, now) == {"Dee", "Sue"}
    finally:
        current.forget(token)


def test_a_lead_s_sight_ends_with_the_grant(world, now):
    later = now + timedelta(days=40)
    grant = world.lead.grants.get()
    grant.end_on((now + timedelta(days=30)).date())
    assert Cohort.objects.led_by(world.lead, now=now).exists()
    assert not Cohort.objects.led_by(world.lead, now=later).exists()
    assert not Relationship.objects.visible_to(world.lead, now=later).exists()


def test_a_member_sees_their_own_and_nobody_else_s(world, leak, now):
    fay = builders.mentee(world.cohort, "Fay", now=now)
    second = builders.pair(world.cohort, fay, now=now)
    asha = world.asha.person
    assert list(Relationship.objects.visible_to(asha, now=now)) == [world.pair]
    assert list(Relationship.objects.visible_to(fay.person, now=now)) == [second]
    assert list(Enrolment.objects.visible_to(asha, now=now)) == [world.asha]
    assert list(Programme.objects.visible_to(asha, now=now)) == [world.cohort.programme]
    assert list(Cohort.objects.visible_to(asha, now=now)) == [world.cohort]
    assert not Programme.objects.led_by(asha, now=now).exists()


def test_members_see_each_other_while_it_lasts(world, leak, now):
    builders.mentor(world.cohort, "Cara", now=now)
    assert names(world.asha.person, now) == {"Asha", "Ben"}
    assert names(world.ben.person, now) == {"Asha", "Ben"}
    relationships.end(relationship=world.pair, by=None, now=now)
    assert names(world.asha.person, now) == {"Asha"}
    assert not Relationship.objects.visible_to(world.asha.person, now=now).exists()


def test_a_partner_is_seen_once_both_know_and_until_one_has_left(world, now):
    asha, ben = world.asha.person, world.ben.person
    own = Member.objects.get(person=asha)
    Relationship.objects.filter(pk=world.pair.pk).update(told_at=None, state="arranged")
    assert names(asha, now) == {"Asha"}
    Relationship.objects.filter(pk=world.pair.pk).update(told_at=now, state="live")
    assert names(asha, now) == {"Asha", "Ben"}
    Member.objects.filter(pk=own.pk).update(tells_on=now.date())
    assert names(asha, now) == {"Asha"}
    Member.objects.filter(pk=own.pk).update(tells_on=None, left_at=now)
    assert names(asha, now) == {"Asha"}
    assert names(ben, now) == {"Ben"}


def test_members_see_a_card_and_leads_the_record(world, now):
    assert not Person.objects.on_record_for(world.asha.person, now=now).filter(pk=world.ben.person_id).exists()
    outsider = builders.mentee(world.cohort, "Olu", now=now, organisation=None).person
    assert Person.objects.on_record_for(world.lead, now=now).filter(pk=outsider.pk).exists()
    assert not Person.objects.visible_to(world.elsewhere, now=now).filter(pk=outsider.pk).exists()


def test_a_line_manager_sees_nothing_of_it(world, now):
    boss = people_builders.person("Bo", now=now, organisation=world.trust)
    yan = builders.mentor(world.cohort, "Yan", now=now, managers=[boss])
    builders.pair(world.cohort, None, yan, now=now)
    for model in (Programme, Cohort, Enrolment, Relationship):
        assert not model.objects.visible_to(boss, now=now).exists()
    assert names(boss, now) == {"Bo"}


def test_the_lead_still_sees_what_has_ended(world, now):
    relationships.end(relationship=world.pair, by=None, now=now)
    assert list(Relationship.objects.visible_to(world.lead, now=now)) == [world.pair]


def test_what_waits_for_a_matchmaker_is_what_is_proposed_and_told_to_nobody(world, now):
    State = Relationship.State
    ways = {
        "to confirm": {"state": State.PROPOSED, "told_at": None},
        "to accept": {"state": State.PROPOSED, "told_at": now},
        "arranged": {"state": State.ARRANGED, "told_at": None},
        "ended untold": {"state": State.ENDED, "told_at": None, "ended_at": now},
        "live": {"state": State.LIVE, "told_at": now},
        "introduction": {"state": State.INTRODUCTION, "told_at": now},
        "paused": {"state": State.PAUSED, "told_at": now},
    }
    named = {}
    for name, fields in ways.items():
        pair = builders.pair(world.cohort, now=now)
        Relationship.objects.filter(pk=pair.pk).update(**fields)
        named[pair.pk] = name
    rows = Relationship.objects.filter(pk__in=named)

    def found(some):
        return {named[pk] for pk in some.values_list("pk", flat=True)}

    assert found(rows.to_confirm()) == {"to confirm"}
    assert found(rows.told()) == {"to accept", "live", "introduction", "paused"}
    assert found(rows.under_way()) == {"live", "introduction", "paused"}
    assert found(rows.live()) == set(ways) - {"ended untold"}


@pytest.mark.parametrize("is_remembered", [True, False])
def test_a_lead_keeps_the_records_of_their_own_outsiders_and_nobody_else_s(world, leak, now, is_remembered):
    nowhere = {"organisation": None, "now": now}
    secret = builders.cohort(organisation=world.trust, model_key="reverse", now=now)
    builders.mentee(world.cohort, "Olu", **nowhere)
    builders.mentee(leak.cohort, "Theirs", **nowhere)
    builders.mentor(secret, "Hidden", volunteered=True, **nowhere)
    people_builders.person("Stranger", **nowhere)
    builders.mentee(world.cohort, "Employed", now=now, organisation=leak.cohort.programme.organisation)
    token = current.remember(Access(world.lead, now=now) if is_remembered else None)
    try:
        kept = {person.given_name for person in Person.objects.kept_by(world.lead, now=now)}
    finally:
        current.forget(token)
    assert kept == {"Asha", "Ben", "Olu"}


def test_a_reason_that_cannot_hold_for_somebody_without_a_role_is_asked_of_nobody(world, now):
    boss = people_builders.person("Bo", now=now, organisation=world.trust)
    token = current.remember(Access(boss, now=now))
    try:
        for reason in (sights.enrolled_with_lead, sights.outsiders_of_led_organisations):
            assert reason(boss, now) is NOBODY
    finally:
        current.forget(token)


def test_those_of_a_member_are_theirs_alone_and_once_they_know(world, leak, now):
    asha = world.asha.person
    second = builders.pair(world.cohort, now=now)
    assert list(Relationship.objects.of(asha)) == [world.pair]
    assert list(Relationship.objects.with_member(asha)) == [world.pair]
    Relationship.objects.filter(pk__in=[world.pair.pk, second.pk]).update(told_at=None, state="arranged")
    assert not Relationship.objects.of(asha).exists()
    assert not Relationship.objects.visible_to(asha, now=now).exists()
    assert list(Relationship.objects.with_member(asha)) == [world.pair]
    Relationship.objects.filter(pk=world.pair.pk).update(told_at=now, state="live")
    Member.objects.filter(person=asha).update(tells_on=now.date())
    assert not Relationship.objects.of(asha).exists()
    assert not Relationship.objects.visible_to(asha, now=now).exists()


def test_a_programme_is_named_as_a_scope_by_its_id_or_its_organisation(world, leak, now):
    own, other = world.cohort.programme, leak.cohort.programme
    assert [scope.id for scope in load_programmes(ids=[own.pk])] == [own.pk]
    [scope] = load_programmes(organisations=[world.trust.pk])
    assert (scope.id, scope.name, scope.organisation_id) == (
        own.pk,
        "Trainee mentoring, Northbank Hospitals",
        world.trust.pk,
    )
    assert [scope.id for scope in load_programmes(ids=[other.pk])] == [other.pk]


def test_a_group_alone_is_a_group():
    shapes = Relationship.Shape
    assert [shape for shape in shapes if Relationship(shape=shape).is_group] == [shapes.GROUP]
