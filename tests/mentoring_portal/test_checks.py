"""`check --deploy` refuses what is fit for a laptop only, and passes a real site without a word."""

import os
import subprocess
import sys

import pytest

from mentoring_portal import checks
from mentoring_portal.supervisor import BASE_DIR

REAL_SITE = {
    "PORTAL_ADDRESS": "https://mentoring.example.com",
    "SECRET_KEY": "".join(chr(33 + (7 * n) % 90) for n in range(80)).replace("$", "x"),
    "EMAIL_URL": "smtp+tls://user:password@mail.example.com:587",
    "DEFAULT_FROM_EMAIL": "Mentoring <mentoring@example.com>",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "BEHIND_PROXY": "1",
}


def deploy_check(tmp_path, **env):
    """Run the check as an operator does, with ``env`` over a laptop's; return the process."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=BASE_DIR,
        env={**keep, "PORTAL_VAR": str(tmp_path), "PORTAL_ENV_FILE": os.devnull, **env},
        capture_output=True,
        text=True,
    )


def test_a_laptop_is_refused_with_every_reason(tmp_path):
    answer = deploy_check(tmp_path, PORTAL_DEMO="1")
    assert answer.returncode == 1
    for number in ("E001", "E002", "E003", "E005", "E006", "W010"):
        assert f"portal.{number}" in answer.stderr


def key_file(tmp_path, **env):
    """A key file of the notes, made as an operator makes it, apart from the data."""
    path = tmp_path / "apart" / "notes.keys"
    made = {**os.environ, **env, "PORTAL_VAR": str(tmp_path / "var"), "NOTE_KEY_FILE": str(path)}
    subprocess.run([sys.executable, "manage.py", "add_note_key"], cwd=BASE_DIR, env=made, check=True)
    return path


def test_a_real_site_passes_without_a_word(tmp_path):
    """Every check but the database's own, which needs the server to be there."""
    path = key_file(tmp_path, PORTAL_DEMO="0", PORTAL_ENV_FILE=os.devnull)
    answer = deploy_check(tmp_path / "var", NOTE_KEY_FILE=str(path), **REAL_SITE)
    issues = [line for line in answer.stderr.splitlines() if line.startswith("?:")]
    assert [line.partition(")")[0] for line in issues] == ["?: (portal.W010"], answer.stderr


@pytest.mark.postgres
def test_a_real_site_on_postgresql_passes_with_no_issue(tmp_path):
    path = key_file(tmp_path, PORTAL_DEMO="0", PORTAL_ENV_FILE=os.devnull)
    answer = deploy_check(
        tmp_path / "var", NOTE_KEY_FILE=str(path), DATABASE_URL=os.environ["DATABASE_URL"], **REAL_SITE
    )
    assert answer.returncode == 0, answer.stderr
    assert "no issues (0 silenced)" in answer.stdout


@pytest.mark.parametrize("backend", ["locmem.LocMemCache", "dummy.DummyCache"])
def test_limits_kept_by_one_process_are_refused(settings, backend):
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}"}}
    assert "portal.E004" in [issue.id for issue in checks.real_site(None)]


@pytest.mark.parametrize(
    ("backend", "stays"),
    [
        ("notices.mail_folder.EmailBackend", True),
        ("django.core.mail.backends.console.EmailBackend", True),
        ("django.core.mail.backends.smtp.EmailBackend", False),
    ],
)
def test_mail_that_stays_on_this_machine_is_refused(settings, backend, stays):
    settings.EMAIL_BACKEND = backend
    assert ("portal.E002" in [issue.id for issue in checks.real_site(None)]) is stays
