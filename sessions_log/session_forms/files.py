"""Finds and reads the form specs that come with the portal: sessions_log/form_specs/KEY@VERSION.toml.

An older version stays beside a newer one for as long as somebody may have been
asked to fill it in.
"""

import hashlib
import json
from functools import cache, lru_cache
from pathlib import Path

from programmes import toml_files
from programmes.toml_files import parse, text_of
from programmes.toml_schema import Mistake, Mistaken
from sessions_log.session_forms.contract import FormSpec, spec_from

FOLDER = Path(__file__).resolve().parent.parent / "form_specs"


@lru_cache(maxsize=500)
def read_text(text: str) -> FormSpec:
    """The spec that a text holds. Raises Mistaken with every mistake."""
    return spec_from(parse(text))


def fingerprint(text: str) -> str:
    """The same for two texts that ask the same, whatever their comments and order of keys; Mistaken where no TOML."""
    meaning = json.dumps(parse(text), sort_keys=True, default=str)
    return hashlib.sha256(meaning.encode()).hexdigest()


def read_file(path: Path) -> FormSpec:
    """The spec in one file. Raises Mistaken with every mistake."""
    spec = read_text(text_of(path))
    if spec.name != path.stem:
        raise Mistaken([Mistake("key", f"and version make {spec.name!r}, but the file is called {path.name}")])
    return spec


def mistakes_in(folder: Path = FOLDER) -> list[tuple[Path, Mistake]]:
    """Every mistake in every spec of ``folder``; for the system check."""
    return toml_files.mistakes_in(folder, read_file)


@cache
def texts() -> dict[str, str]:
    """The text of every spec that comes with the portal, by its name: ``session-return@2``."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.toml"))}


def newest() -> list[FormSpec]:
    """The newest version of each, by title."""
    found: dict[str, FormSpec] = {}
    for text in texts().values():
        spec = read_text(text)
        if spec.key not in found or found[spec.key].version < spec.version:
            found[spec.key] = spec
    return sorted(found.values(), key=lambda spec: spec.title)
