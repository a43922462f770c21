"""Finds and reads the files of the mentoring models, and lays a programme's own settings over one."""

import copy
import json
import tomllib
from functools import cache
from pathlib import Path

from programmes.mentoring_models.contract import MentoringModel, model_from
from programmes.toml_schema import Mistake, Mistaken

FOLDER = Path(__file__).resolve().parent.parent / "models_of_mentoring"


def _table(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Mistaken([Mistake("", f"is not TOML: {error}")])


def read_file(path: Path) -> MentoringModel:
    """The model in one file. Raises Mistaken with every mistake."""
    model = model_from(_table(path))
    if model.key != path.stem:
        raise Mistaken([Mistake("key", f"is {model.key!r}, but the file is called {path.stem}.toml")])
    return model


def mistakes_in(folder: Path = FOLDER) -> list[tuple[Path, Mistake]]:
    """Every mistake in every file of ``folder``; for the system check."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            read_file(path)
        except Mistaken as mistaken:
            found += [(path, mistake) for mistake in mistaken.mistakes]
    return found


@cache
def _models() -> dict[str, MentoringModel]:
    return {path.stem: read_file(path) for path in sorted(FOLDER.glob("*.toml"))}


def every() -> list[MentoringModel]:
    """All models, those that can be started first, by the title by which people know them."""
    return sorted(_models().values(), key=lambda model: (not model.is_ready, model.title))


def get(key: str) -> MentoringModel:
    """The model with this key. KeyError where there is none."""
    return _models()[key]


def in_force(key: str, settings: dict) -> MentoringModel:
    """The model as one programme runs it: the file, with what the programme changed laid over it.

    ``settings`` has the shape of the file; a rule or preference is named, not
    counted: ``{"capacity": {"mentor": {"default": 2}}, "rule": {"mentor-band": {"strength": "prefer"}}}``.
    Raises Mistaken where the settings do not fit the schema.
    """
    return _in_force(key, json.dumps(settings, sort_keys=True)) if settings else get(key)


def of(programme) -> MentoringModel:
    """The model as ``programme`` runs it."""
    return in_force(programme.model_key, programme.settings)


@cache
def _in_force(key: str, settings: str) -> MentoringModel:
    table = _table(FOLDER / f"{get(key).key}.toml")
    return model_from(_laid_over(table, json.loads(settings)))


def _laid_over(table: dict, changes: dict) -> dict:
    table = copy.copy(table)
    for key, value in changes.items():
        below = table.get(key)
        if isinstance(below, list) and isinstance(value, dict):
            unknown = [Mistake(f"{key} {name}", "is not in this model") for name in value.keys() - _names(below)]
            if unknown:
                raise Mistaken(unknown)
            table[key] = [_laid_over(entry, value.get(entry.get("name"), {})) for entry in below]
        elif isinstance(below, dict) and isinstance(value, dict):
            table[key] = _laid_over(below, value)
        else:
            table[key] = value
    return table


def _names(tables: list) -> set[str]:
    return {table.get("name") for table in tables if isinstance(table, dict)}
