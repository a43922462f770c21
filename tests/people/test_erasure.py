"""Erasing a person: nothing of them is left in any table, partners keep their history, and the counts stay."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from audit.models import AuditEvent
from audit.queries import verify
from audit.refusal import Refused
from audit.verbs import Verb
from people import retention
from people.actions import erasure, guests, merges
from people.actions import people as people_actions
from people.actions.erasure import FORMER
from people.models import Employment, Person
from programmes.models import Member, Relationship
from sessions_log.models import Attendance, Note, Session
from tests import scenarios
from tests.builders import people as make

pytestmark = pytest.mark.django_db


def everything_stored() -> str:
    """Every value of every column of every table, as the database has it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


@pytest.fixture
def admin(now):
    return make.administrator("Ada Min", now=now)


@pytest.fixture
def left(now):
    """The mentor of a world in which there is one of everything, who has left."""
    world = scenarios.world(now=now)
    mentor = world["mentor"]
    Person.objects.filter(pk=mentor.pk).update(email="quilliam.marlowe@example.org")
    mentor = Person.objects.get(pk=mentor.pk)
    mentor.given_name, mentor.family_name = "Quilliam", "Marlowe"
    mentor.save()
    people_actions.leave(person=mentor, by=world["lead"], now=now)
    return world | {"mentor": Person.objects.get(pk=mentor.pk)}


def test_person_erase_leaves_nothing_of_them_and_all_of_their_partners(left, admin, now):
    mentor, mentee = left["mentor"], left["mentee"]
    counted = {model: model.objects.count() for model in (Relationship, Member, Session, Attendance)}
    theirs = list(Note.objects.filter(author=mentee).values_list("pk", flat=True))
    written = [one.word for one in left["canaries"] if one.kind == "private note of the mentor"]
    assert "Quilliam" in everything_stored()
    erasure.erase(person=mentor, by=admin, now=now)
    stored = everything_stored()
    for word in ("Quilliam", "Marlowe", "quilliam.marlowe", *written):
        assert word not in stored
    assert {model: model.objects.count() for model in counted} == counted
    assert set(theirs) <= set(Note.objects.values_list("pk", flat=True))
    assert not Note.objects.filter(author=mentor).exists()
    assert Member.objects.filter(person=mentor).first().person.name == FORMER
    assert verify().problems == []


def from_outside(trust, now, words):
    """A place of somebody else that says these words."""
    return guests.add(person=make.person(now=now), organisation=trust, works_at=words, by=None, now=now)


def test_person_erase_takes_the_name_out_of_sentences_about_others(now, admin, trust):
    gone = make.person("Quilliam Marlowe", now=now)
    place = from_outside(trust, now, "Quilliam Marlowe's surgery, by quilliam marlowe; not Quilliam Marlowes")
    people_actions.leave(person=gone, by=None, now=now)
    erasure.erase(person=gone, by=admin, now=now)
    place.refresh_from_db()
    assert place.works_at == "a former colleague's surgery, by a former colleague; not Quilliam Marlowes"


def test_person_erase_leaves_a_namesake_s_sentences_alone(now, admin, trust):
    gone, _namesake = (make.person("Quilliam Marlowe", now=now) for _ in range(2))
    place = from_outside(trust, now, "Quilliam Marlowe's surgery")
    people_actions.leave(person=gone, by=None, now=now)
    erasure.erase(person=gone, by=admin, now=now)
    place.refresh_from_db()
    assert place.works_at == "Quilliam Marlowe's surgery"


def test_person_erase_takes_merged_records_with_it(now, admin):
    kept, gone = make.person("Quilliam Marlowe", now=now), make.person("Quill Marlowe", now=now)
    merges.merge(kept=kept, gone=gone, email=kept.email, by=admin, now=now)
    people_actions.leave(person=Person.objects.get(pk=kept.pk), by=admin, now=now)
    erasure.erase(person=kept, by=admin, now=now)
    assert set(Person.objects.filter(pk__in=[kept.pk, gone.pk]).values_list("given_name", "email")) == {(FORMER, None)}


@pytest.mark.parametrize("who", ["lead", "oneself", "here", "twice", "merged"])
def test_person_erase_is_refused(now, admin, lead, who):
    person, by = make.person("Quilliam Marlowe", now=now), admin
    if who == "oneself":
        person = admin
    elif who != "here":
        people_actions.leave(person=person, by=None, now=now)
    if who == "lead":
        by = lead
    if who == "twice":
        erasure.erase(person=person, by=admin, now=now)
    if who == "merged":
        other = make.person("Quill Marlowe", now=now)
        merges.merge(kept=other, gone=person, email=other.email, by=admin, now=now)
        person.refresh_from_db()
    with pytest.raises(Refused):
        erasure.erase(person=person, by=by, now=now)


def test_person_erase_is_on_record_without_a_name(now, admin):
    person = make.person("Quilliam Marlowe", now=now)
    people_actions.leave(person=person, by=None, now=now)
    erasure.erase(person=person, by=admin, now=now)
    event = AuditEvent.objects.get(verb=Verb.PERSON_ERASED)
    assert (event.actor_id, event.object_id, event.about_person_id) == (admin.pk, str(person.pk), person.pk)


def test_person_erase_page_says_what_goes_and_wants_a_tick(now, admin, signed_in):
    person = make.person("Quilliam Marlowe", now=now)
    people_actions.leave(person=person, by=None, now=now)
    client, page = signed_in(admin), reverse("people:person-erase", args=[person.pk])
    assert page in client.get(reverse("people:person-detail", args=[person.pk])).content.decode()
    assert "A former colleague" in client.get(page).content.decode()
    client.post(page)
    person.refresh_from_db()
    assert person.erased_at is None
    client.post(page, {"sure": "yes"})
    person.refresh_from_db()
    assert person.erased_at == now
    assert client.get(page).status_code == 404
    assert client.get(reverse("people:person-detail", args=[person.pk])).status_code == 404
    assert FORMER not in client.get(reverse("people:person-list") + "?state=left").content.decode()


def test_leavers_are_erased_twelve_months_after_their_last_day(now, trust):
    year = timedelta(days=365)
    made = {}
    for word, ago in (("goes", year), ("stays", year - timedelta(days=1))):
        person = make.person(f"{word} Marlowe", now=now - 2 * year)
        make.job(person, trust, now=now - 2 * year)
        people_actions.leave(person=person, by=None, now=now - ago)
        made[word] = person
    here = make.person("Hera Here", now=now - 2 * year)
    assert retention.counts(now)["leavers"] == 1
    assert retention.apply(now=now, only=["leavers"]) == {"leavers": 1}
    erased = set(Person.objects.filter(erased_at__isnull=False))
    assert erased == {made["goes"]}
    assert Person.objects.filter(pk=here.pk, is_active=True).exists()
    assert not Employment.objects.filter(person=made["goes"]).exists()


def test_every_table_can_be_looked_through(now):
    """The look-out of these tests sees every table that the portal has."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    assert {model._meta.db_table for model in apps.get_models()} <= there
