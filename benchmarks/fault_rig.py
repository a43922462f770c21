"""A portal of real processes that can be broken: its servers, workers and web, each killed and started by itself.

``Rig`` gives one on SQLite with a folder as queue, or on PostgreSQL with Redis, with a mail server in a process of
its own. What is broken, and what must hold, stands in faults.py.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import psycopg2

from benchmarks.scratch import BASE_DIR, OURS
from tests import services, smtp_sink

KIND = "relationship-paused"  # of the notices that inside/fault_world.py owes
PATIENCE = 900  # seconds until a run is given up; what is left then counts as waiting


class Rig:
    """Use it as a context. ``server``: PostgreSQL with Redis; else SQLite with a folder.

    ``faster``: by how much sooner leases and the patience with a queue run out. ``small``: "var" or "postgres", the
    folder that lies on a disk of ``small_mb`` megabytes.
    """

    def __init__(self, *, server: bool, faster: float = 10, small: str = "", small_mb: int = 0):
        self.faster = faster
        self.server, self.small, self.small_mb = server, small, small_mb
        self.name = "PostgreSQL, Redis" if server else "SQLite, folder"
        self.workers: list[subprocess.Popen] = []
        self.stack = ExitStack()

    def __enter__(self):
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-faults-")))
        self.folder.chmod(0o755)  # PostgreSQL runs as another user, and must reach its own folder in it
        self.var, self.log = self.folder / "var", self.folder / "log"
        self.log.mkdir()
        for place in (self.var, self.folder / "postgres"):
            place.mkdir()
            if place.name == self.small:
                self.stack.enter_context(small_disk(place, self.small_mb))
        self.sink = self.stack.enter_context(smtp_sink.running(self.folder, wait=0.001))
        self.env = {name: value for name, value in os.environ.items() if name not in OURS}
        self.env |= {"PORTAL_VAR": str(self.var), "PORTAL_DEMO": "0", "PORTAL_ENV_FILE": os.devnull}
        self.env |= {
            "DJANGO_SETTINGS_MODULE": "mentoring_portal.settings",
            "FAULTS_FASTER": str(self.faster),
            "FAULTS_KIND": KIND,
        }
        self.env |= {"EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}", "ALLOWED_HOSTS": "*"}
        if self.server:
            self.postgres = services.Postgres(self.folder / "postgres", durable=True)
            (self.folder / "redis").mkdir()
            self.redis = services.Redis(self.folder / "redis")
            self.up = {one: self.stack.enter_context(ExitStack()) for one in (self.postgres, self.redis)}
            self.process = {one: up.enter_context(one.running()) for one, up in self.up.items()}
            self.env |= {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url}
        self.running: list[subprocess.Popen] = []
        self.stack.callback(self.kill_all)
        self.world("prepare")
        return self

    def __exit__(self, *fault):
        return self.stack.__exit__(*fault)

    def world(self, *asked: str) -> dict:
        """What benchmarks/inside/fault_world.py answers."""
        return self.inside("fault_world", *asked)

    def inside(self, module: str, *asked: str) -> dict:
        """What a module of benchmarks/inside/ answers."""
        command = [sys.executable, "-m", f"benchmarks.inside.{module}", *map(str, asked)]
        done = subprocess.run(command, cwd=BASE_DIR, env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def start(self, *command: str, **env: str) -> subprocess.Popen:
        """Start ``python -m command`` in a group of its own, which ends with this process."""
        with (self.log / command[-1].replace("/", "-")).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=BASE_DIR,
                env=self.env | env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=services.end_with_parent(signal.SIGKILL),
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def start_workers(self, count: int = 2, **env: str) -> None:
        self.workers = [self.start("benchmarks.inside.fault_process", "worker", f"w{n}", **env) for n in range(count)]

    def start_beat(self, **env: str) -> subprocess.Popen:
        return self.start("benchmarks.inside.fault_process", "beat", **env)

    def kill(self, processes: list[subprocess.Popen]) -> int:
        """SIGKILL to each with all that it started; how many were still alive."""
        alive = sum(process.poll() is None for process in processes)
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in processes:
            process.wait()
            self.running.remove(process)
        return alive

    def kill_all(self) -> None:
        self.kill(list(self.running))

    # --- servers

    def stop_server(self, server, number: int) -> None:
        """Stop PostgreSQL or Redis with this signal: SIGQUIT is what PostgreSQL calls immediate, as after a crash."""
        self.process[server].send_signal(number)
        self.process[server].wait()
        self.up[server].close()

    def start_server(self, server) -> None:
        self.process[server] = self.up[server].enter_context(server.running())

    # --- the web

    def start_web(self, port: int = 0) -> subprocess.Popen:
        """Start gunicorn as the supervisor does, and wait for its first answer."""
        self.port = port or services.free_port()
        bind = ["--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
        more = ["--preload", "--no-control-socket", "--log-level", "error"]
        web = self.start("gunicorn", "mentoring_portal.wsgi", *bind, *more)
        wait_until(lambda: self.status("/healthz") is not None, 120)
        return web

    def status(self, path: str) -> int | None:
        """What a page answers; None where nobody does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            return answer.code
        except OSError:
            return None

    # --- mail

    def drained(self, ids: set[str], seconds: float = PATIENCE) -> bool:
        """Wait until the mail server has each of these and no notice waits; False where that does not come about."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if ids <= set(self.sink.accepted()) and not self.waiting():
                return True
            time.sleep(0.2)
        return False

    def waiting(self) -> int:
        """How many of the notices that were owed for this wait still; asked of the database itself, without Django."""
        if self.server:
            database = psycopg2.connect(self.postgres.url)
        else:
            database = sqlite3.connect(f"file:{self.var / 'portal.sqlite3'}?mode=ro", uri=True)
        with closing(database), closing(database.cursor()) as cursor:
            cursor.execute(f"SELECT count(*) FROM notices_notice WHERE kind = '{KIND}' AND settled_at IS NULL")
            return cursor.fetchone()[0]

    def outcome(self, ids: set[str]) -> dict:
        """Lost: owed, neither with the mail server nor waiting. Doubled: accepted more than once."""
        accepted = Counter(one for one in self.sink.accepted() if one in ids)
        waiting = self.waiting()
        return {
            "done": len(accepted),
            "lost": max(len(ids) - len(accepted) - waiting, 0),
            "waiting": waiting,
            "doubled": sum(accepted.values()) - len(accepted),
        }


def message_ids(found: dict) -> set[str]:
    """As the mail server writes them down."""
    return {f"<{one}@example.org>" for one in found["message_ids"]}


def wait_until(true, seconds: float):
    """Wait until ``true()`` holds; TimeoutError where it does not."""
    until = time.monotonic() + seconds
    while not (found := true()):
        if time.monotonic() > until:
            raise TimeoutError(f"It did not happen within {seconds} seconds.")
        time.sleep(0.02)
    return found


def can_mount() -> bool:
    """Whether this process may make a small disk: root, with the right to mount."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        try:
            with small_disk(Path(folder), 1):
                return True
        except subprocess.CalledProcessError:
            return False


@contextmanager
def small_disk(place: Path, megabytes: int):
    """A disk of so many megabytes at ``place``."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(place)]
    subprocess.run(mount, check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def filled(place: Path):
    """Every free byte of the disk at ``place`` is taken, until the end."""
    ballast = place / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(b"\0" * 65536)
            except OSError:
                file.write(b"\0" * 512)  # to the last block
    try:
        yield
    finally:
        ballast.unlink()
