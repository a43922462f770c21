"""The encrypted field, tried on the notes of sessions_log and on people's kept forms."""

import uuid
from datetime import UTC, datetime

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, models, transaction
from django.forms import Textarea
from django.test.utils import isolate_apps

from people.models import KeptForm, Person
from vault.fields import EncryptedTextField
from vault.sealing import Undecryptable

NOW = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
TEXT = "She told me that she thinks of leaving. 🌧"
pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return Person.objects.create(given_name="Ama", email="ama@example.org", created_at=NOW)


@pytest.fixture
def kept(person):
    return KeptForm.objects.create(person=person, path="/", body=TEXT, kept_at=NOW)


def key(row):
    """The row's key as this database spells it."""
    return KeptForm._meta.pk.get_db_prep_value(row.pk, connection)


def raw(row) -> bytes:
    """What the database holds for the row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM people_keptform WHERE id = %s", [key(row)])
        return bytes(cursor.fetchone()[0])


def plant(row, value: bytes):
    """Write bytes straight into the row, as someone with the database would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_keptform SET body = %s WHERE id = %s",
            [connection.Database.Binary(value), key(row)],
        )


def test_text_comes_back_and_the_database_never_holds_it(kept):
    assert KeptForm.objects.get().body == TEXT
    assert b"leaving" not in raw(kept)
    assert kept.body == TEXT, "the row in hand keeps what was assigned"
    kept.refresh_from_db()
    assert kept.body == TEXT


def test_the_same_text_is_never_sealed_alike(kept):
    before = raw(kept)
    kept.save()
    assert raw(kept) != before


def test_a_row_that_is_saved_unopened_keeps_its_sealed_text(kept):
    before = raw(kept)
    found = KeptForm.objects.get()
    found.path = "/elsewhere/"
    found.save()
    assert raw(kept) == before
    assert KeptForm.objects.get().body == TEXT


def test_a_deferred_text_is_opened_when_it_is_asked_for(kept):
    found = KeptForm.objects.defer("body").get()
    assert found.body == TEXT


def test_ciphertext_moved_to_another_row_is_rejected(kept, person):
    other = KeptForm.objects.create(person=person, path="/", body="nothing", kept_at=NOW)
    plant(other, raw(kept))
    found = KeptForm.objects.get(pk=other.pk)
    with pytest.raises(Undecryptable, match="moved"):
        found.body  # noqa: B018
    with pytest.raises(Undecryptable), transaction.atomic():
        found.save()


@pytest.mark.parametrize("planted", [b"", b"plain text", b"v1.", b"v1.00000000.plain text that is long enough"])
def test_planted_plain_text_is_rejected(kept, planted):
    plant(kept, planted)
    with pytest.raises(Undecryptable) as caught:
        KeptForm.objects.get().body  # noqa: B018
    assert "plain text" not in str(caught.value)


def test_text_planted_in_a_column_without_types_is_rejected(kept):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL refuses text in a bytea column")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_keptform SET body = 'plain text'")
    with pytest.raises(Undecryptable):
        KeptForm.objects.get().body  # noqa: B018


def test_one_changed_bit_is_rejected(kept):
    sealed = bytearray(raw(kept))
    sealed[-1] ^= 1
    plant(kept, bytes(sealed))
    with pytest.raises(Undecryptable):
        KeptForm.objects.get().body  # noqa: B018


def test_a_copied_row_seals_the_text_for_itself_or_not_at_all(kept):
    copy = KeptForm.objects.get()
    copy.pk = uuid.uuid4()
    copy._state.adding = True
    with pytest.raises(Undecryptable), transaction.atomic():
        copy.save()
    copy = KeptForm.objects.get()
    copy.body, copy.pk, copy._state.adding = copy.body, uuid.uuid4(), True
    copy.save()
    assert {row.body for row in KeptForm.objects.all()} == {TEXT}


def test_update_and_bulk_update_are_refused(kept):
    with pytest.raises(TypeError, match="save"), transaction.atomic():
        KeptForm.objects.update(body="new")
    kept.body = "new"
    with pytest.raises(TypeError, match="save"), transaction.atomic():
        KeptForm.objects.bulk_update([kept], ["body"])
    assert KeptForm.objects.get().body == TEXT


def test_bulk_create_seals_each_row(person):
    KeptForm.objects.bulk_create(
        KeptForm(person=person, path="/", body=f"text {number}", kept_at=NOW) for number in range(3)
    )
    assert {row.body for row in KeptForm.objects.all()} == {"text 0", "text 1", "text 2"}


def test_values_hand_out_nothing_but_ciphertext(kept):
    assert KeptForm.objects.values_list("body", flat=True).get().startswith(b"v1.")


def test_it_cannot_be_searched(kept):
    for search in ({"body": TEXT}, {"body__contains": "leaving"}, {"body__in": [TEXT]}):
        with pytest.raises(FieldError, match="Unsupported lookup"):
            KeptForm.objects.filter(**search).exists()


def test_it_is_not_dumped(kept):
    with pytest.raises(TypeError, match="in clear"):
        serializers.serialize("json", [kept])


@isolate_apps("vault")
def test_a_model_whose_key_the_database_sets_is_refused():
    class Diary(models.Model):
        text = EncryptedTextField()

        class Meta:
            app_label = "vault"

    assert [error.id for error in Diary._meta.get_field("text").check()] == ["vault.E010"]
    with pytest.raises(ValueError, match="primary key"):
        Diary(text=TEXT).save()


def test_a_form_offers_a_text_box():
    assert isinstance(KeptForm._meta.get_field("body").formfield().widget, Textarea)
