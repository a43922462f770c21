"""What is lost, doubled or kept by half while the portal's processes, servers and disks are broken under it.

Every process is real: workers, beat, gunicorn, a mail server of its own, PostgreSQL, Redis. Leases and the patience
with a queue run out ten times sooner than in a real portal (thirty times with --quick), and Redis is away for a tenth
of five minutes; nothing else is scaled. A mail may be doubled by whoever was killed between sending and marking it:
one a worker and kill.
"""

import random
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from benchmarks.fault_rig import Rig, can_mount, filled, message_ids, wait_until
from benchmarks.fault_visitors import Crowd
from tests import services
from tests.platform.test_sqlite import PROCESSES, UPDATES, write_together

NAME = "faults"
WORKERS = 2
RECOVERY = 10.0  # seconds from PostgreSQL's start to the portal's next page
CHECKED = ("lost", "half", "unclean", "waiting", "locked", "shut")


@dataclass(frozen=True)
class Size:
    notices: int
    kills: int
    few: int  # notices where the count is not the point
    visitors: int
    days: int  # sessions that each visitor logs
    texts: int  # sealed before keys are changed
    away: float  # seconds that Redis is away
    faster: float  # by how much sooner leases run out


FULL = Size(notices=10_000, kills=20, few=1_000, visitors=6, days=40, texts=20_000, away=30, faster=10)
QUICK = Size(notices=300, kills=2, few=100, visitors=2, days=4, texts=1_000, away=6, faster=30)


def workers_killed(rig: Rig, size: Size) -> dict:
    """All workers and beat are killed at random moments while mail goes out, and started again."""
    ids = message_ids(rig.world("owe", size.notices))
    beat, killed = rig.start_beat(), 0
    rig.start_workers(WORKERS)
    for turn in range(1, size.kills + 1):
        progress(rig, ids, turn / (size.kills + 1))
        killed += rig.kill(rig.workers)
        rig.kill([beat])
        beat = rig.start_beat()
        rig.start_workers(WORKERS)
    rig.drained(ids)
    asked = f"{size.notices:,} notices, {killed} workers killed in {size.kills} rounds"
    return {"asked": asked, **rig.outcome(ids), "bound": killed}


def swept_at_once(rig: Rig, size: Size) -> dict:
    """Two machines sweep at one moment, and again, and again."""
    ids = message_ids(rig.world("owe", size.few))
    for _ in range(3):
        for process in [rig.start("benchmarks.inside.fault_process", "sweep") for _ in range(2)]:
            process.wait()
            rig.running.remove(process)
    return {"asked": f"{size.few:,} notices, six sweeps by two", **rig.outcome(ids), "bound": 0}


def clock_jumped(rig: Rig, size: Size) -> dict:
    """The machine's clock jumps an hour ahead and back, twice, while mail goes out."""
    ids = message_ids(rig.world("owe", size.few))
    clock = rig.folder / "clock"
    clock.write_text("0")
    rig.start_beat(FAULTS_CLOCK=str(clock))
    rig.start_workers(WORKERS, FAULTS_CLOCK=str(clock))
    for turn, seconds in enumerate((3600, 0, -3600), start=1):
        progress(rig, ids, turn / 4)
        clock.write_text(str(seconds))
    time.sleep(5)  # an hour ago nothing was due yet
    clock.write_text("0")
    rig.drained(ids)
    return {"asked": f"{size.few:,} notices, 4 jumps", **rig.outcome(ids), "bound": 4 * WORKERS}


def redis_flushed(rig: Rig, size: Size) -> dict:
    """Everything in Redis is gone, twice, while mail goes out."""
    ids = message_ids(rig.world("owe", size.notices))
    rig.start_beat()
    rig.start_workers(WORKERS)
    for part in (1 / 3, 2 / 3):
        progress(rig, ids, part)
        with redis.Redis(port=rig.redis.port) as client:
            client.flushall()
    rig.drained(ids)
    return {"asked": f"{size.notices:,} notices, 2 flushes", **rig.outcome(ids), "bound": 0}


def redis_away(rig: Rig, size: Size) -> dict:
    """Redis is killed for a while: people go on, mail waits, and then goes."""
    rig.start_web()
    rig.start_beat()
    rig.start_workers(WORKERS)
    rig.stop_server(rig.redis, signal.SIGKILL)
    since = time.monotonic()
    ids = message_ids(rig.world("owe", size.few))
    with Crowd(rig, size.visitors, max(size.days // 4, 2)) as crowd:
        pass
    time.sleep(max(size.away - (time.monotonic() - since), 0))
    away = time.monotonic() - since
    rig.start_server(rig.redis)
    rig.drained(ids)
    found = crowd.outcome()
    sent = rig.outcome(ids)
    asked = f"{size.few:,} notices and {crowd.total} forms, away {away:.0f} s"
    return {
        "asked": asked,
        **sent,
        **found,
        "lost": sent["lost"] + found["lost"],
        "doubled": sent["doubled"],
        "bound": 0,
    }


def postgres_restarted(rig: Rig, size: Size) -> dict:
    """PostgreSQL is stopped at once, three times, while mail goes out and people send forms."""
    rig.start_web()
    ids = message_ids(rig.world("owe", size.notices))
    rig.start_beat()
    rig.start_workers(WORKERS)
    longest = 0.0
    with Crowd(rig, size.visitors, size.days) as crowd:
        for turn in (1, 2, 3):
            wait_until(lambda turn=turn: crowd.faults or crowd.done >= crowd.total * turn / 4, 600)
            rig.stop_server(rig.postgres, signal.SIGQUIT)
            time.sleep(1)
            since = time.monotonic()
            rig.start_server(rig.postgres)
            wait_until(lambda: rig.status("/accounts/login/") == 200, 120)
            longest = max(longest, time.monotonic() - since)
    rig.drained(ids)
    found, sent = crowd.outcome(), rig.outcome(ids)
    asked = f"{size.notices:,} notices and {crowd.total} forms, 3 restarts"
    together = {name: sent[name] + found[name] for name in ("lost", "doubled")}
    return {"asked": asked, **sent, **found, **together, "bound": 3 * WORKERS, "recovery": round(longest, 1)}


def web_killed(rig: Rig, size: Size) -> dict:
    """The web server and its workers are killed at random moments while people send forms."""
    web = rig.start_web()
    with Crowd(rig, size.visitors, size.days) as crowd:
        for turn in range(1, size.kills + 1):
            wait_until(lambda turn=turn: crowd.faults or crowd.done >= crowd.total * turn / (size.kills + 1), 600)
            time.sleep(random.uniform(0, 0.3))
            rig.kill([web])
            web = rig.start_web(rig.port)
    asked = f"{crowd.total} sessions and as many returns, {size.kills} kills"
    return {"asked": asked, "done": crowd.done, **crowd.outcome(), "bound": 0}


def disk_full(rig: Rig, size: Size) -> dict:
    """The disk is full to the last byte for a while, twice, while people send forms."""
    rig.start_web()
    place = rig.folder / rig.small
    with Crowd(rig, size.visitors, size.days) as crowd:
        for turn in (1, 2):
            wait_until(lambda turn=turn: crowd.faults or crowd.done >= crowd.total * turn / 3, 600)
            with filled(place):  # until somebody was refused: a database has some room set aside
                until = time.monotonic() + 30
                before = crowd.refused()
                while crowd.refused() == before and not crowd.is_over() and time.monotonic() < until:
                    time.sleep(0.1)
                time.sleep(2)
            if (
                rig.server and rig.process[rig.postgres].poll() is not None
            ):  # it stops rather than lose; systemd starts it
                rig.up[rig.postgres].close()
                rig.start_server(rig.postgres)
    asked = f"{crowd.total} sessions and as many returns, full twice"
    return {"asked": asked, "done": crowd.done, **crowd.outcome(), "refused": crowd.refused(), "bound": 0}


def keys_rotated(rig: Rig, size: Size) -> dict:
    """A new key is added and the sealing with it killed, again and again, while people send forms.

    In the end, after one run that nobody kills, the newest key alone must open everything.
    """
    email = rig.world("seal", size.texts)["email"]
    command = ("manage", "rotate_note_keys", "--by", email)
    rig.start_web()
    cut_off = 0
    with Crowd(rig, size.visitors, size.days) as crowd:
        for turn in range(1, size.kills + 1):
            wait_until(lambda turn=turn: crowd.faults or crowd.done >= crowd.total * turn / (size.kills + 1), 600)
            rig.start("manage", "add_note_key").wait()
            rotation = rig.start(*command)
            time.sleep(random.uniform(1, 6))
            cut_off += rig.kill([rotation])
    ended = rig.start(*command).wait()
    asked = f"{size.texts:,} texts and {crowd.total} forms, {size.kills} keys, {cut_off} runs killed"
    found = {"done": crowd.done, **crowd.outcome(), "bound": 0}
    return {"asked": asked, **found, **rig.world("shut"), "waiting": ended}


def eight_writers() -> dict:
    """Eight processes write to one SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        locked, written = write_together(Path(folder), "immediate")
    total = PROCESSES * UPDATES
    asked = f"{PROCESSES} processes × {UPDATES} writes"
    return {"asked": asked, "done": written, "lost": total - locked - written, "locked": locked}


def progress(rig: Rig, ids: set[str], part: float) -> None:
    """Wait until that part of ``ids`` has arrived, and a random moment more."""
    wait_until(lambda: len(ids & set(rig.sink.accepted())) >= part * len(ids), 600)
    time.sleep(random.uniform(0, 0.05))


def run(quick: bool) -> dict:
    size, rows = (QUICK if quick else FULL), []

    def try_out(what, rig=None, on=""):
        started = time.monotonic()
        row = what(rig, size) if rig else what()
        if rig:
            rig.kill_all()
        name = what.__name__.replace("_", " ")
        rows.append({"fault": name, "on": on or rig.name, **row, "seconds": round(time.monotonic() - started)})
        print(f"{name}, {on or rig.name}: {row}", flush=True)

    has_servers = services.find_postgres() and services.find_redis()
    try_out(eight_writers, on="SQLite")
    with Rig(server=False, faster=size.faster) as rig:
        for what in (workers_killed, swept_at_once, clock_jumped, web_killed, keys_rotated):
            try_out(what, rig)
    if has_servers:
        with Rig(server=True, faster=size.faster) as rig:
            for what in (workers_killed, swept_at_once, redis_flushed, redis_away, postgres_restarted, web_killed):
                try_out(what, rig)
            try_out(keys_rotated, rig)
    if can_mount():
        with Rig(server=False, small="var", small_mb=160) as rig:
            try_out(disk_full, rig, "SQLite, and all of var/")
        if has_servers and not quick:
            with Rig(server=True, small="postgres", small_mb=200) as rig:
                try_out(disk_full, rig, "PostgreSQL")
            with Rig(server=True, small="var", small_mb=160) as rig:
                try_out(disk_full, rig, "var/ beside PostgreSQL")
    checks = [check for row in rows for check in checks_of(row)]
    if not has_servers or not can_mount():
        checks.append({"name": "PostgreSQL, Redis and a small disk were there", "value": 0, "limit": 1, "ok": False})
    return {"scale": f"leases and queues 1/{size.faster}", "rows": rows, "checks": checks}


def checks_of(row: dict) -> list[dict]:
    """Nothing lost, half saved or answered by a fault of our own; doubled within the bound."""
    what = f"{row['fault']}, {row['on']}"
    limits = {name: 0 for name in CHECKED if name in row}
    limits |= {"doubled": row["bound"]} if "bound" in row else {}
    limits |= {"recovery": RECOVERY} if "recovery" in row else {}
    return [
        {"name": f"{what}: {name}", "value": row[name], "limit": limit, "ok": row[name] <= limit}
        for name, limit in limits.items()
    ]
