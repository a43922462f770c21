"""A pytest plugin that writes down which tests ran, failed and were skipped, for tests/run.py and tests/trust.py.

Loaded with ``-p tests.outcomes``; the file is named by PORTAL_TEST_OUTCOMES. With PORTAL_TEST_FEW=2 only so many tests
run of each file or test that was asked for, from its beginning on, evenly apart.
"""

import json
import os
from pathlib import Path

import pytest

ran: set[str] = set()
failed: set[str] = set()
skipped: dict[str, str] = {}


def reason(report) -> str:
    """Why a report was skipped, without the place that pytest puts before it."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def few_of(asked: list[str], tests: list[str], number: int) -> set[str]:
    """So many of ``tests`` for each file, test or test with parameters that was ``asked`` for."""
    kept = set()
    for one in asked:
        found = [test for test in tests if test == one or test.startswith((f"{one}::", f"{one}["))]
        kept |= {found[turn * len(found) // number] for turn in range(number if found else 0)}
    return kept


@pytest.hookimpl(trylast=True)  # of those that the markers leave
def pytest_collection_modifyitems(config, items):
    if number := int(os.environ.get("PORTAL_TEST_FEW", 0)):
        kept = few_of(config.args, [item.nodeid for item in items], number)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in kept])
        items[:] = [item for item in items if item.nodeid in kept]


def pytest_runtest_logreport(report):
    # An expected failure is reported as skipped, yet it ran.
    if report.skipped and not hasattr(report, "wasxfail"):
        skipped[report.nodeid] = reason(report)
    elif report.when == "call" or report.failed:
        ran.add(report.nodeid)
    if report.failed:
        failed.add(report.nodeid)


def pytest_collectreport(report):
    if report.skipped:
        skipped[report.nodeid] = reason(report)


def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):  # with xdist, the first process hears of every report
        outcome = {"ran": sorted(ran), "failed": sorted(failed), "skipped": skipped}
        Path(os.environ["PORTAL_TEST_OUTCOMES"]).write_text(json.dumps(outcome))
