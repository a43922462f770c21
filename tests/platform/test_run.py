"""The test command: what runs where, and that a test which ran nowhere is found."""

import json
from types import SimpleNamespace

import pytest

from tests import outcomes
from tests.run import NO_TESTS, Tier, is_narrow, ran_nowhere, tiers, verdict


def names(**servers):
    return [(tier.name, tier.markers) for tier in tiers(**{"database_url": None, "redis_url": None} | servers)]


def test_with_all_the_suite_runs_again_on_the_servers():
    found = tiers(everything=True, database_url="postgres://x", redis_url="redis://x")
    assert [tier.name for tier in found] == ["SQLite", "PostgreSQL with Redis", "processes and browser"]
    assert found[0].markers == found[1].markers
    assert found[1].env == {"DATABASE_URL": "postgres://x", "PORTAL_TEST_REDIS_URL": "redis://x"}


def test_without_all_only_what_needs_the_servers_runs_on_them():
    assert names(everything=False, redis_url="redis://x")[1] == (
        "SQLite with Redis",
        "not browser and not slow and (postgres or redis)",
    )


def test_without_servers_the_suite_runs_on_sqlite_alone():
    assert [name for name, _ in names(everything=True)] == ["SQLite", "processes and browser"]


def test_a_test_that_ran_in_one_place_counts_as_run():
    here = Tier("a", "", ran={"t.py::one"}, skipped={"t.py::two": "needs Redis", "m.py": "whole module"})
    there = Tier("b", "", ran={"m.py::three"}, skipped={"t.py::one": "needs SQLite", "t.py::two": "needs Redis"})
    assert ran_nowhere([here, there]) == {"t.py::two": "needs Redis"}


@pytest.mark.parametrize(
    ("codes", "everything", "skipped", "expected"),
    [
        ((0, 0), True, {}, 0),
        ((0, NO_TESTS), True, {}, 0),
        ((NO_TESTS, NO_TESTS), False, {}, NO_TESTS),
        ((0, 1), False, {}, 1),
        ((0, 0), False, {"t": "needs Redis"}, 0),
        ((0, 0), True, {"t": "needs Redis"}, 1),
    ],
)
def test_verdict(codes, everything, skipped, expected, capsys):
    done = [Tier("a", "", code=code, skipped=skipped) for code in codes]
    assert verdict(done, everything=everything) == expected
    assert ("ran nowhere" in capsys.readouterr().out) is bool(skipped)


def test_outcomes_are_written_down(tmp_path, monkeypatch):
    monkeypatch.setattr(outcomes, "ran", set())
    monkeypatch.setattr(outcomes, "failed", set())
    monkeypatch.setattr(outcomes, "skipped", {})
    monkeypatch.setenv("PORTAL_TEST_OUTCOMES", str(tmp_path / "told.json"))

    def report(nodeid, when, outcome, **more):
        return SimpleNamespace(
            nodeid=nodeid, when=when, skipped=outcome == "skipped", failed=outcome == "failed", **more
        )

    for one in (
        report("passed", "setup", "passed"),
        report("passed", "call", "passed"),
        report("broken fixture", "setup", "failed"),
        report("left out", "setup", "skipped", longrepr=("x.py", 1, "Skipped: needs Redis")),
        report("expected", "call", "skipped", wasxfail="known"),
    ):
        outcomes.pytest_runtest_logreport(one)
    outcomes.pytest_sessionfinish(SimpleNamespace(config=SimpleNamespace()))
    assert json.loads((tmp_path / "told.json").read_text()) == {
        "ran": ["broken fixture", "expected", "passed"],
        "failed": ["broken fixture"],
        "skipped": {"left out": "needs Redis"},
    }


@pytest.mark.parametrize(
    ("arguments", "narrow"), [([], False), (["-q"], False), (["-k", "x"], True), (["tests/platform"], True)]
)
def test_a_few_tests_run_in_one_process(arguments, narrow):
    assert is_narrow(arguments) is narrow
