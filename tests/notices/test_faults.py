"""Two deliverers at once, and deliverers killed in the middle of a batch."""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.utils import timezone

from notices import tasks
from notices.actions import claims, delivery
from notices.models import Notice
from notices.post import Post
from tests import smtp_sink
from tests.builders import ground, people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kind")]
ROOT = Path(__file__).resolve().parents[2]


def claim_without_guard(batch, *, notice_id, by, now):
    """Look, then take: what the transaction and the condition are there to prevent."""
    notice = claims._with_facts(Notice.objects.due(now=now).filter(pk=notice_id), now).first()
    if notice is None:
        return []
    claims._lease([notice], now)
    return [notice]


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "guard off"])
def test_two_deliverers_at_once_send_once(now, guarded, monkeypatch):
    if not guarded:
        monkeypatch.setattr(claims.Batch, "claim", claim_without_guard)
    ama = people.person(now=now)
    notices = [ground.notice(recipient=ama, now=now) for _ in range(15)]
    deliverers = 4
    together, faults = threading.Barrier(deliverers, timeout=30), []

    def work():
        try:
            with Post() as post:
                for notice in notices:
                    together.wait()
                    delivery.deliver(notice_id=notice.pk, post=post, by=None, now=now)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(deliverers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    sent = Counter(message.subject for message in mail.outbox)
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
    if guarded:
        assert set(sent.values()) == {1}
    else:
        assert max(sent.values()) > 1, "Without the guard this test would show nothing."


@pytest.fixture
def sink(tmp_path):
    """A real mail server: (port, a function that returns the Message-IDs it accepted so far)."""
    with smtp_sink.running(tmp_path, wait=0.002) as server:
        yield server.port, server.accepted


def wait_for(condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "Waited in vain."
        time.sleep(0.005)


def database_url():
    """Where this test's own database is, for other processes."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


def start_deliverer(port, notice_ids, *, ahead):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.notices.deliverer", str(ahead), ",".join(map(str, notice_ids))],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PORTAL_VAR": str(settings.VAR_DIR),
            "DATABASE_URL": database_url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        },
    )


@pytest.mark.slow
def test_deliverers_killed_in_mid_batch_lose_nothing_and_double_at_most_what_was_in_flight(now, sink, monkeypatch):
    """Two workers, each kill -9'd three times at a random moment; sizes from the environment for a longer run."""
    port, received = sink
    count, kills, workers = int(os.environ.get("NOTICES", 120)), int(os.environ.get("KILLS", 3)), 2
    ama = people.person(now=now)
    for number in range(count):
        ground.notice(recipient=ama, now=now, key=f"k{number}")
    queued, killed = [], 0
    monkeypatch.setattr(tasks.deliver_notices, "delay", lambda **message: queued.append(message))
    for turn in range(kills + 1):
        at = now + turn * (claims.LEASE + timedelta(minutes=1))  # by then every lease of the dead has run out
        queued.clear()
        tasks.sweep_notices(now=at.isoformat())
        ids = [notice_id for message in queued for notice_id in message["notice_ids"]]
        ahead = (at - timezone.now()).total_seconds()
        running = [start_deliverer(port, random.sample(ids, len(ids)), ahead=ahead) for _ in range(workers)]
        if turn == kills:
            assert [process.wait(timeout=120) for process in running] == [0] * workers
            break
        enough = len(received()) + count // (kills + 1)
        wait_for(lambda enough=enough: len(received()) >= enough)
        time.sleep(random.uniform(0, 0.02))
        for process in running:
            process.kill()
            killed += process.wait() == -9  # not one that had just ended
    owed = {f"<{message_id}@example.org>" for message_id in Notice.objects.values_list("message_id", flat=True)}
    accepted = Counter(received())
    assert set(accepted) == owed, "lost, or never owed"
    doubled = sum(accepted.values()) - count
    assert killed > kills, "Hardly anything was killed, so hardly anything was shown."
    assert doubled <= killed
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
    print(f"{count} notices, {killed} kills, {doubled} sent twice, none lost")
