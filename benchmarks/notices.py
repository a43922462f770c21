"""10,000 due reminders, swept and delivered to a mail server in a process of its own, against a bare loop.

The bare loop hands the very same words, made into Django's own mails beforehand, to its SMTP backend over one
connection: no reading of who and whether, no writing of the letter, nothing marked. Ours is what
`manage.py sweep` does. Both speak to the same server, in the same process, a hundred by turns, so that
whatever else the machine does meets both.
"""

import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from benchmarks.scratch import in_child
from tests import services, smtp_sink

NAME = "notices"
RATE, GROWTH = 0.5, 10.0  # of the bare loop's; MB more at the end than after a tenth of them


def run(quick: bool) -> dict:
    count, rows = (1_000 if quick else 10_000), []
    with ExitStack() as stack:
        databases = {"SQLite": ""}
        if services.find_postgres():
            databases["PostgreSQL"] = stack.enter_context(services.postgres())
        for name, url in databases.items():
            with tempfile.TemporaryDirectory(prefix="portal-sink-") as folder, smtp_sink.running(Path(folder)) as sink:
                env = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", **({"DATABASE_URL": url} if url else {})}
                found = in_child("benchmarks.inside.notices", str(count), **env)
                accepted = Counter(sink.accepted()).values()  # each once from the bare loop and once from ours
                found |= {"lost": 2 * count - sum(min(times, 2) for times in accepted)}
                found |= {"doubled": sum(max(times - 2, 0) for times in accepted)}
                rows.append({"database": name, **found})
    checks = []
    for row in rows:
        name = row["database"]
        checks += [
            {"name": f"{name}: rate / bare loop", "value": row["rate"], "limit": RATE, "ok": row["rate"] >= RATE},
            {
                "name": f"{name}: MB more at the end",
                "value": row["growth_mb"],
                "limit": GROWTH,
                "ok": row["growth_mb"] <= GROWTH,
            },
            {"name": f"{name}: lost", "value": row["lost"], "limit": 0, "ok": row["lost"] == 0},
        ]
    return {"rows": rows, "checks": checks}
