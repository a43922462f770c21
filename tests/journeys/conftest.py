"""Which line of which model's story a journey follows.

A journey says where it stands: ``story("trainee-host", 4)``. tests/architecture holds that every line of every model
that can be started is followed by a journey; tests/story_table.py prints what came of them.
"""

from datetime import datetime

import pytest

from tests.journeys.walking import day
from tests.story_table import LINES, STORY

BEGUN = pytest.StashKey[list[list[tuple[str, int]]]]()  # of a test: the lines, in the order in which it came to them


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
    begun = item.stash.get(BEGUN, []) if report.when == "call" else []
    for number, lines in enumerate(begun, start=1):
        passed = report.passed or number < len(begun)
        report.user_properties += [(STORY, [model, line, passed]) for model, line in lines]
    return report
