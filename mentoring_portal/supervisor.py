"""Keeps the portal's processes alive on one machine: web, workers and beat.

For laptops and single machines (`./portal demo`, `./portal serve`). In production
systemd or the container platform does this; see deploy/. What the processes do
is no business of this module.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
CHILD = Path(__file__).resolve().parent / "child.py"

QUICK_DEATH = 10  # seconds; a service that dies sooner waits longer before its next start
LONGEST_WAIT = 30  # seconds between two starts
HOPELESS = 4  # quick deaths in a row of one service, before everything ever ran, that end the attempt
GRACE = 8  # seconds to end by itself after being asked
LOG_LIMIT = 5_000_000  # bytes; a longer log starts anew


@dataclass
class Service:
    """One process to keep alive: ``python -m`` followed by ``command``."""

    name: str
    command: list[str]
    # What the kernel sends when the supervisor is gone. The web server must take its own workers
    # along; a worker in the middle of a task would not listen, and may be killed: rows are the record.
    on_orphaned: str = "SIGKILL"
    goes_first: bool = False  # the others wait until all is ready, so that the first page comes sooner
    process: subprocess.Popen | None = field(default=None, repr=False)
    started_at: float = 0.0
    start_at: float = 0.0  # not before; monotonic seconds
    quick_deaths: int = 0


def services(*, port: int, wsgi: str = "mentoring_portal.wsgi") -> list[Service]:
    """The processes of one portal: web on ``port`` of this machine only, two workers, beat.

    Beat is a process of its own rather than a part of a worker, so that it can be
    started again by itself, and so that a killed worker leaves no second beat behind.
    """
    worker = ["celery", "-A", "mentoring_portal", "worker", "--pool", "solo", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    web = ["gunicorn", wsgi, "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2"]
    # Loaded once and then forked: a second less to the first page, and 70 MB less memory.
    web += ["--threads", "4", "--preload", "--graceful-timeout", "5", "--no-control-socket", "--log-level", "warning"]
    return [
        Service("web", web, on_orphaned="SIGTERM", goes_first=True),
        Service("worker", [*worker, "--queues", "default", "--hostname", "default@%h"]),
        Service("runs", [*worker, "--queues", "runs", "--hostname", "runs@%h"]),
        Service("beat", ["celery", "-A", "mentoring_portal", "beat", "--loglevel", "WARNING", "--pidfile="]),
    ]


class Supervisor:
    """Starts services, starts them again when they die, and stops them all at the end."""

    def __init__(self, services: list[Service], *, log_dir: Path, env: dict[str, str], say: Callable[[str], object]):
        self.services = services
        self.log_dir = log_dir
        self.env = env
        self.say = say
        self.is_ready = False
        self.stopping = False

    def start(self, service: Service):
        """Start one service, its output appended to a log of its own."""
        self.log_dir.mkdir(parents=True, exist_ok=True)
        path = self.log_dir / f"{service.name}.log"
        mode = "ab" if path.exists() and path.stat().st_size < LOG_LIMIT else "wb"
        with path.open(mode) as log:
            service.process = subprocess.Popen(
                [sys.executable, str(CHILD), str(os.getpid()), service.on_orphaned, *service.command],
                cwd=BASE_DIR,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops them in order
            )
        service.started_at = time.monotonic()

    def look_after(self):
        """Start what is due to start; note what has died and when it may start again."""
        moment = time.monotonic()
        for service in self.services:
            if service.process is None:
                if moment >= service.start_at and (self.is_ready or service.goes_first):
                    self.start(service)
            elif service.process.poll() is not None:
                self.bury(service, moment)

    def bury(self, service: Service, moment: float):
        """Clear away what a dead service left behind, and set the time of its next start."""
        code = service.process.returncode
        kill_group(service.process.pid, signal.SIGKILL)  # a killed web server's workers still hold the port
        service.process = None
        lived = moment - service.started_at
        service.quick_deaths = service.quick_deaths + 1 if lived < QUICK_DEATH else 0
        wait = min(0.5 * 2 ** (service.quick_deaths - 1), LONGEST_WAIT) if service.quick_deaths else 0
        service.start_at = moment + wait
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        again = f"in {wait:g} seconds" if wait else "now"
        self.say(f"{service.name} stopped ({how}); it starts again {again}. See {self.log_dir / service.name}.log")

    def run(self, *, ready: Callable[[], bool], when_ready: Callable[[], object], give_up_after: float = 180) -> bool:
        """Keep everything running until a signal says stop; False where it never became ready.

        ``when_ready`` is called once, when ``ready`` first says so. Services are
        stopped before this returns or raises.
        """
        before = {number: signal.signal(number, self.stop) for number in STOP_SIGNALS}
        deadline = time.monotonic() + give_up_after
        try:
            while not self.stopping:
                self.look_after()
                if not self.is_ready and ready():
                    self.is_ready = True
                    when_ready()
                hopeless = any(service.quick_deaths >= HOPELESS for service in self.services)
                if not self.is_ready and (hopeless or time.monotonic() > deadline):
                    return False
                time.sleep(0.1 if self.is_ready else 0.05)
            return True
        finally:
            self.stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self, *_):
        """Ask ``run`` to end; being asked twice kills at once."""
        if self.stopping:
            for service in self.services:
                if service.process:
                    kill_group(service.process.pid, signal.SIGKILL)
        self.stopping = True

    def stop_all(self):
        """End every service, by force where asking does not help within the grace."""
        alive = [service.process for service in self.services if service.process]
        for process in alive:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + GRACE
        for process in alive:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            kill_group(process.pid, signal.SIGKILL)
            process.wait()


STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def kill_group(leader: int, number: int):
    """Signal every process of the group that ``leader`` led; nothing where all have gone."""
    with suppress(ProcessLookupError, PermissionError):  # macOS says the second of a group of zombies
        os.killpg(leader, number)
