"""The demo as a stranger meets it: real processes, killed one by one, and everything still arrives."""

import os
import re
import signal
import socket
import urllib.request

import pytest

from mentoring_portal.demo import LOGINS, PASSWORD
from tests.platform.running import Browser, Portal, descendants, is_alive, portal, wait_until

pytestmark = pytest.mark.slow

INVITE = """
from django.utils import timezone
from people.actions import invitations
from people.models import Person
lead = Person.objects.get(email="lead@example.org")
person = Person.objects.filter(email__isnull=False, password__startswith="!").order_by("pk")[{number}]
invitations.invite(person=person, by=lead, now=timezone.now())
print(person.email)
"""

CHILDREN = {
    "web": "gunicorn",
    "worker": "--queues default",
    "runs": "--queues runs",
    "beat": "mentoring_portal beat",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with portal("demo", tmp_path_factory.mktemp("demo")) as running:
        wait_until(lambda: all(running.child(words) for words in CHILDREN.values()))
        yield running


def invite(demo: Portal, number: int) -> str:
    """Have the lead invite somebody who has never signed in; return their address."""
    done = demo.manage("shell", "--no-imports", "-c", INVITE.format(number=number))
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def invitations_to(demo: Portal, email: str) -> int:
    """How many arrived; the demo's own year brings other mail to the same people."""
    letters = [path.read_text() for path in (demo.var / "demo" / "mail").glob("*.eml")]
    return sum(f"To: {email}" in letter and "Subject: Your invitation" in letter for letter in letters)


def test_demo_prints_the_address_and_the_logins(demo):
    said = demo.said()
    assert f"running at {demo.address}" in said
    assert PASSWORD in said
    for email in LOGINS:
        assert email in said


def test_demo_signs_everybody_in(demo):
    for email in LOGINS:
        browser = Browser(demo.address)
        login = urllib.request.urlopen(demo.address).url.removeprefix(demo.address)
        page = browser.post(login, login=email, password=PASSWORD)
        assert "Hello, " in page, f"{email} was not signed in"


def test_demo_serves_styles_that_may_be_kept_for_good(demo):
    page = Browser(demo.address).get("/accounts/login/")
    style = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page)[1]
    request = urllib.request.Request(f"{demo.address}{style}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]


def test_demo_keeps_what_it_stores_to_its_user(demo):
    keys = demo.var / "demo" / "keys"
    assert {path.name: oct(path.stat().st_mode)[-3:] for path in keys.iterdir()} == {
        "secret-key": "400",
        "notes.keys": "400",
    }


@pytest.mark.parametrize(("number", "name"), list(enumerate(CHILDREN)))
def test_demo_outlives_a_crash_of_any_child(demo, number, name):
    """Kill one with SIGKILL: it comes back, the page answers, and mail that is owed now arrives once."""
    killed = demo.child(CHILDREN[name])
    os.kill(killed, signal.SIGKILL)
    email = invite(demo, number)
    again = wait_until(lambda: (pid := demo.child(CHILDREN[name])) != killed and pid, told=demo.said)
    assert again != killed
    wait_until(demo.health, told=demo.said)
    wait_until(lambda: invitations_to(demo, email), told=demo.said)
    assert invitations_to(demo, email) == 1
    assert f"{name} stopped (SIGKILL)" in demo.said()
    assert email in Browser(demo.address).get("/outbox/")


def test_demo_heals_a_queue_that_lost_its_messages(demo):
    """The folder queue loses what a killed worker had in hand; the rows know better."""
    worker = demo.child(CHILDREN["worker"])
    os.kill(worker, signal.SIGSTOP)  # it takes nothing, and the supervisor sees nothing wrong
    email = invite(demo, len(CHILDREN))
    queue = demo.var / "demo" / "queue" / "messages"
    wait_until(lambda: list(queue.glob("*.default.msg")), told=demo.said)
    for message in queue.glob("*.default.msg"):
        message.unlink()
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: invitations_to(demo, email), told=demo.said)


def test_demo_sweep_has_a_record_that_stays_young(demo):
    wait_until(lambda: (demo.health() or {}).get("last_sweep_seconds") is not None)
    assert demo.health()["last_sweep_seconds"] < 60


def test_demo_sweep_may_be_told_another_time(demo):
    done = demo.manage("sweep", "--now", "2030-01-01T09:00")
    assert done.returncode == 0, done.stderr


def test_demo_refuses_a_second_one_in_the_same_folder(demo):
    done = demo.manage("demo", "--port", str(demo.port + 1), "--no-open")
    assert done.returncode == 1
    assert "already running from this folder" in done.stderr


def test_demo_says_that_a_port_is_taken(demo, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = demo.manage("demo", "--port", str(taken.getsockname()[1]), "--no-open")
    assert done.returncode == 1
    assert "is already in use by another program" in done.stderr
    assert "Traceback" not in done.stderr


def test_demo_leaves_no_orphans_when_its_supervisor_is_killed(tmp_path):
    with portal("demo", tmp_path) as running:
        wait_until(lambda: len(descendants(running.process.pid)) == 6)  # the web server has two workers of its own
        below = descendants(running.process.pid)
        running.process.kill()
        running.process.wait()
        wait_until(lambda: not any(is_alive(pid) for pid in below))
    # The folder and the port are free again, and what was stored is still there.
    with portal("demo", tmp_path, port=running.port) as again:
        assert again.said().count("Loading the demo") == 1


def test_demo_stops_all_at_ctrl_c_and_forgets_only_when_asked(tmp_path):
    with portal("demo", tmp_path) as running:
        below = descendants(running.process.pid)
        invited = invite(running, 0)
        assert running.stop() == 0
        assert not any(is_alive(pid) for pid in below)
    links = f"L.objects.filter(purpose='invitation', person__email='{invited}').count()"
    count = ["shell", "--no-imports", "-c", f"from people.models import OneTimeLink as L; print({links})"]
    assert running.manage(*count).stdout.strip() == "1"
    with portal("demo", tmp_path, "--fresh") as fresh:
        assert fresh.manage(*count).stdout.strip() == "0"
        assert fresh.said().count("Loading the demo") == 2
