"""Migrations of a release that there never was, which change the portal's biggest tables in all the ways it permits.

They stand behind the portal's own: whoever runs `migrate` with ``settings`` of this folder, or with ``MODULES``, goes
on from the database as it is today.
"""

from benchmarks.scratch import BASE_DIR

MODULES = {room: f"benchmarks.inside.next_release.{room}" for room in ("people", "sessions_log")}


def last_of(room: str) -> str:
    """The name of a room's newest real migration."""
    return max(path.stem for path in (BASE_DIR / room / "migrations").glob("0*.py"))
