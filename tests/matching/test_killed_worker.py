"""A worker that is really killed, in a process of its own, in the middle of the engine's work."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from matching.actions import attempts
from matching.models import MatchRun, Proposal
from matching.work import work
from tests.builders import matching
from tests.matching.conftest import make_world

# The worker's own work, held in the engine until the test has seen its sign of life.
WORKER = """
import sys, time, django
django.setup()
from django.utils import timezone
from matching import work
work.find = lambda *problem, **more: time.sleep(60)
work.work(run_id=int(sys.argv[1]), clock=timezone.now)
"""


def database_url() -> str:
    to = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{to['NAME']}"
    return f"postgres://{to['USER']}:{to['PASSWORD']}@{to['HOST']}:{to['PORT']}/{to['NAME']}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_run_of_a_killed_worker_is_swept_and_done_by_another(now):
    world = make_world(now)
    run = matching.requested(world.cohort, world.lead, now=now)
    environment = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(run.pk)], env=environment, cwd=settings.BASE_DIR)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and run.stage != "Finding the best plan":
            time.sleep(0.1)
            run.refresh_from_db()
        assert run.stage == "Finding the best plan"
    finally:
        worker.kill()
        worker.wait()

    run.refresh_from_db()
    assert run.state == MatchRun.State.RUNNING  # nobody has noticed yet
    assert not Proposal.objects.exists()

    later = run.beat_at + attempts.SILENT_AFTER + timedelta(seconds=1)
    assert attempts.revive(by=None, now=later) == [run.pk]
    assert attempts.revive(by=None, now=later) == []
    work(run_id=run.pk, clock=lambda: later)

    run.refresh_from_db()
    assert (run.state, run.attempt, run.matched) == (MatchRun.State.FINISHED, 2, 3)
