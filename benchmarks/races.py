"""Fifty who reach for one hour, and twenty who publish one run, round after round; and the same with the guards off.

With the guards there is one winner each time and a sentence for everybody else. Without them the race must show
itself, or the rounds with them would prove nothing.
"""

from contextlib import nullcontext

from benchmarks.scratch import in_child
from tests import services

NAME = "races"


def run(quick: bool) -> dict:
    size = {"slots": (10, 5), "publishes": (8, 3)} if quick else {"slots": (50, 200), "publishes": (20, 50)}
    rows, checks = [], []
    for name in ("SQLite", "PostgreSQL") if services.find_postgres() else ("SQLite",):
        for what, (many, rounds) in size.items():
            with services.postgres(connections=120) if name == "PostgreSQL" else nullcontext("") as url:
                found = in_child("benchmarks.inside.races", what, str(many), str(rounds), DATABASE_URL=url)
            rows.append({"race": what, "on": name, "at once": many, **found})
    for row in rows:
        what = f"{row['race']}, {row['on']}"
        for name in ("not_one_winner", "without_a_sentence", "over_capacity", "not_one_mail_each"):
            if name in row:
                checks.append({"name": f"{what}: {name}", "value": row[name], "limit": 0, "ok": row[name] == 0})
        lost = row["guard_off_lost"]
        checks.append({"name": f"{what}: lost with the guard off", "value": lost, "limit": 1, "ok": lost >= 1})
    return {"rows": rows, "checks": checks}
