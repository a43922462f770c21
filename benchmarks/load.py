"""How quick the portal is for 10,000 people: by itself, while thousands are matched, and while a release migrates.

One portal of real processes, started as `./portal serve` starts them, on PostgreSQL and Redis, with a mail server, and
all on this machine. Its visitors (load_visitors.py) begin each request at its moment, whether or not earlier ones are
answered, and the time counts from that moment. What they open, and how often, is in ``WEIGHTS`` of
inside/load_world.py; static files, which browsers keep, are not asked for.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import psycopg2

from benchmarks.fault_rig import Rig, wait_until
from benchmarks.load_locks import LockWatch
from benchmarks.memory import peak_mb
from benchmarks.scratch import BASE_DIR
from mentoring_portal.supervisor import services as processes
from tests import services
from tests.platform.running import descendants

NAME = "load"
MOST_MS, MOST_TIMES, MOST_LOCKED = 300, 2.0, 1.0
FIRST = 10  # seconds
GIVEN_UP = 2  # times that the migration must have let go before the reading ends that is in its way
ENDED = ("finished", "failed", "cancelled")
POSTS = ("log a session", "return a form")


@dataclass(frozen=True)
class Size:
    people: int
    pairs: int
    sessions: int
    owed: int  # returns, by as many pairs
    visitors: int  # pairs who are signed in
    rate: float  # requests a second, alone
    seconds: float
    slow_rate: float  # the same while the machine does something else
    slow_seconds: float  # alone at that rate, before the matching
    mentees: int
    mentors: int


FULL = Size(10_000, 3_000, 120_000, 3_000, 2_000, 50, 600, 20, 120, 10_000, 3_000)
QUICK = Size(400, 60, 1_200, 60, 40, 10, 15, 5, 10, 300, 150)


class Visitors:
    """The visitors' process, from ``with`` to its end; afterwards what it saw."""

    def __init__(self, rig: Rig, size: Size, rate: float, seconds: float = 3600):
        self.rig, self.size, self.rate, self.seconds = rig, size, rate, seconds
        self.plan, self.out = rig.folder / "plan.json", rig.folder / "seen.json"

    def __enter__(self):
        plan = self.rig.inside("load_world", "visitors", self.size.visitors)
        self.plan.write_text(json.dumps(plan))
        self.before = self.rig.inside("load_world", "kept")
        given = [str(self.plan), str(self.out), str(self.rig.port), str(self.rate), str(self.seconds), "7"]
        self.spent, self.since = processor_seconds(self.rig), time.monotonic()
        self.process = self.rig.start("benchmarks.load_visitors", *given)
        return self

    def __exit__(self, kind, *_):
        if self.seconds == 3600 or kind:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.rig.running.remove(self.process)
        self.took = time.monotonic() - self.since
        if kind:
            return
        told = json.loads(self.out.read_text())
        self.seen = told["answers"]
        self.spent = {name: now - self.spent[name] for name, now in processor_seconds(self.rig).items()}
        self.spent["visitors"] = told["processor"]
        after = self.rig.inside("load_world", "kept")
        acknowledged = Counter(kind for kind, _, status in self.seen if kind in POSTS and status in (302, 303))
        self.lost = sum(max(acknowledged[one] - (after[one] - self.before[one]), 0) for one in POSTS)

    @property
    def p95(self) -> float:
        return percentile([seconds for _, seconds, _ in self.seen], 0.95)

    @property
    def faults(self) -> int:
        """Requests without an answer, or with one of a fault."""
        return sum(status == 0 or status >= 500 for _, _, status in self.seen)

    @property
    def others(self) -> int:
        """Answers that are neither a page where one was asked for nor the way on after something was sent."""
        return sum(
            0 < status < 500 and status not in ((302, 303) if kind in POSTS else (200,))
            for kind, _, status in self.seen
        )

    def row(self, part: str) -> dict:
        """Everything together, and the processor time that a request took of each."""
        spent = {f"{name}, processor ms": round(1000 * of / len(self.seen), 1) for name, of in self.spent.items()}
        return row(part, "everything", [seconds for _, seconds, _ in self.seen]) | spent

    def rows(self, part: str) -> list[dict]:
        """And each kind of page."""
        kinds = {}
        for kind, seconds, _ in self.seen:
            kinds.setdefault(kind, []).append(seconds)
        return [self.row(part), *(row(part, kind, kinds[kind]) for kind in sorted(kinds))]

    def checks(self, part: str) -> list[dict]:
        found = {"faults": self.faults, "other answers": self.others, "lost": self.lost}
        return [check(f"{part}: {name}", value, 0) for name, value in found.items()]


def processor_seconds(rig: Rig) -> dict[str, float]:
    """What the web, the workers and the database have taken since they began."""
    others = [process for name, process in rig.portal.items() if name != "web"]
    found = {"web": [rig.portal["web"]], "database": [rig.process[rig.postgres]], "workers": others}
    return {name: sum(taken(process.pid) for process in some) for name, some in found.items()}


def taken(pid: int) -> float:
    """Processor seconds of a process with all below it, those that have ended too."""
    total = 0
    for one in (pid, *descendants(pid)):
        with suppress(OSError):
            total += sum(map(int, Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def percentile(seconds: list[float], share: float) -> float:
    """Milliseconds within which that share of the answers came."""
    return round(1000 * sorted(seconds)[ceil(share * len(seconds)) - 1], 1)


def row(part: str, kind: str, seconds: list[float]) -> dict:
    shares = {"p50 ms": 0.5, "p95 ms": 0.95, "p99 ms": 0.99, "longest ms": 1}
    return {"part": part, "page": kind, "requests": len(seconds)} | {
        name: percentile(seconds, share) for name, share in shares.items()
    }


def check(name: str, value, limit) -> dict:
    return {"name": name, "value": value, "limit": limit, "ok": value <= limit}


def start_portal(rig: Rig, size: Size) -> None:
    """The processes of `./portal serve`, by name in ``rig.portal``. The first pages take longer, and do not count."""
    rig.port = services.free_port()
    rig.portal = {one.name: rig.start(*one.command) for one in processes(port=rig.port)}
    wait_until(lambda: rig.status("/healthz") == 200, 120)
    with Visitors(rig, size, size.slow_rate, FIRST):
        pass


@contextmanager
def database(rig: Rig):
    """A cursor that asks the database itself, each statement by itself."""
    with closing(psycopg2.connect(rig.postgres.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        yield cursor


def steady(rig: Rig, size: Size) -> dict:
    """Ten minutes of it."""
    with Visitors(rig, size, size.rate, size.seconds) as visitors:
        pass
    checks = [check("steady: 95 of 100 within, ms", visitors.p95, MOST_MS), *visitors.checks("steady")]
    rate = round(len(visitors.seen) / visitors.took, 1)
    return {"rows": visitors.rows("steady"), "checks": checks, "figures": {"answers a second": rate}}


def matching(rig: Rig, size: Size) -> dict:
    """A worker finds matches for thousands, and the pages beside it are as before but for twice the time."""
    cohort = rig.inside("load_world", "cohort", size.mentees, size.mentors)["cohort"]
    with Visitors(rig, size, size.slow_rate, size.slow_seconds) as alone:
        pass
    with Visitors(rig, size, size.slow_rate) as beside:
        run = rig.inside("load_world", "request", cohort)["run"]
        with database(rig) as cursor:

            def ended() -> tuple | None:
                cursor.execute("SELECT state, matched FROM matching_matchrun WHERE id = %s", [run])
                time.sleep(0.2)
                found = cursor.fetchone()
                return found if found[0] in ENDED else None

            since = time.monotonic()
            state, matched = wait_until(ended, 3000)
            seconds = time.monotonic() - since
    if state != "finished":
        raise RuntimeError(f"The run ended as {state}.")
    figures = {
        "matched": f"{size.mentees:,} × {size.mentors:,}: {matched:,}",
        "seconds of matching": round(seconds, 1),
        "peak MB of matching": round(peak_mb(rig.portal["runs"].pid)),
        "p95 alone, ms": alone.p95,
        "p95 meanwhile, ms": beside.p95,
    }
    times = round(beside.p95 / alone.p95, 2)
    return {
        "rows": [alone.row("before the matching"), beside.row("matching")],
        "checks": [check("matching: p95, times that without", times, MOST_TIMES), *beside.checks("matching")],
        "figures": figures,
    }


def migrating(rig: Rig, size: Size) -> dict:
    """The next release migrates while people work and somebody, a backup say, reads all that it changes."""
    with Visitors(rig, size, size.slow_rate) as visitors:
        time.sleep(3)
        with closing(psycopg2.connect(rig.postgres.url)) as reader, LockWatch(rig.postgres.url) as watch:
            with reader.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM people_person, sessions_log_attendance WHERE false")
                since = time.monotonic()
                migrate = start_migrate(rig)
                while migrate.poll() is None:
                    time.sleep(0.1)
                    if given_up(rig) >= GIVEN_UP:
                        reader.rollback()
            seconds = time.monotonic() - since
        time.sleep(3)
    if migrate.returncode:
        raise RuntimeError((rig.log / "migrate").read_text())
    figures = {
        "seconds of migrating": round(seconds, 1),
        "times it gave a lock up": given_up(rig),
        "tables locked": watch.seen,
    }
    return {
        "rows": [visitors.row("migrating")],
        "checks": [
            check("migrating: longest lock held, s", watch.held, MOST_LOCKED),
            check("migrating: longest wait for a lock, s", watch.waited, MOST_LOCKED),
            *visitors.checks("migrating"),
        ],
        "figures": figures,
    }


def given_up(rig: Rig) -> int:
    """How often the migration has let go of a lock so far, by its own words."""
    return (rig.log / "migrate").read_text().count("in use just now")


def start_migrate(rig: Rig) -> subprocess.Popen:
    """What whoever runs the portal types, with the release's migrations in place."""
    settings = {"DJANGO_SETTINGS_MODULE": "benchmarks.inside.next_release.settings", "PGAPPNAME": LockWatch.NAME}
    with (rig.log / "migrate").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "manage.py", "migrate", "--no-input"],
            cwd=BASE_DIR,
            env=rig.env | settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=services.end_with_parent(signal.SIGKILL),
        )


def run(quick: bool) -> dict:
    size = QUICK if quick else FULL
    if not (services.find_postgres() and services.find_redis()):
        return {"checks": [check("PostgreSQL and Redis are missing", 1, 0)]}
    with Rig(server=True, faster=1) as rig:
        world = rig.inside("load_world", "people", size.people, size.pairs, size.sessions, size.owed)
        print(f"{world}", flush=True)
        start_portal(rig, size)
        parts = {}
        for part in (steady, matching, migrating):
            since = time.monotonic()
            parts[part.__name__] = found = part(rig, size)
            print(f"{part.__name__}: {found['figures']}, {time.monotonic() - since:.0f} s", flush=True)
    return {
        "world": world,
        "cores": os.cpu_count(),
        "figures": {name: part["figures"] for name, part in parts.items()},
        "rows": [one for part in parts.values() for one in part["rows"]],
        "checks": [one for part in parts.values() for one in part["checks"]],
    }
