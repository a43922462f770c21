"""What members wrote is in nothing that waits for workers, neither in a real Redis nor in the folder (TRUST, F2, T24).

The world of the matrix is made with a word in every kind of text, everything that the portal does by the clock is done
twice, and every key and file of the queue is then read, messages opened.
"""

import base64
import json
from contextlib import nullcontext, suppress
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis

from matching.actions import runs
from matching.tasks import run_match
from mentoring_portal import sweeps
from mentoring_portal.celery import app
from mentoring_portal.schedule import BEAT, SCHEDULE
from programmes.models import Cohort
from tests.canaries import heard
from tests.scenarios import world

DATABASE = 9  # of the Redis: nobody else's messages are there


def opened(raw: str) -> str:
    """A message as it is kept, with its body as the worker reads it."""
    with suppress(ValueError, KeyError, TypeError):
        message = json.loads(raw)
        message = message[0] if isinstance(message, list) else message  # as Redis keeps what no worker has acknowledged
        return raw + base64.b64decode(message["body"]).decode()
    return raw


def of_redis(client) -> list[str]:
    """Every key with all of its values, as text."""
    reads = {
        "string": lambda key: [client.get(key)],
        "list": lambda key: client.lrange(key, 0, -1),
        "set": lambda key: list(client.smembers(key)),
        "zset": lambda key: client.zrange(key, 0, -1),
        "hash": lambda key: [part for pair in client.hgetall(key).items() for part in pair],
    }
    found = []
    for key in client.scan_iter():
        found += [key, *reads[client.type(key).decode()](key)]
    return [opened(one.decode(errors="replace")) for one in found]


def of_folder(folder) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [opened(f"{path.read_bytes().decode(errors='replace')}") for path in files] + [path.name for path in files]


@pytest.fixture(params=[pytest.param("redis", marks=pytest.mark.redis), "folder"])
def queue(request, tmp_path, monkeypatch):
    """A queue of this test's own, which ``task.delay`` reaches; called, it gives everything that lies in it."""
    if request.param == "redis":
        address = urlunsplit(urlsplit(request.getfixturevalue("redis_url"))._replace(path=f"/{DATABASE}"))
        client = redis.Redis.from_url(address)
        client.flushdb()
        url, options, read, clean = address, {}, lambda: of_redis(client), client.flushdb
    else:
        folder = str(tmp_path / "messages")
        (tmp_path / "messages").mkdir()
        options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": str(tmp_path / "control")}
        url, read, clean = "filesystem://localhost", lambda: of_folder(tmp_path), lambda: None
    with app.connection_for_write(url=url, transport_options=options) as connection:
        producer = app.amqp.Producer(connection, auto_declare=False)
        monkeypatch.setattr(app, "producer_or_acquire", lambda given=None: nullcontext(producer))
        yield read
    clean()


@pytest.mark.django_db
def test_what_members_wrote_is_in_no_queue(queue, now, time_machine, django_capture_on_commit_callbacks):
    time_machine.move_to(now, tick=False)
    with django_capture_on_commit_callbacks(execute=True):
        things = world(now=now)
        asked = runs.request(cohort=Cohort.objects.get(pk=things["cohort"]), by=things["lead"], now=now)
    for moment in (now + timedelta(hours=1), now + timedelta(days=40)):
        time_machine.move_to(moment, tick=False)
        with django_capture_on_commit_callbacks(execute=True):
            failed = [one.name for one in SCHEDULE if not sweeps.run(one, now=moment)]
            assert failed == []
        for one in BEAT.values():
            app.send_task(one["task"], kwargs=one["kwargs"])
    lying = "\n".join(queue())

    assert "deliver_notices" in lying  # it would be heard
    assert run_match.name in lying
    assert f'"run_id": {asked.pk}' in lying
    assert '"notice_ids": [' in lying
    canaries = [*things["canaries"], *things["other_canaries"]]
    assert heard(canaries, lying, None) == []
    names = {things[role].email for role in ("mentee", "mentor", "lead")} - {None, ""}
    assert not [one for one in names if one in lying]


@pytest.mark.django_db
def test_a_word_in_a_message_would_be_found(queue):
    """The twin: were a task ever handed a text, reading the queue finds it."""
    run_match.delay(run_id="canary-of-the-twin")
    assert "canary-of-the-twin" in "\n".join(queue())
