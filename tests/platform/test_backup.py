"""A backup made while somebody writes is put back whole, and refused where its keys are missing. See benchmarks/."""

from contextlib import nullcontext

import pytest

from benchmarks.backup import REFUSALS
from benchmarks.scratch import in_child
from tests import services

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("on", ["SQLite", "PostgreSQL"])
def test_backup_drill_loses_nothing_and_refuses_in_words(on):
    if on == "PostgreSQL" and not services.find_postgres():
        pytest.skip("needs PostgreSQL: ./portal test --all installs and starts it")
    with services.postgres() if on == "PostgreSQL" else nullcontext("") as url:
        found = in_child("benchmarks.inside.backup", "3", DATABASE_URL=url)
    assert found["lost"] == 0
    assert found["texts_opened"] == found["texts"] >= 12
    for what, words in REFUSALS.items():
        assert words in found["refused"][what], what
    assert found["untouched_by_refusals"]
    assert found["keys_in_backup"] == 0
    assert "every checksum is equal" in found["said"]
