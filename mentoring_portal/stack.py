"""The whole portal on one machine: made ready, kept running, its address printed.

What `demo` and `serve` share. Keeping processes alive is supervisor.py's part.
"""

import fcntl
import io
import json
import os
import socket
import sys
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from contextlib import contextmanager

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command

from mentoring_portal.supervisor import Supervisor, services


def restart_as(**wanted: str):
    """Start this very command again with these variables, unless it already has them.

    Settings are read before a command runs, so a command cannot choose them for
    the process it is in.
    """
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **wanted})


def local_address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def insist_port_is_free(port: int, command: str):
    """Refuse in words where something already listens on ``port`` of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CommandError(f"Port {port} may not be used by you. Try ./portal {command} --port 8000") from None
        except (OSError, OverflowError):
            raise CommandError(
                f"Port {port} is already in use by another program. "
                f"Stop that program, or choose another port: ./portal {command} --port {free_port()}"
            ) from None


def free_port() -> int:
    """A port of this machine that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def only_one():
    """Hold this folder's lock: two stacks over one database would sweep and send side by side."""
    path = settings.VAR_DIR / "running"
    with path.open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.seek(0)
            raise CommandError(
                f"The portal is already running from this folder ({held.read().strip()}). Stop it first with Ctrl-C."
            ) from None
        held.truncate(0)
        held.write(f"process {os.getpid()}, {settings.PORTAL_ADDRESS}")
        held.flush()
        settings.ADDRESS_FILE.write_text(settings.PORTAL_ADDRESS)
        yield


def prepare(say: Callable[[str], object]):
    """Refuse a broken set-up, then bring the database's tables and the collected static files up to date."""
    say("Preparing the database …")
    call_command("check", stdout=io.StringIO())
    call_command("migrate", interactive=False, verbosity=0)
    collect_static()


def collect_static():
    """Collect and compress the static files, unless none has changed since the last time."""
    mark = settings.STATIC_ROOT / "collected.json"
    files = sorted(
        (path, os.stat(storage.path(path)).st_mtime_ns) for finder in get_finders() for path, storage in finder.list([])
    )
    now = json.dumps(files)
    if not (mark.exists() and mark.read_text() == now):
        call_command("collectstatic", interactive=False, verbosity=0, clear=settings.STATIC_ROOT.exists())
        mark.write_text(now)


def answers(port: int) -> bool:
    """Whether the portal on ``port`` serves its health page."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def environment() -> dict[str, str]:
    """What the services are told beyond what this process was told."""
    env = {name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"}
    # Uploads stay in this folder, and the folder queue takes a message by renaming instead of copying it.
    temporary = settings.VAR_DIR / "tmp"
    temporary.mkdir(exist_ok=True, mode=0o700)
    return {**env, "PYTHONUNBUFFERED": "1", "TMPDIR": str(temporary)}


def keep_running(*, port: int, say: Callable[[str], object], welcome: Callable[[], object], browse: bool):
    """Run every service until Ctrl-C. ``welcome`` is called once the first page can be fetched."""
    address = settings.PORTAL_ADDRESS

    def when_ready():
        welcome()
        if browse and has_screen():
            webbrowser.open(address)

    supervisor = Supervisor(services(port=port), log_dir=settings.VAR_DIR / "log", env=environment(), say=say)
    if not supervisor.run(ready=lambda: answers(port), when_ready=when_ready):
        raise CommandError(f"The portal did not start. The logs in {settings.VAR_DIR / 'log'} say why.")
    say("Stopped.")


def has_screen() -> bool:
    """Whether a browser would open in a window rather than in this terminal."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
