"""docs/ACCESS.md: who gets in where, made of access_matrix.toml; by ./portal trust --access."""

import os
import re
import tomllib
from pathlib import Path

import django

MATRIX = tomllib.loads(Path(__file__).with_name("access_matrix.toml").read_text(encoding="utf-8"))
EVERY = 8  # of the addresses one is walked, where a test is to be quick
PLACE = re.compile(r"\^?\(\?P<(\w+)>[^)]*\)|<\w+:(\w+)>")
ROOMS = {
    "": "The portal itself",
    "accounts": "Signing in",
    "people": "People, jobs and roles",
    "programmes": "Programmes and matches",
    "matching": "Finding matches",
    "sessions_log": "Sessions, notes, goals and forms",
    "notices": "Mail about oneself",
    "reports": "Reports, messages and the record",
}
HEAD = """# Who gets in where

Made by `./portal trust --access` of [`access_matrix.toml`](../tests/architecture/access_matrix.toml), which is tried
line by line at each change: every address, asked by GET and by POST as everybody of the table and as nobody, for one's
own thing, for that of another organisation and for one that does not exist. Whoever is not named meets a page that says
"not available to you", whether or not the thing is there; whoever is not signed in is sent to sign in. “Own” is meant
throughout: a mentee is one of the match that the address names, a lead leads its programme. A bystander is somebody of
the organisation who takes part in nothing.
"""


def enough(number: int) -> int:
    """How many of a kind a walk must meet to prove anything: ``number``, and where only a part is walked its part."""
    return number // (2 * EVERY) if os.environ.get("PORTAL_TEST_FEW") else number


def walked() -> list[tuple[str, dict]]:
    """Addresses by name, with their entries, for tests that walk the portal: all, but with PORTAL_TEST_FEW a few."""
    return sorted(MATRIX.items())[:: EVERY if os.environ.get("PORTAL_TEST_FEW") else 1]


def page() -> str:
    """The whole page; Django is up."""
    from tests.architecture.urls import addresses
    from tests.scenarios import ROLES

    def cell(entry: dict, method: str) -> str:
        if entry.get("demo") or entry.get("off"):
            return "the demo alone" if entry.get("demo") else "where it is turned on"
        if method not in entry:
            return "–"
        if entry.get("public"):
            return "everybody, signed in or not"
        named = entry[method]
        return "everybody" if named == "everyone" else ", ".join(one for one in ROLES if one in named) or "nobody"

    rows: dict[str, list[str]] = {key: [] for key in ROOMS}
    for one in sorted(addresses(), key=lambda one: one.route):
        entry = MATRIX[one.name]
        room = "accounts" if one.route.startswith("accounts/") else one.name.rpartition(":")[0]
        path = PLACE.sub(lambda found: f"<{found[1] or found[2]}>", one.route).replace("^", "").replace("$", "")
        rows[room].append(f"| `/{path}` | {cell(entry, 'get')} | {cell(entry, 'post')} |")
    parts = [HEAD]
    for key, title in ROOMS.items():
        parts += [f"\n## {title}\n", "| address | read by | acted on by |", "|---|---|---|", *rows[key]]
    return "\n".join(parts) + "\n"


def made() -> str:
    """The page, outside of a test."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    return page()
