"""Finding what is due among 1,000,000 rows against finding as much among 10,000, and the queries that it takes."""

from contextlib import ExitStack

from benchmarks.scratch import in_child
from tests import services

NAME = "sweep"
TIMES = 2.0


def run(quick: bool) -> dict:
    few, many = (1_000, 20_000) if quick else (10_000, 1_000_000)
    rows, checks = [], []
    with ExitStack() as stack:
        databases = {"SQLite": {}}
        if services.find_postgres():
            databases["PostgreSQL"] = {"DATABASE_URL": stack.enter_context(services.postgres())}
        for name, variables in databases.items():
            found = in_child("benchmarks.inside.sweep", str(few), str(many), **variables)["rows"]
            rows += [{"database": name, **row} for row in found]
    for row in rows:
        what = f"{row['database']}, {row['of']}"
        checks.append({"name": f"{what}: many / few", "value": row["times"], "limit": TIMES})
        checks.append({"name": f"{what}: queries a batch more", "value": row["more_queries"], "limit": 0})
    return {"rows": rows, "checks": [check | {"ok": check["value"] <= check["limit"]} for check in checks]}
