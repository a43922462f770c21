"""A copy for development: no name, address or word of anybody is left in it, and the portal still runs on it."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.urls import reverse

from audit.queries import verify
from mentoring_portal import scrubbing
from people.models import Organisation, Person, Site
from programmes.models import Relationship
from sessions_log.models import Note
from tests import scenarios

pytestmark = pytest.mark.django_db


def where(words) -> dict[str, set[str]]:
    """In which columns of the database each of these words stands."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, map(str, row), strict=True):
                    for word in words:
                        if word in value:
                            found.setdefault(word, set()).add(f"{table}.{column}")
    return found


@pytest.fixture
def world(now):
    return scenarios.world(now=now)


def test_scrub_leaves_no_name_no_address_and_no_word(world, now):
    names = {
        name for name in Person.objects.values_list("family_name", flat=True) if len(name) > 3 and not name.isdigit()
    }
    mails = set(Person.objects.exclude(email=None).values_list("email", flat=True))
    places = {one.name for model in (Organisation, Site) for one in model.objects.all()}
    counted = {model: model.objects.count() for model in (Person, Relationship, Note)}
    words = names | mails | places
    assert set(where(words)) == words
    scrubbing.scrub()
    assert not where(words)
    assert {model: model.objects.count() for model in counted} == counted
    assert {note.text for note in Note.objects.all()} == {scrubbing.WORDS}
    assert verify().problems == []


def test_scrub_leaves_nobody_a_way_in_and_nothing_to_send(world, client):
    scrubbing.scrub()
    assert not any(person.has_usable_password() for person in Person.objects.all())
    for label in scrubbing.GOES:
        assert not apps.get_model(label)._base_manager.exists(), label


def test_scrub_leaves_a_portal_that_runs(world, client, now, time_machine):
    time_machine.move_to(now, tick=False)
    scrubbing.scrub()
    lead = Person.objects.get(pk=world["lead"].pk)
    client.force_login(lead)
    for address in (
        reverse("home"),
        reverse("people:person-list"),
        reverse("programmes:cohort-detail", args=[world["cohort"]]),
    ):
        assert client.get(address).status_code == 200, address


def test_scrub_changes_every_column_of_words_that_is_not_named(world):
    """A column that is new is scrubbed until somebody says that it need not be."""
    for table in (Person, Note):
        words = {
            column.name
            for column in table._meta.concrete_fields
            if isinstance(column, models.CharField | models.TextField) and not column.choices and not column.primary_key
        }
        assert words <= {column.name for column in scrubbing.columns(table)} | scrubbing.KEEPS.get(
            table._meta.label, set()
        )


def test_scrub_data_wants_to_be_told_which_database(world):
    with pytest.raises(CommandError, match="--this-is-a-copy"):
        call_command("scrub_data")
    assert Note.objects.exclude(pk=None).first().text != scrubbing.WORDS
