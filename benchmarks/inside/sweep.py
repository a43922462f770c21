"""The measuring half of benchmarks/sweep.py."""

import json
import sys
from datetime import timedelta
from time import perf_counter, sleep

from benchmarks.scratch import set_up

set_up()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from notices import kinds, tasks  # noqa: E402
from notices.actions import outbox  # noqa: E402
from notices.kinds import NoticeKind  # noqa: E402
from notices.models import Notice  # noqa: E402
from people.models import Person  # noqa: E402
from sessions_log.models import Session, SessionForm, Target  # noqa: E402
from tests.builders import programmes  # noqa: E402

DUE, TIMES = 300, 40  # as many due in both; the quickest of so many sweeps, since other work on the machine only adds


def multiply(row, count: int, **columns: str) -> None:
    """Write ``row`` that many times more in one statement; ``columns`` are SQL over ``n``, such as ``'k' || n``."""
    table = row._meta.db_table
    names = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    series = "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < %s)"
    values = ", ".join(columns.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    copied = f'{series} SELECT {values} FROM series, "{table}" WHERE "{table}".id = %s'
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}" ({quoted}) {copied}', [count, row.pk])


def notices(person: Person, now, *, upto: int, label: str) -> None:
    """Of ``upto`` rows: nine of ten settled, the others owed in the future, each with its expiry."""

    def one(name, **state):
        key = {"kind": "bench", "key": f"{label}-{name}", "recipient": person, "about": {}, "by": None, "now": now}
        notice = outbox.owe(due_at=now + timedelta(days=30), expires_at=now + timedelta(days=60), **key)
        Notice.objects.filter(pk=notice.pk).update(**state)
        return notice

    sent = {"state": "sent", "settled_at": now, "due_at": now - timedelta(days=1)}
    for name, share, state in (("settled", 0.9, sent), ("ahead", 0.1, {})):
        multiply(one(name, **state), int(upto * share), key=f"'{label}-{name}-' || n")


def forms(relationship, now, *, upto: int, label: str) -> None:
    """Of ``upto`` forms: nine of ten returned, the others to be seen to in the future."""
    for name, share, state in (
        ("returned", 0.9, {"state": "returned", "returned_at": now}),
        ("ahead", 0.1, {"next_at": now + timedelta(days=30)}),
    ):
        multiply(
            form(relationship, f"{label}-{name}", now, **state), int(upto * share), occasion=f"'{label}-{name}' || n"
        )


def form(relationship, occasion: str, now, **more) -> SessionForm:
    owed_by = relationship.members.order_by("pk").first().person
    spec = {"spec_key": "session-return", "spec_version": 1, "opens_at": now}
    return SessionForm.objects.create(relationship=relationship, owed_by=owed_by, occasion=occasion, **spec, **more)


def sessions(relationship, now, *, upto: int, label: str) -> None:
    """Of ``upto`` sessions: nine of ten held, the others to come."""
    for state, share, moments in (
        ("held", 0.9, {"starts_at": now - timedelta(days=40), "logged_at": now}),
        ("planned", 0.1, {"starts_at": now + timedelta(days=30)}),
    ):
        row = session(relationship, now, state=state, **moments)
        uid = f"'{row.uid.hex[:22]}' || (1000000000 + n)"
        multiply(row, int(upto * share), uid=f"({uid})::uuid" if connection.vendor == "postgresql" else uid)


def session(relationship, now, *, starts_at, **more) -> Session:
    days = {"day": starts_at.date(), "first_day": starts_at.date(), "booked_at": now}
    return Session.objects.create(relationship=relationship, starts_at=starts_at, minutes=30, **days, **more)


def targets(relationship, now, *, upto: int, label: str) -> None:
    """Of ``upto`` dates: nine of ten met, the others to come."""
    first = Target.objects.count()
    for number, (share, state, days) in enumerate(((0.9, "met", -40), (0.1, "open", 30))):
        multiply(
            target(relationship, now, first + number, state=state, days=days),
            int(upto * share),
            number=f"n + {10 * (number + 1) * (first + upto)}",
        )


def target(relationship, now, number: int, *, days: int, **more) -> Target:
    on = (now + timedelta(days=days)).date()
    return Target.objects.create(relationship=relationship, number=number, asked_on=on, due_on=on, minutes=30, **more)


def sweep_notices(now) -> int:
    """One whole sweep of the notices; how many it handed out."""
    queued = []
    tasks.deliver_notices.delay = lambda **message: queued.append(message)
    tasks.sweep_notices(now=now.isoformat())
    return sum(len(message["notice_ids"]) for message in queued)


def put_back() -> None:
    Notice.objects.filter(state="owed", queued_until__isnull=False).update(queued_until=None)


def find_forms(now) -> int:
    """The forms that the sweep sees to next, a batch a query."""
    return in_batches(SessionForm.objects.filter(next_at__lte=now), "next_at")


def find_sessions(now) -> int:
    return in_batches(Session.objects.to_ask_about(now=now), "starts_at")


def find_targets(now) -> int:
    return in_batches(Target.objects.to_nudge(on=now.date()), "due_on")


def in_batches(due, by: str) -> int:
    """How many are due, a batch a query. Each of them is due at a moment of its own."""
    found, last = 0, None
    due = due.order_by(by, "pk")
    while batch := list((due.filter(**{f"{by}__gt": last}) if last else due).values_list(by, "pk")[:100]):
        found, last = found + len(batch), batch[-1][0]
    return found


def measured(find, now, between=lambda: None) -> tuple[float, int]:
    """The quickest of some rounds in milliseconds, and how many statements one takes."""
    taken = []
    with connection.cursor() as cursor:
        # As the database does by itself some time after so many rows; it must not begin in the middle.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    for _ in range(TIMES):
        with CaptureQueriesContext(connection) as captured:
            started = perf_counter()
            found = find(now)
            taken.append(perf_counter() - started)
        if found != DUE:
            raise RuntimeError(f"Found {found} and not the {DUE} that are due.")
        between()
        sleep(0.02)  # so that one burst of other work does not meet them all
    return 1000 * min(taken), len(captured)


def measure(few: int, many: int) -> list[dict]:
    now = timezone.now()
    kinds.register(NoticeKind("bench", "A bench notice", lambda notice, now: None))
    relationship = programmes.pair(programmes.cohort(now=now), now=now)
    person = relationship.members.order_by("pk").first().person
    Notice.objects.all().delete()  # what the pair is told
    Target.objects.all().delete()
    for number in range(DUE):
        key = {"kind": "bench", "key": f"due-{number}", "recipient": person, "about": {}, "by": None, "now": now}
        outbox.owe(due_at=now, expires_at=now + timedelta(days=9), **key)
        form(relationship, f"due-{number}", now, next_at=now - timedelta(seconds=number))
        session(relationship, now, starts_at=now - timedelta(hours=3, seconds=number))
        target(relationship, now, number, days=-1 - number)
    rows = []
    for name, fill, subject, find, between in (
        ("notices", notices, person, sweep_notices, put_back),
        ("forms", forms, relationship, find_forms, lambda: None),
        ("sessions", sessions, relationship, find_sessions, lambda: None),
        ("dates", targets, relationship, find_targets, lambda: None),
    ):
        fill(subject, now, upto=few, label="few")
        of_few, queries = measured(find, now, between)
        fill(subject, now, upto=many - few, label="many")
        of_many, queries_of_many = measured(find, now, between)
        row = {"of": name, "due": DUE, "few": few, "many": many}
        row |= {"few_ms": round(of_few, 2), "many_ms": round(of_many, 2), "times": round(of_many / of_few, 2)}
        rows.append(row | {"queries": queries, "more_queries": queries_of_many - queries})
    return rows


print(json.dumps({"rows": measure(int(sys.argv[1]), int(sys.argv[2]))}))
