"""The supervisor with small real processes: started again when they die, all gone at the end."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from mentoring_portal.supervisor import BASE_DIR, HOPELESS, Service, Supervisor

SLEEP = ["timeit", "-n", "1", "-r", "1", "__import__('time').sleep(60)"]
FAIL = ["timeit", "-n", "1", "-r", "1", "1/0"]


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether a process still runs; one that only awaits its burial does not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.fixture
def supervisor(tmp_path):
    said = []
    made = Supervisor([Service("one", SLEEP, goes_first=True)], log_dir=tmp_path, env=dict(os.environ), say=said.append)
    made.said = said
    yield made
    made.stop_all()


def test_a_service_that_dies_starts_again(supervisor):
    supervisor.look_after()
    first = supervisor.services[0].process
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: first.poll() is not None)
    supervisor.look_after()
    assert supervisor.services[0].process is None
    assert supervisor.said[0].startswith("one stopped (SIGKILL); it starts again in 0.5 seconds.")
    wait_until(lambda: supervisor.look_after() or supervisor.services[0].process)
    assert supervisor.services[0].process.pid != first.pid


def test_the_others_start_once_all_is_ready(tmp_path):
    web, worker, asked = Service("web", SLEEP, goes_first=True), Service("worker", SLEEP), []
    made = Supervisor([worker, web], log_dir=tmp_path, env=dict(os.environ), say=lambda sentence: None)

    def ready():
        asked.append((web.process is not None, worker.process is not None))
        return len(asked) == 2

    threading.Timer(1, made.stop).start()
    assert made.run(ready=ready, when_ready=lambda: None) is True
    assert asked == [(True, False), (True, False)]
    assert worker.process.returncode is not None  # it was started, and stopped with the rest


def test_a_service_that_keeps_dying_waits_longer_each_time(supervisor):
    service = supervisor.services[0]
    waits = []
    for _ in range(8):
        supervisor.start(service)
        service.process.kill()
        service.process.wait()
        moment = service.started_at + 1
        supervisor.bury(service, moment)
        waits.append(service.start_at - moment)
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_service_that_lived_long_starts_again_at_once(supervisor):
    service = supervisor.services[0]
    supervisor.start(service)
    service.process.kill()
    service.process.wait()
    service.quick_deaths = 5
    supervisor.bury(service, service.started_at + 3600)
    assert service.start_at == service.started_at + 3600
    assert service.quick_deaths == 0


def test_giving_up_stops_what_was_started(tmp_path):
    service = Service("one", SLEEP, goes_first=True)
    made = Supervisor([service], log_dir=tmp_path, env=dict(os.environ), say=lambda sentence: None)
    assert made.run(ready=lambda: False, when_ready=lambda: None, give_up_after=0.3) is False
    assert not is_alive(service.process.pid)


def test_a_service_that_cannot_start_ends_the_attempt(tmp_path, monkeypatch):
    monkeypatch.setattr("mentoring_portal.supervisor.LONGEST_WAIT", 0)
    said = []
    made = Supervisor([Service("one", FAIL, goes_first=True)], log_dir=tmp_path, env=dict(os.environ), say=said.append)
    assert made.run(ready=lambda: False, when_ready=lambda: None) is False
    assert len(said) == HOPELESS


def test_a_signal_ends_it_and_every_service(tmp_path):
    service, told = Service("one", SLEEP, goes_first=True), []
    made = Supervisor([service], log_dir=tmp_path, env=dict(os.environ), say=told.append)
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
    assert made.run(ready=lambda: True, when_ready=lambda: told.append("ready")) is True
    assert told == ["ready"]
    assert not is_alive(service.process.pid)


def test_what_a_service_says_is_kept_and_a_long_log_starts_anew(tmp_path, monkeypatch):
    made = Supervisor(
        [Service("one", FAIL, goes_first=True)], log_dir=tmp_path, env=dict(os.environ), say=lambda sentence: None
    )
    monkeypatch.setattr("mentoring_portal.supervisor.LOG_LIMIT", 10)
    for _ in range(2):
        made.start(made.services[0])
        made.services[0].process.wait()
    assert (tmp_path / "one.log").read_text().count("ZeroDivisionError") == 1


SUPERVISOR = """
import os, sys
from pathlib import Path
from mentoring_portal.supervisor import Service, Supervisor
services = [Service(name, %r, on_orphaned=how, goes_first=True) for name, how in (("a", "SIGKILL"), ("b", "SIGTERM"))]
made = Supervisor(services, log_dir=Path(sys.argv[1]), env=dict(os.environ), say=print)
def told():
    print(*[service.process.pid for service in services], flush=True)
made.run(ready=lambda: True, when_ready=told)
"""


def test_nothing_outlives_a_supervisor_killed_with_sigkill(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR % SLEEP, str(tmp_path)], cwd=BASE_DIR, stdout=subprocess.PIPE, text=True
    ) as process:
        children = [int(pid) for pid in process.stdout.readline().split()]
        assert [is_alive(pid) for pid in children] == [True, True]
        process.kill()
    wait_until(lambda: not any(is_alive(pid) for pid in children))
