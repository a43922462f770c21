"""The measuring half of benchmarks/national.py."""

import json
import sys
from statistics import median
from time import perf_counter, process_time

from benchmarks.memory import peak_mb
from benchmarks.scratch import set_up

set_up()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.inside.world import cohort, department  # noqa: E402
from matching import work as working  # noqa: E402
from matching.actions import attempts, runs  # noqa: E402

SENIORS = 60
# Stages of the task by the words in which it tells them; the engine has several of its own.
STAGES = {
    "Reading who is enrolled": "reading",
    "Checking each pair against the rules": "compiling",
    "Looking for close calls": "close calls",
    "Comparing ways to be fair": "comparing",
    "Putting the reasons into words": "explaining",
    "saving": "saving",
}


class Stages:
    """Processor and clock seconds between one stage and the next, from what the task tells of itself."""

    def __init__(self):
        self.seconds, self._now, self._at = {}, "reading", (process_time(), perf_counter())

    def enter(self, words: str) -> None:
        at = process_time(), perf_counter()
        spent = self.seconds.setdefault(self._now, [0.0, 0.0])
        for number in range(2):
            spent[number] += at[number] - self._at[number]
        self._now, self._at = STAGES.get(words, "solving"), at


def run_timed(run) -> Stages:
    """Do the work of a run as a worker does, its stages timed."""
    stages, tell, finish = Stages(), attempts.tell, attempts.finish

    def told(**what):
        stages.enter(what["stage"])
        return tell(**what)

    def finished(**what):
        stages.enter("saving")
        return finish(**what)

    attempts.tell, attempts.finish = told, finished
    working.work(run_id=run.pk, clock=timezone.now)
    stages.enter("done")
    attempts.tell, attempts.finish = tell, finish
    return stages


def page(client: Client, address: str) -> tuple[float, int]:
    """Processor seconds, the middle of five, and queries of one page."""
    client.get(address)
    spent = []
    for _ in range(5):
        started = process_time()
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        spent.append(process_time() - started)
    return median(spent), len(asked)


def measure(mentees: int, mentors: int) -> dict:
    settings.SECOND_FACTOR_REQUIRED = False
    now = timezone.now()
    organisation, lead = department(mentees, mentors, SENIORS, now=now)
    opened = cohort(organisation, lead, mentees, mentors, now=now)
    before = round(peak_mb())
    run = runs.request(cohort=opened, by=lead, now=now, hand_over=False)
    stages = run_timed(run)
    run.refresh_from_db()
    if not run.optimal:
        raise RuntimeError(f"The run ended as {run.state}: {run.fault}")
    peak = round(peak_mb())
    client = Client()
    client.force_login(lead)
    board, board_queries = page(client, reverse("matching:run-detail", args=[run.pk]))
    choosing, queries = page(client, reverse("matching:proposal-move", args=[run.pk, run.proposals.first().mentee_id]))
    return {
        "stages": [
            {"stage": name, "processor s": round(spent[0], 2), "clock s": round(spent[1], 2)}
            for name, spent in stages.seconds.items()
        ],
        "mentees": mentees,
        "mentors": mentors,
        "matched": run.matched,
        "task": round(sum(spent[0] for spent in stages.seconds.values()), 2),
        "peak_mb": peak,
        "peak_mb_before_the_run": before,
        "board": round(board, 3),
        "board_queries": board_queries,
        "choosing": round(choosing, 3),
        "choosing_queries": queries,
    }


print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
