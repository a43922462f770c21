"""The measuring half of benchmarks/notices.py."""

import json
import sys
from time import perf_counter, process_time

from benchmarks.scratch import set_up

set_up()

from django.conf import settings  # noqa: E402
from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from mentoring_portal.celery import app  # noqa: E402
from notices import kinds, quiet, tasks  # noqa: E402
from notices.actions import delivery, outbox  # noqa: E402
from notices.actions.claims import Batch  # noqa: E402
from notices.kinds import Line, NoticeKind, Skip  # noqa: E402
from notices.letters import letter  # noqa: E402
from notices.models import Notice  # noqa: E402
from notices.post import Post  # noqa: E402
from people.models import Person  # noqa: E402

LINK = "https://mentoring.example.org/relationships/12/"


def reminder(notice, now):
    """As real ones do: look whether it is still true, then write text and HTML from templates."""
    if not Person.objects.filter(pk=notice.about["person"], is_active=True).exists():
        return Skip("The person has left.")
    context = {
        "given_name": notice.recipient.given_name,
        "others": "Ben Example",
        "programme": "Trainee mentoring",
        "link": LINK,
    }
    return letter("programmes/mail/relationship-paused", subject="It is time to meet", context=context)


def line(notice, now):
    return Line("It is time to meet Ben Example.", LINK)


def people(count: int, now) -> list[int]:
    made = [
        Person(given_name=f"Given{number}", family_name="Bench", email=f"p{number}@example.org", created_at=now)
        for number in range(Person.objects.count(), Person.objects.count() + count)
    ]
    Person.objects.bulk_create(made, batch_size=1000)
    return list(Person.objects.order_by("pk").values_list("pk", flat=True))


def memory_mb() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6


def measure(count: int) -> dict:
    """Seconds of both, and the memory of this process a tenth of the way and at the end."""
    now = quiet.midnight(timezone.now()).replace(hour=12)
    kinds.register(NoticeKind("bench", "Time to meet", reminder, nudge=True, line=line))
    owed = [(f"bench:{person}", person, {"person": person}) for person in people(count, now)]
    outbox.owe_many(kind="bench", owed=owed, due_at=now, by=None, now=now)

    def made():
        for notice in Notice.objects.select_related("recipient").order_by("pk"):
            ours = delivery._mail([(notice, reminder(notice, now))])
            plain = EmailMultiAlternatives(ours.subject, ours.body, to=ours.to, headers=ours.extra_headers)
            plain.attach_alternative(ours.alternatives[0].content, "text/html")
            yield plain

    messages = list(made())  # which also loads the templates, as in a worker that has run for a while
    seen, written, bare, bare_cpu = [], tasks.deliver_notices.run, 0.0, 0.0
    app.conf.task_always_eager = True
    with get_connection() as server:

        def one_after_the_other(notice_ids, ahead):
            """A batch by the bare loop, then the same batch by the task: whatever else the machine does meets both."""
            nonlocal bare, bare_cpu
            start, some = (perf_counter(), process_time()), messages[: len(notice_ids)]
            server.send_messages(some)
            bare, bare_cpu = bare + perf_counter() - start[0], bare_cpu + process_time() - start[1]
            del messages[: len(notice_ids)]
            written(notice_ids=notice_ids, ahead=ahead)
            seen.append(memory_mb())

        tasks.deliver_notices.run = one_after_the_other
        started, started_cpu = perf_counter(), process_time()
        tasks.sweep_notices(now=now.isoformat())
        own, own_cpu = perf_counter() - started - bare, process_time() - started_cpu - bare_cpu
    if Notice.objects.exclude(state="sent").exists():
        raise RuntimeError(str(Notice.objects.exclude(state="sent").values_list("state", "reason")[0]))
    return {
        "messages": count,
        "bare_seconds": round(bare, 2),
        "own_seconds": round(own, 2),
        "bare_cpu": round(bare_cpu, 2),
        "own_cpu": round(own_cpu, 2),
        "a_second": round(count / own),
        "rate": round(bare / own, 3),
        "growth_mb": round(seen[-1] - seen[len(seen) // 10], 1),
        "statements_each": statements_of_a_batch(now),
    }


def statements_of_a_batch(now) -> float:
    """How many statements one delivery takes, of a batch, the beginnings and ends of transactions counted."""
    owed = [(f"more:{person}", person, {"person": person}) for person in people(tasks.BATCH, now)[-tasks.BATCH :]]
    outbox.owe_many(kind="bench", owed=owed, due_at=now, by=None, now=now)
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    ids = list(Notice.objects.filter(state="owed").values_list("pk", flat=True))
    batch = Batch(ids)
    with CaptureQueriesContext(connection) as captured, Post() as post:
        for notice_id in ids:
            delivery.deliver(notice_id=notice_id, post=post, batch=batch, by=None, now=now)
    return len(captured) / len(ids)


assert reverse("home")  # the addresses are loaded before the clock starts
print(json.dumps(measure(int(sys.argv[1]))))
