"""A portal of real processes for the tests, in a folder and on a port of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

from mentoring_portal.supervisor import BASE_DIR
from tests.services import end_with_parent, free_port

PATIENCE = 180  # seconds; for machines that do much else. What is waited for takes a few.

# What was set for the tests themselves must not reach the portal under test.
OURS = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "NOTE_KEY_FILE")


def wait_until(true, *, seconds: float = PATIENCE, told=lambda: ""):
    """Wait until ``true()`` holds and return what it gave; AssertionError with ``told()`` where it never does."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, f"It did not happen within {seconds} seconds. {told()}"
        time.sleep(0.05)
    return found


def is_alive(pid: int) -> bool:
    """Whether a process still runs; one that only awaits its burial does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(pid: int) -> dict[int, str]:
    """Every living process below ``pid``, with its command line."""
    parents, commands = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and is_alive(int(folder.name)):
            with suppress(FileNotFoundError, ProcessLookupError):
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                commands[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    found, ahead = {}, [pid]
    while ahead:
        children = [child for child, parent in parents.items() if parent in ahead]
        found |= {child: commands[child] for child in children if child in commands}
        ahead = children
    return found


class Browser:
    """Just enough of one: cookies, forms with their token, pages as text."""

    def __init__(self, address: str):
        self.address = address
        self.open_url = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open

    def get(self, path: str) -> str:
        with self.open_url(f"{self.address}{path}", timeout=60) as answer:
            return answer.read().decode()

    def post(self, path: str, **fields: str) -> str:
        page = self.get(path)
        fields["csrfmiddlewaretoken"] = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        with self.open_url(f"{self.address}{path}", urlencode(fields).encode(), timeout=60) as answer:
            return answer.read().decode()


class Portal:
    """A supervisor that was started with ``manage.py COMMAND --port …``, and what it keeps alive."""

    def __init__(self, command: str, var: Path, port: int, options: tuple[str, ...], env: dict[str, str]):
        self.address = f"http://127.0.0.1:{port}"
        self.var, self.port, self.output = var, port, var / "output"
        kept = {
            name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("PORTAL_")
        }
        self.env = {**kept, "PORTAL_VAR": str(var), "PORTAL_ENV_FILE": os.devnull, **env}
        options = [*options, *(["--no-open"] if command == "demo" else [])]
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", command, "--port", str(port), *options],
                cwd=BASE_DIR,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent(signal.SIGTERM),
            )

    def said(self) -> str:
        """What the terminal shows so far."""
        return self.output.read_text()

    def health(self) -> dict | None:
        """The health page; None while nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=20) as answer:
                return json.load(answer)
        except (OSError, urllib.error.URLError):
            return None

    def child(self, words: str) -> int | None:
        """The id of the process right below the supervisor whose command line holds ``words``."""
        own = [pid for pid, command in descendants(self.process.pid).items() if words in command]
        return min(own) if own else None

    def manage(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run a management command as somebody in a second terminal does."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=BASE_DIR, env=self.env, capture_output=True, text=True
        )

    def stop(self) -> int:
        """Press Ctrl-C and wait; return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def portal(command: str, var: Path, *options: str, port: int | None = None, **env: str):
    """A running portal whose first page can be fetched; stopped at the end."""
    told_before = (var / "output").read_text() if (var / "output").exists() else ""
    running = Portal(command, var, port or free_port(), options, env)
    try:
        wait_until(lambda: "Press Ctrl-C" in running.said().removeprefix(told_before), told=running.said)
        yield running
    finally:
        if running.process.poll() is None:
            try:
                running.stop()
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()
                raise
