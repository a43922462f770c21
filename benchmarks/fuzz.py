"""Posts, files and staff lists that nobody means, by the thousand, each against the whole portal (TRUST, F6 and F7).

What is sent is drawn by tests/fuzzing.py; what counts as a fault is said in tests/fuzzed.py. Whatever is sent is
taken back, so that each is met in the same world.
"""

from contextlib import nullcontext

from benchmarks.scratch import in_child
from tests import services

NAME = "fuzz"
MEMORY = 300  # MB
# posts, queries, files, rows of staff lists
FULL, QUICK = (20_000, 5_000, 10_000, 100_000), (300, 100, 100, 500)


def run(quick: bool) -> dict:
    """On PostgreSQL a tenth of it: what differs there is the database's own word, not the portal's."""
    sizes = {"SQLite": QUICK if quick else FULL}
    if services.find_postgres() and not quick:
        sizes["PostgreSQL"] = tuple(size // 10 for size in FULL)
    rows, checks = [], []
    for database, size in sizes.items():
        with services.postgres() if database == "PostgreSQL" else nullcontext("") as url:
            done = in_child(
                "benchmarks.inside.fuzz", *map(str, size), DATABASE_URL=url, DJANGO_SETTINGS_MODULE="tests.settings"
            )
        for what, found in done["found"].items():
            rows.append({"sent": what, "on": database, "count": found["count"], **found["answers"]})
            for name in ("faults", "half saved", "led to sign in"):
                checks.append(held(f"{what}, {database}: {name}", found[name], 0))
        checks.append(held(f"peak MB, {database}", done["peak_mb"], MEMORY))
    return {"rows": rows, "checks": checks}


def held(name: str, value: float, limit: float) -> dict:
    return {"name": name, "value": value, "limit": limit, "ok": value <= limit}
