"""The measuring half of benchmarks/department.py."""

import json
import sys
from datetime import timedelta
from statistics import median
from time import perf_counter

from benchmarks.scratch import set_up

set_up()

from django.utils import timezone  # noqa: E402

from benchmarks.inside.world import cohort, department  # noqa: E402
from matching import work as working  # noqa: E402
from matching.actions import runs  # noqa: E402
from programmes.actions import enrolments  # noqa: E402

MENTEES, MENTORS, OF_THREE_PLACES = 120, 60, 45


def measure(times: int) -> dict:
    """Median seconds of the engine and of the whole task."""
    now = timezone.now()
    organisation, lead = department(MENTEES, MENTORS, 12, now=now)
    opened = cohort(organisation, lead, MENTEES, MENTORS, now=now)
    for mentor in opened.enrolments.filter(side="mentor")[:OF_THREE_PLACES]:
        enrolments.change_capacity(enrolment=mentor, capacity=3, by=lead, now=now)
    engine, whole, solve = [], [], working.find

    def timed(*args, **kwargs):
        started = perf_counter()
        answer = solve(*args, **kwargs)
        engine.append(perf_counter() - started)
        return answer

    working.find = timed
    for number in range(times):
        started = perf_counter()
        run = runs.request(cohort=opened, by=lead, now=now + timedelta(minutes=number), hand_over=False)
        working.work(run_id=run.pk, clock=timezone.now)
        whole.append(perf_counter() - started)
        run.refresh_from_db()
        if not run.optimal:
            raise RuntimeError(f"The run ended as {run.state}: {run.fault}")
    return {
        "mentees": MENTEES,
        "mentors": MENTORS,
        "matched": run.matched,
        "engine_seconds": round(median(engine), 3),
        "whole_task_seconds": round(median(whole), 3),
    }


print(json.dumps(measure(int(sys.argv[1]))))
