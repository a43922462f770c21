"""The project's own source, read as text and as syntax, for the tests in this folder."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# A room may import rooms of a lower level, never beside or above.
LEVELS = {
    "audit": -1,  # below even its neighbours: whatever acts, records
    "notices": 0,
    "vault": 0,
    "look": 0,
    "people": 1,
    "programmes": 2,
    "matching": 3,
    "sessions_log": 3,
    "reports": 4,
    "mentoring_portal": 5,
}


@cache
def modules() -> list[Path]:
    """Every module of every room, migrations left out, relative to the project's root."""
    found = []
    for room in LEVELS:
        found += [path.relative_to(ROOT) for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    assert len(found) > 40, "The rooms were not found, so nothing would be tested."
    return sorted(found)


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def imported(node: ast.AST) -> list[str]:
    """The module names that an import statement names; empty for other nodes and relative imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return [node.module]
    return []
