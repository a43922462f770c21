"""Which line of which model's story was followed and passed, as a table at the end of a run: model × line.

A model's story is the numbered lines by which it counts as working. A journey says where it stands with
``story("trainee-host", 4)`` (tests/journeys/conftest.py); what came of it travels with the test's report, so that
the table is whole where several processes run the tests.
"""

from collections import defaultdict

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
STORY = "story"  # a report's property: [model, line, passed]
LONGEST = max(LINES.values())


def table(passed: dict[tuple[str, int], bool]) -> list[str]:
    """The rows: of each model that was run a word for each line, and how many of them passed."""
    found = defaultdict(dict)
    for (model, line), ok in passed.items():
        found[model][line] = ok
    rows = [f"{'':>2} {'model':<25}" + "".join(f"{line:>6}" for line in range(1, LONGEST + 1)) + "   passed"]
    for number, (model, many) in enumerate(LINES.items(), start=1):
        if model in found:
            words = {True: "yes", False: "NO", None: "–"}
            cells = [words[found[model].get(line)] if line <= many else "" for line in range(1, LONGEST + 1)]
            count = sum(found[model].values())
            rows.append(f"{number:>2} {model:<25}" + "".join(f"{cell:>6}" for cell in cells) + f"   {count} of {many}")
    return rows


class StoryTable:
    """Gathers what reports tell, and prints it."""

    def __init__(self):
        self.passed: dict[tuple[str, int], bool] = {}

    def pytest_runtest_logreport(self, report):
        for name, value in report.user_properties if report.when == "call" else ():
            if name == STORY:
                model, line, ok = value
                self.passed[model, line] = self.passed.get((model, line), True) and ok

    def pytest_terminal_summary(self, terminalreporter):
        if self.passed:
            terminalreporter.section("stories of the mentoring models, line by line")
            for row in table(self.passed):
                terminalreporter.write_line(row)
