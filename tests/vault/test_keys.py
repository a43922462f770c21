"""The key file, and that nothing starts without it."""

import base64
import hashlib
import os
import stat
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from vault import checks
from vault.keys import KeyFileError, add_key, keyring, make_for_laptop

ROOT = Path(__file__).resolve().parents[2]
GOOD = base64.b64encode(hashlib.sha256(b"a key for tests").digest()).decode()  # the same in every process of a run


def test_keyring_reads_several_keys_newest_first(key_file):
    [first] = keyring().keys
    second = add_key(key_file)
    assert list(keyring().keys) == [second, first], "met without a restart"
    assert keyring().newest == second
    assert {len(key) for key in keyring().keys.values()} == {32}
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o400
    assert stat.S_IMODE(key_file.parent.stat().st_mode) == 0o700
    assert [path.name for path in key_file.parent.iterdir()] == ["notes.keys"], "no draft is left behind"


def test_keyring_takes_remarks_and_empty_lines(rewrite):
    rewrite(f"# made in spring\n\nabcd1234:{GOOD}\n")
    assert keyring().newest == "abcd1234"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "holds no key"),
        ("# nothing\n", "holds no key"),
        (f"short:{GOOD}", "key id"),
        (GOOD, "key id"),
        (f"abcd1234:{GOOD}\nabcd1234:{GOOD}", "twice"),
        ("abcd1234:", "weak"),
        ("abcd1234:not base64!", "weak"),
        (f"abcd1234:{base64.b64encode(b'sixteen bytes ok').decode()}", "weak"),
        (f"abcd1234:{base64.b64encode(bytes(32)).decode()}", "weak"),
        (f"abcd1234:{base64.b64encode(b'passwordpasswordpasswordpassword').decode()}", "weak"),
        ("abcd1234:é", "cannot be read"),
    ],
)
def test_keyring_refuses_a_weak_file_and_quotes_nothing_of_it(rewrite, text, complaint):
    rewrite(text)
    with pytest.raises(KeyFileError, match=complaint) as caught:
        keyring()
    assert GOOD not in str(caught.value)
    assert [error.id for error in checks.key_file_is_in_order(None)] == ["vault.E001"]


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o600, 0o444, 0o640])
def test_keyring_refuses_a_file_that_is_too_open(key_file, mode):
    keyring()
    key_file.chmod(mode)
    with pytest.raises(KeyFileError, match=f"mode {mode:04o}"):
        keyring()


def test_keyring_refuses_a_file_that_is_gone_even_where_it_was_read_before(key_file):
    keyring()
    key_file.unlink()
    with pytest.raises(KeyFileError, match="no readable key file"):
        keyring()


def test_add_key_leaves_a_file_alone_that_is_not_in_order(rewrite, key_file):
    rewrite("abcd1234:weak")
    with pytest.raises(KeyFileError):
        add_key(key_file)
    assert key_file.read_text() == "abcd1234:weak"


@pytest.mark.parametrize("is_named", [True, False])
def test_make_for_laptop_makes_only_a_file_that_nobody_named(settings, tmp_path, is_named):
    settings.NOTE_KEY_FILE = tmp_path / "keys" / "notes.keys"
    settings.NOTE_KEY_FILE_IS_NAMED = is_named
    make_for_laptop()
    assert settings.NOTE_KEY_FILE.exists() is not is_named
    if not is_named:
        before = settings.NOTE_KEY_FILE.read_text()
        make_for_laptop()
        assert settings.NOTE_KEY_FILE.read_text() == before
        assert keyring().keys


def test_add_note_key_command(settings, tmp_path):
    settings.NOTE_KEY_FILE = tmp_path / "fresh" / "notes.keys"
    out = StringIO()
    call_command("add_note_key", stdout=out)
    assert keyring().newest in out.getvalue()
    assert base64.b64encode(keyring().keys[keyring().newest]).decode() not in out.getvalue()
    settings.NOTE_KEY_FILE.chmod(0o444)
    with pytest.raises(CommandError, match="0400"):
        call_command("add_note_key")


def test_check_asks_for_a_named_file_on_a_real_site(settings):
    settings.NOTE_KEY_FILE_IS_NAMED = False
    assert [error.id for error in checks.key_file_is_named(None)] == ["vault.E003"]
    settings.NOTE_KEY_FILE_IS_NAMED = True
    assert checks.key_file_is_named(None) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["manage.py", "migrate", "--plan"],
        ["-c", "import mentoring_portal.wsgi"],
        ["-m", "celery", "-A", "mentoring_portal", "worker", "--pool=solo"],
    ],
    ids=["check", "migrate", "web", "worker"],
)
def test_nothing_starts_where_the_named_key_file_is_missing(tmp_path, command):
    environment = {
        **os.environ,
        "PORTAL_VAR": str(tmp_path),
        "PORTAL_ENV_FILE": os.devnull,
        "NOTE_KEY_FILE": str(tmp_path / "nowhere.keys"),
        "DJANGO_SETTINGS_MODULE": "mentoring_portal.settings",
    }
    environment.pop("DATABASE_URL", None)
    environment.pop("REDIS_URL", None)
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert "There is no readable key file at" in done.stdout + done.stderr
    assert not (tmp_path / "nowhere.keys").exists()
