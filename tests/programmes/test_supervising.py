"""What a designated supervisor reads of their trainee's mentoring: who the mentor is, where the model says so."""

from datetime import timedelta

import pytest
from django.urls import reverse

from people.models import Tie
from programmes.actions import relationships
from programmes.models import Relationship
from programmes.supervising import mentors_of_supervised
from tests.builders import people
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db

LIST = reverse("programmes:supervised-list")


@pytest.fixture
def carol(world, now):
    """Asha's designated supervisor; and in another trust a pair whose trainee somebody else supervises."""
    one = people.person("Carol Dean", organisation=world.trust, now=now)
    people.tie(Tie.Kind.DS, world.asha.person, one, now=now)
    elsewhere = builders.cohort(now=now, name="Elsewhere")
    zed = builders.mentee(elsewhere, "Zed Unseen", now=now)
    builders.pair(elsewhere, zed, builders.mentor(elsewhere, "Yve Unseen", now=now), now=now)
    other = people.person("Ott Dean", organisation=elsewhere.programme.organisation, now=now)
    people.tie(Tie.Kind.DS, zed.person, other, now=now)
    return one


def seen(supervisor, now):
    return [
        (member.person.name, [mentor.person.name for mentor in mentors])
        for member, mentors in mentors_of_supervised(supervisor, now=now)
    ]


def text(response):
    return " ".join(response.content.decode().split())


def main(response):
    """What the page says; the rest of it holds a token of its own each time."""
    return text(response).split("<main")[1]


def test_supervised_list_says_who_the_mentor_is_and_nothing_else(world, carol, signed_in):
    client = signed_in(carol)
    home = text(client.get(reverse("home")))
    assert "Asha Patel: Ben Carter, mentor" in home
    assert f'href="{LIST}"' in home
    page = text(client.get(LIST))
    assert "Ben Carter" in page
    assert "Pharmacist" in page
    assert "Unseen" not in home + page
    for address in (
        reverse("programmes:relationship-detail", args=[world.pair.pk]),
        reverse("programmes:programme-detail", args=[world.cohort.programme_id]),
        reverse("programmes:cohort-detail", args=[world.cohort.pk]),
        reverse("people:person-detail", args=[world.ben.person_id]),
        reverse("people:person-detail", args=[world.asha.person_id]),
    ):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("kind", [Tie.Kind.ES, Tie.Kind.DPP, Tie.Kind.ASSESSOR])
def test_nobody_but_the_designated_supervisor_reads_it(kind, world, carol, now):
    other = people.person("Eli Other", organisation=world.trust, now=now)
    people.tie(kind, world.asha.person, other, now=now)
    assert seen(other, now) == []
    assert seen(carol, now) == [("Asha Patel", ["Ben Carter"])]


def test_a_supervisor_reads_nothing_before_the_two_are_told_nor_after_the_end(world, carol, now):
    Relationship.objects.filter(pk=world.pair.pk).update(state=Relationship.State.ARRANGED, told_at=None)
    assert seen(carol, now) == []
    Relationship.objects.filter(pk=world.pair.pk).update(state=Relationship.State.PROPOSED, told_at=now)
    assert seen(carol, now) == []  # the two have not said yes yet
    Relationship.objects.filter(pk=world.pair.pk).update(state=Relationship.State.LIVE)
    assert seen(carol, now) == [("Asha Patel", ["Ben Carter"])]
    world.pair.refresh_from_db()
    relationships.end(relationship=world.pair, by=None, now=now)
    assert seen(carol, now) == []


def test_a_supervisor_cannot_tell_a_pause(world, carol, now, signed_in):
    client = signed_in(carol)
    before = main(client.get(LIST))
    relationships.pause(relationship=world.pair, by=world.ben.person, now=now)
    assert main(client.get(LIST)) == before


def test_a_supervisor_reads_it_while_they_supervise(world, carol, now):
    Tie.objects.get(other=carol).end_on((now + timedelta(days=10)).date())
    assert seen(carol, now)
    assert seen(carol, now + timedelta(days=11)) == []


@pytest.mark.parametrize("sees", ["nothing", "is-the-mentor"])
def test_where_the_programme_says_nothing_home_is_the_same_with_a_match_and_without(sees, world, carol, now, signed_in):
    """Model 8: no contact, and nothing shows that a match exists. The twin, with the setting, does show it."""
    programme, client = world.cohort.programme, signed_in(carol)
    home = reverse("home")
    told = main(client.get(home))
    programme.settings = {"matching": {"supervisor_sees": sees}}
    programme.save(update_fields=["settings"])
    with_match, page = main(client.get(home)), client.get(LIST)
    relationships.end(relationship=world.pair, by=None, now=now)
    without, no_page = main(client.get(home)), client.get(LIST)
    assert with_match == without
    assert with_match != told
    assert (page.status_code, main(page)) == (404, main(no_page))


def test_the_model_of_a_host_shows_a_supervisor_nothing(now):
    cohort = builders.cohort(model_key="trainee-host", now=now)
    gus = builders.mentee(cohort, "Gus", now=now)
    hana = builders.mentor(cohort, "Hana", organisation=people.organisation(now=now), now=now)
    ivo = people.person("Ivo", organisation=cohort.programme.organisation, now=now)
    people.tie(Tie.Kind.DS, gus.person, ivo, now=now)
    builders.pair(cohort, gus, hana, now=now)
    assert seen(ivo, now) == []


def test_a_confidential_programme_tells_no_supervisor_whatever_its_settings_say(world, carol, now):
    programme = world.cohort.programme
    programme.is_confidential = True
    programme.save(update_fields=["is_confidential"])
    assert seen(carol, now) == []


def test_participants_read_what_a_supervisor_is_told(world, signed_in):
    address = reverse("programmes:programme-guide", args=[world.cohort.programme_id])
    sentence = "A designated supervisor reads who the mentor of their trainee pharmacist is, and nothing else."
    client = signed_in(world.asha.person)
    assert sentence in text(client.get(address))
    world.cohort.programme.settings = {"matching": {"supervisor_sees": "nothing"}}
    world.cohort.programme.save(update_fields=["settings"])
    assert "A designated supervisor reads" not in text(client.get(address))


@pytest.mark.parametrize("trainees", [1, 3])
def test_home_reads_it_in_two_queries_however_many(trainees, world, carol, now, django_assert_num_queries):
    for _ in range(trainees):
        asha = builders.mentee(world.cohort, now=now)
        people.tie(Tie.Kind.DS, asha.person, carol, now=now)
        builders.pair(world.cohort, asha, now=now)
    with django_assert_num_queries(2):
        assert len(seen(carol, now)) == trainees + 1
