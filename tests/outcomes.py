"""A pytest plugin that writes down which tests ran, failed and were skipped, for tests/run.py and tests/trust.py.

Loaded with ``-p tests.outcomes``; the file is named by PORTAL_TEST_OUTCOMES.
"""

import json
import os
from pathlib import Path

ran: set[str] = set()
failed: set[str] = set()
skipped: dict[str, str] = {}


def reason(report) -> str:
    """Why a report was skipped, without the place that pytest puts before it."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


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
