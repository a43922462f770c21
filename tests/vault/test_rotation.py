"""Rotating keys, keys that do not fit the database, and texts that do not open."""

from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import AuditEvent
from people.models import KeptForm
from tests.builders import people
from vault import checks
from vault.actions import keys
from vault.keys import add_key, keyring
from vault.middleware import UnreadableTextMiddleware
from vault.sealing import Undecryptable, key_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_file")]


@pytest.fixture
def person(now):
    return people.person(now=now)


@pytest.fixture
def five(person, now):
    return [KeptForm.objects.create(person=person, path="/", body=f"text {n}", kept_at=now) for n in range(5)]


def key_ids():
    return [key_id(stored) for stored in KeptForm.objects.order_by("pk").values_list("body", flat=True)]


def texts():
    return sorted(row.body for row in KeptForm.objects.all())


def spoil(row):
    pk = KeptForm._meta.pk.get_db_prep_value(row.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_keptform SET body = %s WHERE id = %s", [connection.Database.Binary(b"plain text"), pk]
        )


def test_rotate_seals_everything_with_the_newest_key(five, person, now, key_file):
    old = keyring().newest
    new = add_key(key_file)
    assert texts() == [f"text {n}" for n in range(5)], "an older key still opens"
    assert keys.rotate(by=person, now=now) == keys.Rotation(resealed=5)
    assert set(key_ids()) == {new}
    assert texts() == [f"text {n}" for n in range(5)]
    event = AuditEvent.objects.filter(verb="keys-rotated").get()
    assert (event.actor_id, event.object_kind, event.object_id) == (person.pk, "vault.key", new)
    assert old != new
    assert keys.rotate(by=person, now=now) == keys.Rotation()
    assert AuditEvent.objects.filter(verb="keys-rotated").count() == 1, "nothing done, nothing recorded"


def test_rotate_is_taken_up_where_it_was_cut_off(five, person, now, key_file, monkeypatch):
    monkeypatch.setattr(keys, "BATCH", 2)
    new = add_key(key_file)
    real, batches = keys._rotate_batch, []

    def cut_off(*arguments, **more):
        batches.append(arguments)
        if len(batches) == 2:
            raise KeyboardInterrupt
        real(*arguments, **more)

    monkeypatch.setattr(keys, "_rotate_batch", cut_off)
    with pytest.raises(KeyboardInterrupt):
        keys.rotate(by=person, now=now)
    assert key_ids().count(new) == 2
    assert texts() == [f"text {n}" for n in range(5)], "half-way through, all can be read"
    monkeypatch.setattr(keys, "_rotate_batch", real)
    assert keys.rotate(by=person, now=now).resealed == 3
    assert set(key_ids()) == {new}


def test_rotate_leaves_what_does_not_open_and_says_so(five, person, now, key_file):
    spoil(five[2])
    add_key(key_file)
    assert keys.rotate(by=person, now=now) == keys.Rotation(resealed=4, unreadable=1)
    event = AuditEvent.objects.filter(verb="note-unreadable").get()
    assert (event.object_id, event.outcome) == (str(five[2].pk), "refused")


def test_a_save_under_way_does_not_bring_the_old_key_back(five, person, now, key_file):
    read_before = KeptForm.objects.get(pk=five[0].pk)
    new = add_key(key_file)
    keys.rotate(by=person, now=now)
    read_before.path = "/elsewhere/"
    read_before.save()
    assert set(key_ids()) == {new}


def test_rotate_note_keys_command(five, person, key_file):
    old, new = keyring().newest, add_key(key_file)
    out = StringIO()
    call_command("rotate_note_keys", by=person.email, stdout=out)
    assert f"5 texts sealed anew with the key {new}." in out.getvalue()
    assert f"seal nothing in the database any more: {old}." in out.getvalue()
    spoil(five[0])
    with pytest.raises(CommandError, match="1 texts could not be opened"):
        call_command("rotate_note_keys", by=person.email, stdout=out)
    with pytest.raises(CommandError, match="Nobody"):
        call_command("rotate_note_keys", by="nobody@example.org")


def test_a_text_whose_key_was_removed_does_not_open(five, rewrite, key_file):
    add_key(key_file)
    rewrite(key_file.read_text().splitlines()[0])
    with pytest.raises(Undecryptable, match="key is not in the key file"):
        texts()


def test_a_wrong_key_under_the_right_id_does_not_open(five, rewrite, key_file):
    old = keyring().newest
    new = add_key(key_file)
    newest_line = key_file.read_text().splitlines()[0]
    rewrite(newest_line.replace(new, old))
    with pytest.raises(Undecryptable, match="another key"):
        texts()


def test_check_finds_keys_that_are_not_those_of_the_database(five, rewrite, key_file):
    databases = ["default"]
    assert checks.keys_open_what_is_stored(None, databases) == []
    old = keyring().newest
    add_key(key_file)
    assert checks.keys_open_what_is_stored(None, databases) == []
    rewrite(key_file.read_text().splitlines()[0])
    [error] = checks.keys_open_what_is_stored(None, databases)
    assert (error.id, old in error.msg) == ("vault.E002", True)


@pytest.mark.parametrize("signed_in", [True, False])
def test_meeting_an_unreadable_text_is_recorded(five, person, now, rf, caplog, signed_in):
    spoil(five[0])
    with pytest.raises(Undecryptable) as caught:
        texts()
    request = rf.get("/")
    request.now, request.user = now, person if signed_in else AnonymousUser()
    assert UnreadableTextMiddleware(lambda request: None).process_exception(request, caught.value) is None
    event = AuditEvent.objects.filter(verb="note-unreadable").get()
    assert (event.actor_id, event.at) == (person.pk if signed_in else None, now)
    assert (event.object_kind, event.object_id, event.outcome) == ("people.keptform", str(five[0].pk), "refused")
    assert "plain text" not in caplog.text
    assert str(five[0].pk) in caplog.text


def test_other_faults_are_not_its_business(rf):
    assert UnreadableTextMiddleware(lambda request: None).process_exception(rf.get("/"), ValueError()) is None
