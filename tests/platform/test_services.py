"""The tests' own servers end with whoever started them, also when that one is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import services

ROOT = Path(__file__).parents[2]
START = """
import signal, time
signal.signal(signal.SIGQUIT, signal.SIG_IGN)  # as a shell has its background jobs
from tests import services
with services.{server}() as url:
    print(url, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("server", ["redis_server", "postgres"])
def test_a_server_ends_when_its_parent_is_killed(server):
    if not (services.find_redis() if server == "redis_server" else services.find_postgres()):
        pytest.skip(f"No {server} on this machine.")
    if sys.platform != "linux":
        pytest.skip("Only Linux tells a child that its parent died.")
    parent = subprocess.Popen(
        [sys.executable, "-c", START.format(server=server)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        port = int(parent.stdout.readline().rpartition(":")[2].partition("/")[0])
        assert services.listens(port)
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
    deadline = time.monotonic() + 10
    while services.listens(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not services.listens(port), "It outlives whoever started it."
