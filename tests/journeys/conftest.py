"""Which line of which model's story a journey follows, and the table of them all at the end of a run.

A model's story is the numbered lines by which it counts as working. A journey
says where it stands: ``story("trainee-host", 4)``. tests/architecture holds
that every line of every model that can be started is followed by a journey.
"""

from collections import defaultdict
from datetime import datetime

import pytest

from tests.journeys.walking import day

# How many lines each story has, in the order in which the models are numbered.
LINES = {
    "trainee-band6": 7,
    "nqp-senior": 6,
    "ds-experienced-ds": 8,
    "consultant-domains": 7,
    "group-one-mentor": 6,
    "trainee-alumni": 9,
    "prescriber-group": 7,
    "trainee-host": 9,
    "advanced-peer-group": 7,
    "consultant-credentialing": 6,
    "reverse": 9,
    "ip-past-dpp": 7,
    "pcn-group-external": 8,
    "peer-to-group": 8,
}
BEGUN = pytest.StashKey[list[list[tuple[str, int]]]]()  # of a test: the lines, in the order in which it came to them
PASSED = pytest.StashKey[dict[tuple[str, int], bool]]()  # of the run


@pytest.fixture
def at(time_machine):
    """``at(2027, 9, 1)``: nine o'clock on that day, from now on."""

    def move(year: int, month: int, number: int, hour: int = 9) -> datetime:
        moment = day(year, month, number, hour)
        time_machine.move_to(moment, tick=False)
        return moment

    return move


@pytest.fixture
def story(request):
    """``story("trainee-host", 4)``: from here on the test follows line 4; a line is passed when the next begins."""
    begun = request.node.stash.setdefault(BEGUN, [])

    def at(model: str, *lines: int) -> None:
        assert all(1 <= line <= LINES[model] for line in lines)
        begun.append([(model, line) for line in lines])

    return at


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    begun = item.stash.get(BEGUN, [])
    if report.when == "call":
        passed = item.config.stash.setdefault(PASSED, {})
        for number, lines in enumerate(begun, start=1):
            for line in lines:
                passed[line] = passed.get(line, True) and (report.passed or number < len(begun))
    return report


def pytest_terminal_summary(terminalreporter, config):
    found = defaultdict(dict)
    for (model, line), passed in config.stash.get(PASSED, {}).items():
        found[model][line] = passed
    if not found:
        return
    terminalreporter.section("stories of the mentoring models, line by line")
    for number, (model, many) in enumerate(LINES.items(), start=1):
        if model in found:
            words = {True: "passed", False: "FAILED", None: "not run"}
            told = ", ".join(f"{line} {words[found[model].get(line)]}" for line in range(1, many + 1))
            if set(found[model].values()) == {True} and len(found[model]) == many:
                told = f"all {many} lines passed"
            terminalreporter.write_line(f"{number:>2} {model:<25} {told}")
