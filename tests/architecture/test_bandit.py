"""bandit finds nothing of medium weight or more in the rooms, but for what stands here with its reason."""

import json
import subprocess
import sys

from tests.architecture.source import LEVELS, ROOT

# (what, file) -> why it is no weakness.
EXPLAINED = {
    ("B608", "audit/many.py"): "names of columns, quoted by the database's own rules; values go as parameters",
    ("B608", "mentoring_portal/backups.py"): "names of tables, read from the database and quoted",
    ("B310", "mentoring_portal/stack.py"): "asks the portal's own address on this machine whether it is up",
    ("B703", "look/templatetags/nhs.py"): "cells of a table that were rendered by templates, which escape",
    ("B308", "look/templatetags/nhs.py"): "the same",
    ("B608", "people/counting.py"): "each part is SQL that Django wrote, and its values are parameters",
}


def found(*paths: str) -> set[tuple[str, str]]:
    """What bandit finds of medium weight or more: (test, file)."""
    answer = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-r", "-ll", "-f", "json", "--exit-zero", *paths],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(answer.stdout)
    assert report["metrics"]["_totals"]["loc"] > 0
    assert not report["errors"], report["errors"]
    return {(one["test_id"], one["filename"].removeprefix("./")) for one in report["results"]}


def test_bandit_finds_nothing_that_is_not_explained():
    assert found(*LEVELS) == set(EXPLAINED)


def test_bandit_would_find_what_is_weak(tmp_path):
    weak = tmp_path / "weak.py"
    weak.write_text("import pickle\n\n\ndef read(data):\n    return pickle.loads(data)\n")
    assert {test for test, _ in found(str(weak))} == {"B301"}
