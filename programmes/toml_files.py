"""TOML that people write: texts and files as tables, with every mistake said in words.

What a table has to hold is said by a schema (toml_schema.py); nothing of
mentoring belongs here.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from programmes.toml_schema import Mistake, Mistaken

MOST_CHARACTERS = 100_000  # several times as many as the longest file that comes with the portal
MOST_DOTS = 500  # in a line: reading a key of twenty thousand parts would take the better part of a minute


def parse(text: str) -> dict[str, Any]:
    """The table that a text holds. Raises Mistaken, with the line, where it is no TOML or far too long."""
    if len(text) > MOST_CHARACTERS:
        raise Mistaken([Mistake("", f"is longer than {MOST_CHARACTERS:,} characters")])
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > MOST_DOTS:
            raise Mistaken([Mistake("", f"has more than {MOST_DOTS} dots in a line (at line {number}, column 1)")])
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOML's own, and Python's of a number with thousands of figures
        raise Mistaken([Mistake("", f"is not TOML: {error}")])
    except RecursionError:
        raise Mistaken([Mistake("", "holds lists within lists, deeper than anything needs")])


def text_of(path: Path) -> str:
    """What stands in a file. Raises Mistaken where it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Mistaken([Mistake("", f"is not TOML: {error}")])


def mistakes_in(folder: Path, read_file: Callable[[Path], Any]) -> list[tuple[Path, Mistake]]:
    """Every mistake in every TOML file of ``folder``, each read by ``read_file``; for a system check."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            read_file(path)
        except Mistaken as mistaken:
            found += [(path, mistake) for mistake in mistaken.mistakes]
    return found
