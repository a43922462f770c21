"""The drill: a backup is made while people write, everything is lost, and it is put back and proved."""

from contextlib import nullcontext

from benchmarks.scratch import in_child
from tests import services

NAME = "backup"
MINUTES = 10
REFUSALS = {
    "not empty": "holds people already",
    "no key": "no readable key file",
    "another key": "is sealed with the key",
    "damaged": "is damaged",
}


def run(quick: bool) -> dict:
    rows, checks = [], []
    for name in ("SQLite", "PostgreSQL") if services.find_postgres() else ("SQLite",):
        with services.postgres() if name == "PostgreSQL" else nullcontext("") as url:
            found = in_child("benchmarks.inside.backup", "20" if quick else "400", DATABASE_URL=url)
        refused = found.pop("refused")
        silent = [what for what, words in REFUSALS.items() if words not in refused[what]]
        found |= {"refused": len(REFUSALS) - len(silent)}
        rows.append({"on": name, **{key: value for key, value in found.items() if key != "said"}})
        seconds = max(found["backup_seconds"], found["restore_seconds"])
        checks += [
            {"name": f"{name}: acknowledged before the backup, and lost", "value": found["lost"], "limit": 0},
            {"name": f"{name}: texts that do not open", "value": found["texts"] - found["texts_opened"], "limit": 0},
            {"name": f"{name}: not refused loudly", "value": len(silent), "limit": 0},
            {"name": f"{name}: changed by a refusal", "value": int(not found["untouched_by_refusals"]), "limit": 0},
            {"name": f"{name}: keys in the backup", "value": found["keys_in_backup"], "limit": 0},
            {"name": f"{name}: minutes of the longer way", "value": round(seconds / 60, 2), "limit": MINUTES},
        ]
    return {"rows": rows, "checks": [check | {"ok": check["value"] <= check["limit"]} for check in checks]}
