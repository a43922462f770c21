"""One process of a portal that is to be killed: a worker, beat, or a sweep, whose waits are shorter by a factor.

python -m benchmarks.inside.fault_process worker NAME | beat | sweep

The code is the portal's own. FAULTS_FASTER divides the minutes after which a lease runs out or a queue is taken for
lost; FAULTS_CLOCK names a file of seconds by which this process's clock is off, read anew each time.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

import django

FASTER = float(os.environ.get("FAULTS_FASTER", 1))


def hurry() -> None:
    """Shorten the waits that are minutes in a real portal, and let the sweep come round as much sooner."""
    from mentoring_portal.schedule import BEAT
    from notices.actions import claims, delivery

    claims.LEASE /= FASTER
    delivery.QUEUED_FOR /= FASTER
    for entry in BEAT.values():
        entry["schedule"] = max(entry["schedule"] / FASTER, 1)
        entry["options"]["expires"] = entry["schedule"]


def shift_the_clock() -> None:
    from django.utils import timezone

    real, file = timezone.now, Path(os.environ["FAULTS_CLOCK"])
    timezone.now = lambda: real() + timedelta(seconds=float(file.read_text() or 0))


def main(kind: str, name: str = "") -> None:
    django.setup()
    hurry()
    if "FAULTS_CLOCK" in os.environ:
        shift_the_clock()
    from mentoring_portal.celery import app

    if kind == "worker":
        plain = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--hostname", f"{name}@%h"]
        app.worker_main(["worker", "--pool", "solo", "--queues", "default", "--loglevel", "ERROR", *plain])
    elif kind == "beat":
        app.start(["beat", "--loglevel", "ERROR", "--pidfile="])
    else:
        from django.core.management import call_command

        call_command("sweep", verbosity=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
