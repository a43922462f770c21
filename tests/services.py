"""Servers of their own for the tests: PostgreSQL, Redis and a browser, found, installed, started, stopped.

Each server gets a free port of 127.0.0.1 and a temporary folder, and ends with
the process that started it, also when that one is killed. Servers that the
machine already runs are left alone.
"""

import ctypes
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import redis

PACKAGES = {"PostgreSQL": "postgresql", "Redis": "redis-server", "Chromium": "chromium"}
PR_SET_PDEATHSIG = 1


def find_postgres() -> Path | None:
    """The folder of the newest PostgreSQL's programs; Debian keeps them off PATH."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql@*/bin")]
    folders = [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]
    if folders:
        return max(folders, key=lambda folder: int(re.search(r"(\d+)/bin", str(folder)).group(1)))
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path and shutil.which("postgres") else None


def find_redis() -> str | None:
    return shutil.which("redis-server") or shutil.which("valkey-server")


def find_chromium() -> str | None:
    """The browser on this machine that the browser tests drive; PORTAL_TEST_BROWSER names another."""
    named = os.environ.get("PORTAL_TEST_BROWSER")
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    return named or next((found for name in names if (found := shutil.which(name))), None)


def missing() -> list[str]:
    """Which of the three are not on this machine."""
    found = {"PostgreSQL": find_postgres(), "Redis": find_redis(), "Chromium": find_chromium()}
    return [name for name, where in found.items() if not where]


def install(names: list[str]) -> None:
    """Install what is missing with apt-get, where we are root on Debian; elsewhere do nothing."""
    if not names or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {', '.join(names)} with apt-get …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    # One by one: where one cannot be had, the others still can.
    for name in names:
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", PACKAGES[name]]
        subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    """Whether anything answers on this port."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def end_with_parent(number: int):
    """Return what a child calls before its program starts: the kernel ends it when its parent dies."""

    def prepare():
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)

    return prepare


@contextmanager
def running(
    command: list[str], *, log: Path, stop: int, orphaned: int = signal.SIGQUIT, **how
) -> Iterator[subprocess.Popen]:
    """Run a server; ask it to stop with the signal ``stop`` at the end, and kill it where that does not help.

    ``orphaned`` is what it gets when its parent dies: a signal that it handles itself, because one that the parent
    ignored (as a shell has its background jobs ignore SIGQUIT) a server without a handler ignores too.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent(orphaned),
            start_new_session=True,
            **how,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(stop)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(connect, errors, process: subprocess.Popen, log: Path):
    """Call ``connect`` until it succeeds; RuntimeError with the log where the server ends or never answers."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return connect()
        except errors:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server did not start:\n{log.read_text(errors='replace')}") from None
            time.sleep(0.05)


class Postgres:
    """A private PostgreSQL in ``folder``, which may be stopped, also by force, and started again.

    Without ``durable`` nothing survives a crash of the machine, and commits are not waited for: quick, for tests only.
    """

    def __init__(self, folder: Path, *, durable: bool = False, connections: int = 100):
        self.programs, self.folder, self.data, self.port = find_postgres(), folder, folder / "data", free_port()
        self.url = f"postgres://portal@127.0.0.1:{self.port}/postgres"
        self.how = {"cwd": folder}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam(next(name for name in ("postgres", "nobody") if known(name)))
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            self.how |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self.settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": ""}
        self.settings |= {"max_connections": connections}
        if not durable:
            self.settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = ["initdb", "-D", self.data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        command[0] = self.programs / "initdb"
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **self.how)

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen]:
        """Started, and answering."""
        log = self.folder / "log"
        command = [str(self.programs / "postgres"), "-D", str(self.data)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with running(command, log=log, stop=signal.SIGINT, **self.how) as process:
            connect = {"host": "127.0.0.1", "port": self.port, "user": "portal", "dbname": "postgres"}
            wait_for(lambda: psycopg2.connect(**connect).close(), psycopg2.OperationalError, process, log)
            yield process


@contextmanager
def postgres(**how) -> Iterator[str]:
    """A private PostgreSQL; gives its DATABASE_URL. It is for tests only."""
    with tempfile.TemporaryDirectory(prefix="portal-postgres-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder), **how)
        with server.running():
            yield server.url


class Redis:
    """A private Redis in ``folder``, which keeps nothing when it ends."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen]:
        """Started, and answering."""
        log = self.folder / "log"
        command = [find_redis(), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        command += ["--save", "", "--appendonly", "no"]
        with running(command, log=log, stop=signal.SIGTERM, orphaned=signal.SIGTERM) as process:
            with redis.Redis(port=self.port) as client:
                wait_for(client.ping, redis.exceptions.ConnectionError, process, log)
            yield process


@contextmanager
def redis_server() -> Iterator[str]:
    """A private Redis; gives its REDIS_URL."""
    with tempfile.TemporaryDirectory(prefix="portal-redis-", ignore_cleanup_errors=True) as folder:
        server = Redis(Path(folder))
        with server.running():
            yield server.url


def known(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
