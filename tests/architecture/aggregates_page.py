"""docs/AGGREGATES.md: which pages count people and what hides small numbers, made of aggregates.toml; by ./portal trust
--aggregates."""

import tomllib
from pathlib import Path

LISTED = tomllib.loads(Path(__file__).with_name("aggregates.toml").read_text(encoding="utf-8"))
HEAD = """# Which pages count people, and what hides small numbers

Made of [`aggregates.toml`](../tests/architecture/aggregates.toml) by `./portal trust --aggregates`; a test fails on a
page with figures that is not in it. The smallest count of people that is told is five, or what a programme's setting
asks for, up to twenty. `held_back`, `nothing_small` and `part_in_words` (people/small_numbers.py) also keep what would
let a small one be had by taking away; `unless_few` is for a count that stands beside no total. The portal holds no
protected characteristics ([ADR 78](adr/0078-no-protected-characteristics.md)), so it has no counts of them. Answers of
forms are added up nowhere. Exports hold what their page shows, for the same readers.

Whoever reads a page on two days can see a number change; it names nobody.
"""


def made() -> str:
    """docs/AGGREGATES.md."""
    rows = ["| page | shows | read by | small numbers |", "|---|---|---|---|"]
    for name, entry in sorted(LISTED.items(), key=lambda one: ("hidden_by" not in one[1], one[0])):
        said = entry.get("needs_none") or ", ".join(f"`{one}`" for one in entry["hidden_by"])
        rows.append(f"| {name} | {entry['shows']} | {entry['readers']} | {said} |")
    return HEAD + "\n" + "\n".join(rows) + "\n"
